"""The optional counts beside a score: of how many people, and how many of them answered at each step, worst first."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ita_analysis.framework.codes import LEVELS
from ita_analysis.scores.cell_forms import whole_of
from ita_analysis.scores.words import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Figures = NDArray[np.float64]

MOST_STEPS = 11  # of an answer scale: 0 to 10
POPULATION = "population"
ANSWERS = tuple(f"answers_{step}" for step in range(MOST_STEPS))
COUNTED = (POPULATION, *ANSWERS)
ROUNDING = 0.01  # points: a printed score has two decimals, rounded or cut


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


def sure_of(counts: Mapping[str, int], faulty: Collection[str]) -> dict[str, int]:
    """Return the counts that can be held against others: none of a faulty cell, no step beside a faulty one."""
    gone = {*faulty, *(ANSWERS if any(name in faulty for name in ANSWERS) else ())}
    return {name: count for name, count in counts.items() if name not in gone}


def implied_scores(answers: Sequence[int]) -> tuple[float, float]:
    """Return the mean that answers give, 0–100: steps evenly from 0 to 100, then each step in whole points (0 33 67 100).

    Which of the two the official system takes is not known: a university's copy of the form of 2564 prints whole points.

    >>> implied_scores([0, 0, 10, 30])
    (91.66666666666667, 91.75)
    """
    last, people = len(answers) - 1, sum(answers)
    even = sum(100 * step / last * count for step, count in enumerate(answers)) / people
    return even, sum(math.floor(100 * step / last + 0.5) * count for step, count in enumerate(answers)) / people


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
    if answers and level in LEVELS and level != "item":
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
    means = implied_scores(answers)
    if score is not None and min(abs(mean - score) for mean in means) > ROUNDING + 1e-9:
        mean = " / ".join(dict.fromkeys(f"{one:.2f}" for one in means))
        yield _fault("score", "score", said=" ".join(map(str, answers)), mean=mean, score=score)


def _fault(kind: str, column: str, **facts: Any) -> CountFault:
    said = words()["counts"][kind]
    return CountFault(f"answers-{kind}", column, *(said[part].format(**facts) for part in ("found", "expected", "fix")))


def agree(columns: Mapping[str, Figures], is_item: Flags) -> tuple[Flags, Figures]:
    """Return which of many rows have no fault, and the respondents of each where answers give them.

    Args:
        columns: `score`, `respondents` (0: not given) and those of `COUNTED` that the table has, one more than the
            count that is given, 0 where none is, NaN where the cell is no plain count.
        is_item: whether a row's code is an item.

    Returns:
        A flag and a number a row. It errs on the side of a fault: `faults` decides.
    """
    import numpy as np  # late: whoever reads the names of the columns alone has no use for it

    blank = np.zeros(len(is_item))
    given = np.array([columns[name] for name in ANSWERS if name in columns]).reshape(-1, len(is_item))
    has_step = given > 0
    steps = has_step.sum(axis=0)
    counts = np.where(has_step, given - 1, 0.0)
    total = counts.sum(axis=0)
    at = 100 * np.arange(len(counts))[:, None] / np.maximum(steps - 1, 1)
    means = [(counts * points).sum(axis=0) / np.maximum(total, 1) for points in (at, np.floor(at + 0.5))]
    people = np.where(columns["respondents"] > 0, columns["respondents"], total)
    is_prefix = (has_step[1:] <= has_step[:-1]).all(axis=0) & (steps != 1)
    is_mean = np.min(np.abs(np.array(means) - columns["score"]), axis=0) <= ROUNDING
    sound = (steps == 0) | (is_prefix & is_item & (total > 0) & (people == total) & is_mean)
    room = columns.get(POPULATION, blank)
    for name in COUNTED:
        sound &= ~np.isnan(columns.get(name, blank))
    return sound & ((room == 0) | (room - 1 >= people)), people
