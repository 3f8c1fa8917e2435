"""What lifts the total: the cheapest sets of items that reach the next level or the pass line, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import pandas as pd

from ita_analysis.analysis.cheapest import MOST_SETS, cheapest_sets
from ita_analysis.analysis.leaves import Leaf, leaves_of
from ita_analysis.analysis.rollup import exact, roll_up
from ita_analysis.errors import InputError, MachineError
from ita_analysis.framework.codes import TOTAL
from ita_analysis.framework.levels import level_of_total
from ita_analysis.framework.model import Framework
from ita_analysis.framework.weights import FULL_SCORE, points_of_total
from ita_analysis.thai.catalogue import catalogue

FULL = Fraction(FULL_SCORE)  # figures printed with two decimals may add up to a hair more
Wanted = Literal["next_level", "pass_line"]
Reason = Literal["no_rules", "weights", "levels", "pass_line", "total", "instruments", "leaves"]


@dataclass(frozen=True)
class Goal:
    """What shall be reached: a total, and where the rule of the year says so every instrument; `name_th` of a level."""

    wanted: Wanted
    total: Fraction
    instrument: Fraction | None = None
    name_th: str = ""


@dataclass(frozen=True)
class LiftSet:
    """Leaves that rise together, in natural code order, with their effort and what the total and instruments become."""

    codes: tuple[str, ...]
    effort: int
    gain: Fraction
    total: Fraction
    instruments: Mapping[str, Fraction]


@dataclass(frozen=True)
class Reached:
    """The goal can be reached: the cheapest set first, then at most two others."""

    goal: Goal
    sets: tuple[LiftSet, ...]


@dataclass(frozen=True)
class AlreadyThere:
    """The goal is reached now; for the next level: the highest level is."""

    goal: Goal


@dataclass(frozen=True)
class NotReachable:
    """Not even all leaves at their targets reach the goal.

    Attributes:
        total: what the total would be with all raised.
        missing: points of the total still missing then; 0 where only instruments block.
        blocking: instrument -> points still missing to what the goal asks of it, in the rule file's order.
    """

    goal: Goal
    total: Fraction
    missing: Fraction
    blocking: Mapping[str, Fraction]


@dataclass(frozen=True)
class Unanswerable:
    """The question has no answer; `reason` says why, `codes` which scores are not known."""

    wanted: Wanted
    reason: Reason
    codes: tuple[str, ...] = ()
    goal: Goal | None = None


Answer = Reached | AlreadyThere | NotReachable | Unanswerable


@dataclass(frozen=True)
class Lift:
    """What could rise, from where, and the answers.

    Attributes:
        leaves: in natural code order; empty where the weights are not known.
        total, instruments: the scores to start from, published or else computed; None where not known.
        answers: to the questions for the next level and for the pass line.
    """

    leaves: tuple[Leaf, ...]
    total: Fraction | None
    instruments: Mapping[str, Fraction | None]
    answers: Mapping[Wanted, Answer] = field(default_factory=dict)

    @property
    def without_score(self) -> tuple[str, ...]:
        """Return the leaves that can't rise because their score is not known."""
        return tuple(leaf.code for leaf in self.leaves if leaf.score is None)


def what_lifts(
    scores: pd.DataFrame,
    framework: Framework | None,
    *,
    peers: Mapping[str, Fraction] | None = None,
    targets: Mapping[str, float] | None = None,
    efforts: Mapping[str, float] | None = None,
) -> Lift:
    """Return the cheapest sets of leaves whose rise reaches the next level, and the pass line.

    Scores are answers of people, not knobs: this says what rising scores would add up to, not how to make them rise.

    Args:
        scores: tidy scores of one agency, fiscal year and scheme, any levels, 0–100.
        framework: the rules of that year; None where they are not known.
        peers: code -> the target that the peers set (`leaves.peer_targets`).
        targets, efforts: the user's own, by code (`leaves.leaves_of`).

    Returns:
        The leaves and the answers. Figures are exact fractions; a choice is all or nothing: a leaf rises to its target
        or stays. A leaf without a score makes the question unanswerable, unless its instrument's score is known: then
        that is the base, and the leaf stays as it is.

    Raises:
        InputError: rows of another framework or of several agencies, targets or efforts that don't fit.
        MachineError: the solver gave up.
    """
    if (count := scores["agency_code"].nunique()) > 1:
        said = catalogue("analysis", "lift.toml")["refused"]
        raise InputError(said["several"].format(count=count), todo=said["several_todo"])
    table = roll_up(scores, framework)
    known = scores[scores["score"].notna()]
    by_code = {
        str(code): exact(score)
        for frame in (table[table["score"].notna()], known)
        for code, score in zip(frame["code"], frame["score"], strict=True)
    }
    codes = [one.code for one in framework.instruments] if framework else []
    lift = Lift(
        leaves=leaves_of(by_code, framework, peers=peers, targets=targets, efforts=efforts),
        total=by_code.get(TOTAL),
        instruments={code: by_code.get(code) for code in codes},
    )
    goals: dict[Wanted, Goal | Answer] = {
        "next_level": _next_level(lift, framework),
        "pass_line": _pass_line(framework),
    }
    answers = {
        wanted: _answer(lift, framework, goal) if isinstance(goal, Goal) else goal for wanted, goal in goals.items()
    }
    return Lift(lift.leaves, lift.total, lift.instruments, answers)


