"""What the made-up scheme assesses in each year, and how its figures come about (`synthetic.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ita_analysis.framework import codes, crosswalk, loader
from ita_analysis.framework.model import Framework

SETTINGS_FILE = Path(__file__).with_name("synthetic.toml")


@cache
def settings() -> dict[str, Any]:
    """Return the tables of `synthetic.toml`."""
    return tomllib.loads(SETTINGS_FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Node:
    """One row of an agency and year: an item, or the weighted mean of other nodes."""

    level: str
    code: str
    below: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class YearPlan:
    """What is assessed in one year: items by instrument, the topic each item carries on, and the nodes above."""

    year: int
    framework: str
    surveys: Mapping[str, range]
    items: tuple[str, ...]
    topics: NDArray[np.int64]
    indicators: NDArray[np.int64]
    is_document: NDArray[np.bool_]
    nodes: tuple[Node, ...]


def plans(years: Sequence[int]) -> list[YearPlan]:
    """Return what is assessed in each of `years`.

    A year without a rule file takes the list of the next year that has one (these scores are made up, so nothing real
    is borrowed). Items that compare with the year before, renumbered ones too, carry the same topic on.
    """
    known = {year: _rules(year) for year in loader.years_of(settings()["scheme"])}
    topic_of: dict[tuple[int, str], int] = {}
    for year, rules in known.items():
        for item in _in_order(rules):
            previous, relation, _ = crosswalk.counterpart(rules, item)
            same = relation in crosswalk.COMPARABLE and previous is not None
            before = topic_of.get((year - 1, previous or "")) if same else None
            topic_of[year, item] = len(set(topic_of.values())) if before is None else before
    return [
        _plan(year, known[nearest], {code: topic for (at, code), topic in topic_of.items() if at == nearest})
        for year in years
        for nearest in [min((one for one in known if one >= year), default=max(known))]
    ]


def _rules(year: int) -> Framework:
    found = loader.load(f"{settings()['scheme']}-{year}")
    assert found is not None, year
    return found


def _in_order(rules: Framework) -> list[str]:
    return sorted(rules.item, key=codes.order_key)


def _plan(year: int, rules: Framework, topics: Mapping[str, int]) -> YearPlan:
    items = _in_order(rules)
    indicator = {code: rules.indicators_of(code)[0] for code in items}
    instrument = {code: rules.indicator[indicator[code]].instrument for code in items}
    surveys = [one.code for one in rules.instruments if one.kind == "survey"]
    places_of = {code: [at for at, item in enumerate(items) if instrument[item] == code] for code in surveys}
    return YearPlan(
        year=year,
        framework=f"{rules.scheme}-{year}",
        surveys={code: range(at[0], at[-1] + 1) for code, at in places_of.items()},
        items=tuple(items),
        topics=np.array([topics[code] for code in items]),
        indicators=np.array([list(rules.indicator).index(indicator[code]) for code in items]),
        is_document=np.array([instrument[code] not in surveys for code in items]),
        nodes=_nodes(rules),
    )


def _nodes(rules: Framework) -> tuple[Node, ...]:
    """Return the rows of a year in natural code order; what lies below each follows the nesting of the rule file."""

    def mean(level: str, code: str, below: Sequence[str]) -> Node:
        return Node(level, code, tuple((one, 1 / len(below)) for one in below))

    items = _in_order(rules)
    subs = {one.code: one.indicator for one in rules.sub_indicators}
    found = [Node("total", codes.TOTAL, tuple((one.code, one.weight or 0.0) for one in rules.instruments))]
    for part in rules.instruments:
        found.append(
            mean("instrument", part.code, [one.code for one in rules.indicators if one.instrument == part.code])
        )
    for code in [*rules.indicator, *subs]:
        parents = [sub for sub, owner in subs.items() if owner == code]
        below = parents or [item for item in items if code in rules.item[item].parents]
        found.append(mean("sub_indicator" if code in subs else "indicator", code, below))
    found += [Node("item", code) for code in items]
    return tuple(sorted(found, key=lambda node: codes.order_key(node.code)))
