"""The optional counts beside a score: of how many people, and how many of them answered at each step, worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ita_analysis.scores.cell_forms import whole_of
from ita_analysis.scores.words import words

MOST_STEPS = 11  # of an answer scale: 0 to 10
POPULATION = "population"
ANSWERS = tuple(f"answers_{step}" for step in range(MOST_STEPS))
COUNTED = (POPULATION, *ANSWERS)
ROUNDING = 0.01  # points: a printed score has two decimals, rounded or cut

Flags = NDArray[np.bool_]
Figures = NDArray[np.float64]


class CountFault(NamedTuple):
    """What the counts of a row say against each other or against its score, and in which column."""

    code: str
    column: str
    found: str
    expected: str
    fix: str


def read(cell: Callable[[str], str]) -> tuple[dict[str, int], list[str]]:
    """Return the counts that the cells of a row give, and the columns whose cell is no count (a population: 1 or more)."""
    texts = {name: text for name in COUNTED if (text := cell(name))}
    counts = {name: whole_of(text) for name, text in texts.items()}
    found = {name: count for name, count in counts.items() if count is not None and (count or name != POPULATION)}
    return found, [name for name in texts if name not in found]


def implied_score(answers: Sequence[int]) -> float:
    """Return the mean that answers give, 0–100: the steps stand evenly from 0 (the first) to 100 (the last).

    >>> implied_score([0, 0, 10, 30])
    91.66666666666667
    """
    return 100 * sum(step * count for step, count in enumerate(answers)) / (sum(answers) * (len(answers) - 1))


def steps_given(counts: Mapping[str, int]) -> list[int]:
    """Return the counts of the steps that are given, worst first."""
    return [counts[name] for name in ANSWERS if name in counts]


def is_unbroken(counts: Mapping[str, int]) -> bool:
    """Return whether the steps given are none, or at least two from 0 on without a gap."""
    count = len(steps_given(counts))
    return count != 1 and all(name in counts for name in ANSWERS[:count])


def faults(
    counts: Mapping[str, int], *, respondents: int | None, score: float | None, level: str
) -> Iterator[CountFault]:
    """Yield what contradicts itself in the counts of one row.

    Args:
        counts: `population` and `answers_0` … as given in the row, whole and >= 0; what is blank is absent.
        respondents, score: those of the row; None where the cell is faulty (then nothing is held against it) or blank.
        level: of the row's code.
    """
    answers = steps_given(counts)
    people = respondents
    if answers and level != "item":
        yield _fault("level", ANSWERS[0], found=" ".join(map(str, answers)))
    elif answers and not is_unbroken(counts):
        given = " ".join(name for name in ANSWERS if name in counts)
        yield _fault("gap", next(name for name in ANSWERS if name in counts), found=given)
    elif answers:
        people = sum(answers) if respondents is None else respondents
        yield from _against(answers, respondents, score)
    if POPULATION in counts and people is not None and counts[POPULATION] < people:
        yield _fault("population", POPULATION, found=counts[POPULATION], people=people)


def _against(answers: Sequence[int], respondents: int | None, score: float | None) -> Iterator[CountFault]:
    """Yield where the sum of the answers is not the respondents, and where their mean is not the score."""
    total, said = sum(answers), " + ".join(map(str, answers))
    if not total:
        yield _fault("nobody", ANSWERS[0], found=said)
        return
    if respondents is not None and respondents != total:
        yield _fault("sum", "respondents", said=said, sum=total, respondents=respondents)
    if score is not None and abs(implied_score(answers) - score) > ROUNDING + 1e-9:
        yield _fault(
            "score", "score", said=" ".join(map(str, answers)), mean=f"{implied_score(answers):.2f}", score=score
        )


def _fault(kind: str, column: str, **facts: Any) -> CountFault:
    said = words()["counts"][kind]
    return CountFault(f"answers-{kind}", column, *(said[part].format(**facts) for part in ("found", "expected", "fix")))


def agree(columns: Mapping[str, Figures], is_item: Flags) -> tuple[Flags, Figures]:
    """Return which of many rows have no fault, and the respondents of each where answers give them.

    Args:
        columns: `score`, `respondents` (0: not given) and those of `COUNTED` that the table has, one more than the
            count that is given and 0 where none is.
        is_item: whether a row's code is an item.

    Returns:
        A flag and a number a row. It errs on the side of a fault: `faults` decides.
    """
    blank = np.zeros(len(is_item))
    given = np.array([columns[name] for name in ANSWERS if name in columns]).reshape(-1, len(is_item))
    has_step = given > 0
    steps = has_step.sum(axis=0)
    counts = np.where(has_step, given - 1, 0.0)
    total = counts.sum(axis=0)
    points = (counts * np.arange(len(counts))[:, None]).sum(axis=0)
    people = np.where(columns["respondents"] > 0, columns["respondents"], total)
    is_prefix = (has_step[1:] <= has_step[:-1]).all(axis=0) & (steps != 1)
    scale = np.maximum(total * (steps - 1), 1.0)
    is_mean = np.abs(100 * points / scale - columns["score"]) <= ROUNDING
    sound = (steps == 0) | (is_prefix & is_item & (total > 0) & (people == total) & is_mean)
    room = columns.get(POPULATION, blank)
    return sound & ((room == 0) | (room - 1 >= people)), people
