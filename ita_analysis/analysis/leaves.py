"""What can rise: the lowest nodes whose weight is known, how far each may rise, and what that costs in effort."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import pandas as pd

from ita_analysis.analysis.rollup import exact
from ita_analysis.analysis.rows import codes_in_order
from ita_analysis.errors import InputError, Problem, nearest
from ita_analysis.framework.model import Framework, Instrument
from ita_analysis.framework.weights import FULL_SCORE, points_of_total
from ita_analysis.thai.catalogue import catalogue

Basis = Literal["documents", "peers", "fixed", "asked", "unknown"]

ALONE_TARGET = Fraction(95)  # of a survey leaf without peers
PEER_SHARE = Fraction(9, 10)  # of the peers lie at or below the target
EFFORTS = range(1, 6)  # what one item may cost
DOCUMENT_EFFORT, SURVEY_EFFORT = 1, 3
UNKNOWN_ITEMS = 5  # counted for a leaf whose number of items is not known


@dataclass(frozen=True)
class Leaf:
    """A node that may rise, all figures exact.

    Attributes:
        code, instrument: of the leaf and of the instrument that it belongs to.
        kind: whether people answer it or documents are checked.
        points: points of the total per point of the leaf.
        score: 0–100; None where not known: such a leaf can't rise.
        target: how far it may rise, >= score; None without a score.
        basis: where the target comes from: documents (100), the peers' 90th percentile, a fixed line, asked for.
        items: how many items it stands for, None where not known.
        effort: effort of one item (1–5) times its items.
    """

    code: str
    instrument: str
    kind: Literal["survey", "documents"]
    points: Fraction
    score: Fraction | None
    target: Fraction | None
    basis: Basis
    items: int | None
    effort: int

    @property
    def rise(self) -> Fraction:
        """Return how many points the leaf itself rises."""
        return Fraction(0) if self.score is None or self.target is None else self.target - self.score

    @property
    def gain(self) -> Fraction:
        """Return how many points of the total that is."""
        return self.points * self.rise


def leaves_of(
    scores: Mapping[str, Fraction],
    framework: Framework | None,
    *,
    peers: Mapping[str, Fraction] | None = None,
    targets: Mapping[str, float] | None = None,
    efforts: Mapping[str, float] | None = None,
) -> tuple[Leaf, ...]:
    """Return the leaves of one agency and year in natural code order; none where the weights are not known.

    Args:
        scores: this year's scores by code, 0–100, exact.
        framework: the rules of that year.
        peers: code -> the target that its peers set (`peer_targets`); a survey leaf without one may rise to 95.
        targets: code -> how far the user lets it rise, from its score to 100.
        efforts: code -> what the user thinks that one item of it costs, whole, 1–5. Default: a document 1, an item of
            a survey 3. A leaf that stands for several items costs so many times that; an unknown number counts 5.

    Raises:
        InputError: a target or effort names no leaf, a leaf without a score, or is out of range; all at once.
    """
    asked, rated = dict(targets or {}), dict(efforts or {})
    points = points_of_total(framework).points
    if framework is None or points is None:
        known: list[Leaf] = []
    else:
        owners = _owners(framework)
        known = [
            _leaf(code, framework, framework.instrument[owners[code]], share, scores.get(code), peers or {})
            for code, share in points.items()
        ]
    problems = list(_problems(known, asked, rated, framework))
    if problems:
        said = catalogue("analysis", "lift.toml")["refused"]
        raise InputError(said["message"].format(count=len(problems)), problems, todo=said["todo"])
    return tuple(_rated(leaf, asked, rated) for leaf in known)


def peer_targets(group: pd.DataFrame, framework: Framework, *, fewest: int = 1) -> dict[str, Fraction]:
    """Return code -> the 90th percentile of a group's scores, linear between the order statistics, exact.

    Args:
        group: tidy scores of one year, of all agencies that stand beside each other (the agency itself included).
        framework: their rules.
        fewest: agencies with a score from which a code has a target.

    Raises:
        InputError: the rows mix schemes, years or made-up scores with real ones.
    """
    said = catalogue("analysis", "lift.toml")["refused"]
    found, marks = set(group["framework"].astype(str)), set(group["is_synthetic"].astype(bool))
    if found - {framework.name}:
        message = said["mixed_group"].format(found=", ".join(sorted(found)), wanted=framework.name)
        raise InputError(message, todo=said["mixed_todo"])
    if len(marks) > 1:
        raise InputError(said["mixed_kinds"], todo=said["mixed_todo"])
    rows = group[group["score"].notna()]
    by_code = rows.groupby(rows["code"].astype(str))["score"]
    return {str(code): _percentile(own.tolist()) for code, own in by_code if len(own) >= fewest}


def _percentile(scores: Sequence[float]) -> Fraction:
    ordered = sorted(exact(score) for score in scores)
    place = PEER_SHARE * (len(ordered) - 1)
    at = math.floor(place)
    above = ordered[min(at + 1, len(ordered) - 1)]
    return ordered[at] + (place - at) * (above - ordered[at])


def _owners(framework: Framework) -> dict[str, str]:
    """Return the instrument of every node below the instruments whose place is known."""
    owners = {part.code: one.code for one in framework.instruments for part in one.parts}
    owners |= {one.code: one.instrument for one in framework.indicators}
    owners |= {one.code: owners[one.indicator] for one in framework.sub_indicators}
    return owners | {code: owners[framework.indicators_of(code)[0]] for code in framework.item}


def _items_below(code: str, framework: Framework, instrument: Instrument) -> int | None:
    """Return how many items a leaf stands for; None where its list is not complete or an item's place is open."""
    if code in framework.item:
        return 1
    own = [one for one in framework.items if code in (*one.parents, *framework.indicators_of(one.code))]
    is_sure = instrument.items_listed == "complete" and all(one.status == "known" for one in own)
    return len(own) if own and is_sure else None


