"""The lines that `ita diff` prints: what holds for all first, then one agency after the other, then what can't be known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ita_analysis.run import runs
from ita_analysis.run.diff import Change, Difference, Pair


def lines(found: Difference) -> list[str]:
    """Return the comparison in Thai, plain lines."""
    said = runs.words()["diff"]
    before, after = found.before, found.after
    first = said["head"].format(
        before=before.name,
        after=after.name,
        scheme=after.scheme,
        packs=len(before.manifests),
        packs_after=len(after.manifests),
    )
    return [first, *_of_the_runs(found, said), *_of_all(found, said), *_of_each(found, said), *_unknown(found, said)]


def _of_the_runs(found: Difference, said: Mapping[str, Any]) -> Iterator[str]:
    before, after = found.before, found.after
    if before.fiscal_year_be != after.fiscal_year_be:
        yield said["years"].format(before=before.fiscal_year_be, after=after.fiscal_year_be)
    listed = {
        "missing": found.missing,
        "added": found.added,
        "failed_now": [code for code in after.failed if code not in before.failed],
        "failed_both": [code for code in after.failed if code in before.failed],
        "failed_before": [code for code in before.failed if code not in after.failed],
        "unreadable_before": before.unreadable,
        "unreadable_after": after.unreadable,
    }
    for name, codes in listed.items():
        if codes:
            yield said[name].format(count=len(codes), codes=_some(codes, said))


def _of_all(found: Difference, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed in many packs at once: rules, files, parameters."""
    for part, count in _counted(change.parts for change in found.changes):
        yield said["part"].format(part=said["parts"].get(part, part), count=count)
    for (path, how), count in _counted(change.inputs.items() for change in found.changes):
        yield said["input"].format(how=said["how"][how], path=path, count=count)
    for (name, old, new), count in _counted(map(_parameter, change.parameters.items()) for change in found.changes):
        yield said["parameter"].format(name=name, before=old, after=new, count=count)


def _counted(each: Iterable[Iterable[Any]]) -> list[tuple[Any, int]]:
    return sorted(Counter(one for found in each for one in found).items())


def _parameter(given: tuple[str, tuple[Any, Any]]) -> tuple[str, str, str]:
    name, (before, after) = given
    return (name, json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False))


def _of_each(found: Difference, said: Mapping[str, Any]) -> Iterator[str]:
    readers = [change for change in found.changes if change.is_for_readers]
    for change in readers:
        yield said["agency"].format(code=change.agency_code, name=change.agency_name_th)
        yield from (f"  {text}" for text in _change_lines(change, said))
    others = [change.agency_code for change in found.changes if change.pages and not change.is_for_readers]
    if others:
        yield said["pages_only"].format(count=len(others), codes=_some(others, said))
    yield said["same"].format(count=found.same)


def _change_lines(change: Change, said: Mapping[str, Any]) -> Iterator[str]:
    shown: dict[str, tuple[tuple[Pair, ...], Callable[[Pair], str]]] = {
        "appeared": (change.appeared, lambda pair: f"{pair.code} {_points(pair.after)}"),
        "gone": (change.gone, lambda pair: said["was"].format(code=pair.code, score=_points(pair.before))),
        "scores": (change.scores, lambda pair: f"{pair.code} {_points(pair.before)} → {_points(pair.after)}"),
    }
    for name, (pairs, text) in shown.items():
        if pairs:
            yield said[name].format(items=" · ".join(map(text, pairs)))
    if change.total:
        yield said["total"].format(before=_points(change.total.before), after=_points(change.total.after))
    for name, codes in (("documents_appeared", change.documents_appeared), ("documents_gone", change.documents_gone)):
        if codes:
            yield said[name].format(codes=" ".join(codes))
    causes = [said["how"][how] + " " + path for path, how in change.inputs.items()]
    causes += [said["parts"].get(part, part) for part in change.parts]
    if causes:
        yield said["cause"].format(causes=" · ".join(causes))


def _unknown(found: Difference, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what manifests don't tell."""
    yield said["unknown"]["scores"]
    for name, count in _counted(change.unknown for change in found.changes):
        yield said["unknown"][name].format(count=count)


def _points(score: float | None) -> str:
    if score is None:
        return str(runs.words()["diff"]["word"]["unknown"])
    return f"{score:.2f}" if round(score, 2) == score else f"{score:g}"


def _some(codes: Iterable[str], said: Mapping[str, Any], most: int = 20) -> str:
    held = list(codes)
    return " ".join(held[:most]) + (said["more"].format(count=len(held) - most) if len(held) > most else "")