def _next_level(lift: Lift, framework: Framework | None) -> Goal | Answer:
    """Return the next level as a goal, or why it can't be said, or that the highest is reached."""
    if framework is None:
        return Unanswerable("next_level", "no_rules")
    if not framework.levels:
        return Unanswerable("next_level", "levels")
    if lift.total is None:
        return Unanswerable("next_level", "total", (TOTAL,))
    instruments = {code: float(score) for code, score in lift.instruments.items() if score is not None}
    found = level_of_total(framework, float(lift.total), instruments)
    if found.level is None and found.unknown_instruments:
        return Unanswerable("next_level", "instruments", found.unknown_instruments)
    level = found.next_level or (framework.levels[-1] if found.level is None else framework.levels[0])
    floor = None if level.min_instrument is None else exact(level.min_instrument)
    goal = Goal("next_level", exact(level.min_total), floor, level.name_th)
    return AlreadyThere(goal) if found.level is not None and found.next_level is None else goal


def _pass_line(framework: Framework | None) -> Goal | Answer:
    if framework is None:
        return Unanswerable("pass_line", "no_rules")
    if framework.pass_line is None:
        return Unanswerable("pass_line", "pass_line")
    return Goal("pass_line", exact(framework.pass_line.score))


def _answer(lift: Lift, framework: Framework | None, goal: Goal) -> Answer:
    asked = goal.instrument is not None
    if lift.total is not None and lift.total >= goal.total and not asked:
        return AlreadyThere(goal)
    if points_of_total(framework).points is None:
        return Unanswerable(goal.wanted, "weights", (), goal)
    unknown = [
        leaf.code for leaf in lift.leaves if leaf.score is None and lift.instruments.get(leaf.instrument) is None
    ]
    if unknown:
        return Unanswerable(goal.wanted, "leaves", tuple(unknown), goal)
    if lift.total is None:
        return Unanswerable(goal.wanted, "total", (TOTAL,), goal)
    return _reach(lift, goal, lift.total)


def _reach(lift: Lift, goal: Goal, total: Fraction) -> Answer:
    """Return the sets that reach the goal from known scores, or what blocks."""
    rising = [leaf for leaf in lift.leaves if leaf.rise > 0]
    floors = {code: score for code, score in lift.instruments.items() if score is not None}
    needs = {TOTAL: goal.total - total}
    if goal.instrument is not None:
        needs |= {code: (goal.instrument - score) * _weight(lift, code) for code, score in floors.items()}
    short = {name: need - _gain(rising, name) for name, need in needs.items()}
    if any(points > 0 for points in short.values()):
        blocking = {
            code: points / _weight(lift, code) for code, points in short.items() if code != TOTAL and points > 0
        }
        return NotReachable(goal, min(total + _gain(rising), FULL), max(short[TOTAL], Fraction(0)), blocking)
    masks = [([name in (TOTAL, leaf.instrument) for leaf in rising], need) for name, need in needs.items()]
    found = cheapest_sets([leaf.gain for leaf in rising], [leaf.effort for leaf in rising], masks, most=MOST_SETS)
    if not found:
        said = catalogue("analysis", "lift.toml")["refused"]
        raise MachineError(said["solver"], todo=said["solver_todo"])
    return Reached(goal, tuple(raised(lift, (rising[at].code for at in places)) for places in found))


def raised(lift: Lift, codes: Iterable[str]) -> LiftSet:
    """Return what the total and the instruments become if these leaves rise to their targets; the total must be known."""
    named = set(codes)
    chosen = [leaf for leaf in lift.leaves if leaf.code in named]
    after = {
        code: min(score + _gain(chosen, code) / _weight(lift, code), FULL)
        for code, score in lift.instruments.items()
        if score is not None
    }
    gain, total = _gain(chosen), lift.total or Fraction(0)
    effort = sum(leaf.effort for leaf in chosen)
    return LiftSet(tuple(leaf.code for leaf in chosen), effort, gain, min(total + gain, FULL), after)


def _gain(leaves: Iterable[Leaf], name: str = TOTAL) -> Fraction:
    """Return the points of the total that the leaves add, all or those of one instrument."""
    return sum((leaf.gain for leaf in leaves if name in (TOTAL, leaf.instrument)), Fraction(0))


def _weight(lift: Lift, instrument: str) -> Fraction:
    return sum((leaf.points for leaf in lift.leaves if leaf.instrument == instrument), Fraction(0))
