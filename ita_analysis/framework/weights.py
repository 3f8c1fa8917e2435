"""What one point of an item, indicator or instrument is worth in points of the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ita_analysis.framework.codes import order_key
from ita_analysis.framework.model import Framework, Indicator, Instrument
from ita_analysis.framework.words import reason

FULL_SCORE = 100  # an item that is met


@dataclass(frozen=True)
class PointsOfTotal:
    """What the leaves are worth: the lowest nodes whose share of the total is known.

    Attributes:
        points: leaf -> points of the total per point of the leaf, exact, in natural code order; they sum to 1.
            None where not known.
        leaf_level: instrument -> the level of its leaves: `item`, `sub_indicator`, `indicator`, or `instrument` where
            it is scored in parts (the leaves are then the parts). An instrument may mix levels: the lowest is named.
        reason_th: why `points` is None, else empty.
    """

    points: Mapping[str, Fraction] | None
    leaf_level: Mapping[str, str] = field(default_factory=dict)
    reason_th: str = ""


def points_of_total(framework: Framework | None) -> PointsOfTotal:
    """Return what one point of each leaf is worth in points of the total, by the nesting of means.

    The total is the weighted sum of the instruments, an instrument the mean of its indicators (or the shares of its
    separately scored parts, which are then the leaves), an indicator the mean of its sub-indicators or items as
    `mean_of` says, a sub-indicator the mean of its items. An indicator whose division or item list is not known, or
    that an open item may belong to, is a leaf itself. So an item of a short list weighs more than one of a long list.

    Args:
        framework: the rules of one scheme and year; None where they are not known.

    Source:
        Roll-up of the national assessment 2564, found again from printed figures (the sources stand in its rule file).
    """
    if framework is None:
        return PointsOfTotal(None, reason_th=reason("no_rules"))
    weights = {one.code: Fraction(repr(one.weight)) for one in framework.instruments if one.weight is not None}
    if not weights or len(weights) < len(framework.instruments):
        return PointsOfTotal(None, reason_th=reason("weights_unknown"))
    points: dict[str, Fraction] = {}
    leaf_level: dict[str, str] = {}
    for instrument in framework.instruments:
        own = [one for one in framework.indicators if one.instrument == instrument.code]
        weight = weights[instrument.code] / sum(weights.values())
        if instrument.parts:
            shares = {part.code: Fraction(repr(part.share)) for part in instrument.parts}
            points |= {code: weight * share / sum(shares.values()) for code, share in shares.items()}
            leaf_level[instrument.code] = "instrument"
            continue
        if not own:
            return PointsOfTotal(None, reason_th=reason("indicators_unlisted", [instrument.code]))
        levels = set()
        for indicator in own:
            leaves, level = _leaves(framework, instrument, indicator)
            levels.add(level)
            points |= {code: weight / len(own) * share for code, share in leaves.items()}
        order = ("item", "sub_indicator", "indicator")
        leaf_level[instrument.code] = min(levels, key=order.index)
    return PointsOfTotal({code: points[code] for code in sorted(points, key=order_key)}, leaf_level)


def cost_of_missing(framework: Framework | None, code: str) -> Fraction | None:
    """Return the points of the total that are lost where document item `code` is not met (0 instead of 100).

    None where the item's share is not known, and for an item of a survey, which is not met or missed but answered.
    """
    points = points_of_total(framework).points
    if framework is None or points is None or code not in points or code not in framework.item:
        return None
    documents = {one.code for one in framework.instruments if one.kind == "documents"}
    if not any(framework.indicator[one].instrument in documents for one in framework.indicators_of(code)):
        return None
    return points[code] * FULL_SCORE


def _leaves(framework: Framework, instrument: Instrument, indicator: Indicator) -> tuple[dict[str, Fraction], str]:
    """Return leaf -> share of the indicator (they sum to 1) and the lowest level among them."""
    itself = ({indicator.code: Fraction(1)}, "indicator")
    members = [one for one in framework.items if indicator.code in framework.indicators_of(one.code)]
    is_sure = instrument.items_listed == "complete" and all(one.status == "known" for one in members)
    if indicator.mean_of == "items":
        return (_even([one.code for one in members]), "item") if is_sure and members else itself
    if indicator.mean_of != "sub-indicators":
        return itself
    subs = [one.code for one in framework.sub_indicators if one.indicator == indicator.code]
    below = {sub: [one.code for one in members if one.parents == (sub,)] for sub in subs}
    if not is_sure or sum(map(len, below.values())) < len(members) or not all(below.values()):
        return _even(subs), "sub_indicator"
    return {code: share / len(subs) for sub in subs for code, share in _even(below[sub]).items()}, "item"


def _even(codes: list[str]) -> dict[str, Fraction]:
    return dict.fromkeys(codes, Fraction(1, len(codes)))