def _leaf(
    code: str,
    framework: Framework,
    instrument: Instrument,
    points: Fraction,
    score: Fraction | None,
    peers: Mapping[str, Fraction],
) -> Leaf:
    """Return a leaf with the default target and effort."""
    items = _items_below(code, framework, instrument)
    is_document = instrument.kind == "documents"
    effort = (DOCUMENT_EFFORT if is_document else SURVEY_EFFORT) * (UNKNOWN_ITEMS if items is None else items)
    target, basis = _default_target(score, is_document, peers.get(code))
    return Leaf(code, instrument.code, instrument.kind, points, score, target, basis, items, effort)


def _default_target(score: Fraction | None, is_document: bool, peers: Fraction | None) -> tuple[Fraction | None, Basis]:
    if score is None:
        return None, "unknown"
    if is_document:
        return Fraction(FULL_SCORE), "documents"
    return max(score, ALONE_TARGET if peers is None else peers), "fixed" if peers is None else "peers"


def _rated(leaf: Leaf, targets: Mapping[str, float], efforts: Mapping[str, float]) -> Leaf:
    """Return the leaf as the user wants it."""
    if leaf.code in targets:
        leaf = replace(leaf, target=exact(targets[leaf.code]), basis="asked")
    if leaf.code in efforts:
        leaf = replace(leaf, effort=int(efforts[leaf.code]) * (UNKNOWN_ITEMS if leaf.items is None else leaf.items))
    return leaf


def _problems(
    leaves: Sequence[Leaf], targets: Mapping[str, float], efforts: Mapping[str, float], framework: Framework | None
) -> Iterator[Problem]:
    """Yield what is wrong with the user's targets and efforts, in natural code order."""
    known = {leaf.code: leaf for leaf in leaves}
    for name, given in (("targets", targets), ("efforts", efforts)):
        for code in codes_in_order(list(given)):
            leaf, value = known.get(code), given[code]
            if leaf is None:
                yield _unknown_code(name, code, list(known), framework)
            elif name == "efforts" and value not in EFFORTS:
                yield _problem("effort", name, code=code, value=f"{value:g}")
            elif name == "targets" and not 0 <= value <= FULL_SCORE:
                yield _problem("target_range", name, code=code, value=f"{value:g}")
            elif name == "targets" and leaf.score is None:
                yield _problem("no_score", name, code=code)
            elif name == "targets" and leaf.score is not None and exact(value) < leaf.score:
                yield _problem("target_low", name, code=code, value=f"{value:g}", score=repr(float(leaf.score)))


def _unknown_code(name: str, code: str, known: Sequence[str], framework: Framework | None) -> Problem:
    """Return that a code is no leaf, with the nearest one, or the leaf that stands above it."""
    said = catalogue("analysis", "lift.toml")["problem"]["unknown_code"]
    standing = [one for one in _parents(code, framework) if one in known]
    close = nearest(code, known)
    near = said["above"].format(code=standing[0]) if standing else ""
    near = near or (said["near"].format(codes=" ".join(close)) if close else "")
    shown = " ".join(known[:6]) + (" …" if len(known) > 6 else "") if known else "–"
    return _problem("unknown_code", name, code=code, codes=shown, near=near)


def _parents(code: str, framework: Framework | None) -> Iterator[str]:
    found = framework.item.get(code) if framework else None
    for parent in found.parents if found else ():
        yield parent
        yield framework.indicator_above.get(parent, parent) if framework else parent


def _problem(key: str, name: str, **facts: str) -> Problem:
    said = catalogue("analysis", "lift.toml")["problem"][key]
    found, expected, fix = (said[part].format(**facts) for part in ("found", "expected", "fix"))
    return Problem(code=f"lift-{key.replace('_', '-')}", file=name, found=found, expected=expected, fix=fix)
