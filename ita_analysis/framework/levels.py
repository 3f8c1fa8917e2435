"""Which level a total reaches by the rule of its year, and what is missing to the next one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ita_analysis.framework.model import Framework, Instrument, Level
from ita_analysis.framework.words import reason


@dataclass(frozen=True)
class LevelFinding:
    """The level of a total.

    Attributes:
        level: the level reached, with its source; None where it can't be said, `reason_th` says why.
        next_level: the next higher level; None at the top and where the level is not known.
        missing_to_next: points of the total that are missing to `next_level` (0 where only instruments are below).
        below_next: instrument -> points missing to what `next_level` asks of it, only those below, in the file's order.
        unknown_instruments: instruments whose score the rule asks for and nobody gave.
    """

    level: Level | None
    reason_th: str = ""
    next_level: Level | None = None
    missing_to_next: float | None = None
    below_next: Mapping[str, float] = field(default_factory=dict)
    unknown_instruments: tuple[str, ...] = ()

    @property
    def name_th(self) -> str:
        """Return the level's name, or an empty string where it is not known."""
        return self.level.name_th if self.level else ""


def level_of_total(
    framework: Framework | None, total: float | None, instruments: Mapping[str, float] | None = None
) -> LevelFinding:
    """Return the level that `total` reaches by the rule of `framework`.

    Args:
        framework: the rules of that scheme and year; None where they are not known.
        total: the total as published, 0–100, compared as given (a total equal to a limit reaches it); None or NaN
            where not known.
        instruments: instrument -> score 0–100, needed where the year's rule asks something of each instrument; an
            instrument in parts may be given by all its parts.

    Returns:
        The level, or why it can't be said: a missing instrument score leaves the level open only where it decides.
    """
    if framework is None:
        return LevelFinding(None, reason("no_rules"))
    if not framework.levels:
        return LevelFinding(None, reason("levels_unknown"))
    if total is None or math.isnan(total):
        return LevelFinding(None, reason("total_unknown"))
    scores = {one.code: _score(one, instruments or {}) for one in framework.instruments}
    exact_total = Fraction(repr(float(total)))
    for at, level in enumerate(framework.levels):
        if exact_total < _exact(level.min_total):
            continue
        unknown = _unknown(level, scores)
        if _below(level, scores):
            continue
        if unknown:
            return LevelFinding(None, reason("instruments_unknown", unknown), unknown_instruments=unknown)
        above = framework.levels[at - 1] if at else None
        if above is None:
            return LevelFinding(level)
        missing = max(Fraction(0), _exact(above.min_total) - exact_total)
        below = {code: float(gap) for code, gap in _below(above, scores).items()}
        return LevelFinding(level, "", above, float(missing), below, _unknown(above, scores))
    return LevelFinding(None, reason("below_lowest"))


def _below(level: Level, scores: Mapping[str, Fraction | None]) -> dict[str, Fraction]:
    """Return instrument -> points missing, of those known to be below what `level` asks of each."""
    if level.min_instrument is None:
        return {}
    asked = _exact(level.min_instrument)
    return {code: asked - score for code, score in scores.items() if score is not None and score < asked}


def _unknown(level: Level, scores: Mapping[str, Fraction | None]) -> tuple[str, ...]:
    return () if level.min_instrument is None else tuple(code for code, score in scores.items() if score is None)


def _score(instrument: Instrument, given: Mapping[str, float]) -> Fraction | None:
    """Return the score of an instrument as given, else from all its parts, else None."""
    if instrument.code in given and not math.isnan(given[instrument.code]):
        return _exact(given[instrument.code])
    parts = {part.code: part.share for part in instrument.parts}
    if not parts or any(code not in given or math.isnan(given[code]) for code in parts):
        return None
    return sum((_exact(share) * _exact(given[code]) for code, share in parts.items()), Fraction(0))


def _exact(score: float) -> Fraction:
    """Return a number as the fraction that its shortest decimals say."""
    return Fraction(repr(float(score)))
