"""The lines that `ita trace` prints: the figure, its file and cell, its rules, its years, the notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ita_analysis.run import runs
from ita_analysis.run.trace import Place, Trace

COMPUTED = ("published_score", "rolled_up_score", "difference_points")


def lines(found: Trace) -> list[str]:
    """Return where the figure comes from, in Thai, plain lines."""
    said = runs.words()["trace"]
    record = found.record
    topic = runs.text(record.get("topic_th")) or runs.text(record.get("name_th"))
    head = said["head"].format(
        agency=found.agency_code, name=found.agency_name_th, code=found.code, topic=topic, year=found.fiscal_year_be
    )
    score = said["score"].format(score=_points(found.score))
    return [head.replace("  ", " "), score, *_source(found, said), *_computed(found, said), *_rest(found, said)]


def _source(found: Trace, said: Mapping[str, Any]) -> Iterator[str]:
    if found.source is None:
        yield said["no_source" if found.score is None else "computed_source"]
        return
    yield said["source"].format(place=_place_text(found.source, said))
    yield said["state"][found.source.state]
    if document := found.document:
        yield said["document"].format(document=" · ".join(map(str, document.values())))
    for name in ("score_doubt_th", "note_th"):
        if text := runs.text(found.record.get(name)):
            yield said[name].format(text=text)


def _place_text(place: Place, said: Mapping[str, Any]) -> str:
    parts = {
        "sheet": place.sheet,
        "row": "" if place.row is None else f"{place.row:,}",
        "cell": place.cell,
        "held": place.held,
    }
    return " · ".join([place.file, *(said["place"][name].format(it=text) for name, text in parts.items() if text)])


def _computed(found: Trace, said: Mapping[str, Any]) -> Iterator[str]:
    """Yield published and rolled-up figure side by side, and why one of them is not there."""
    figures = {name: runs.number(found.record.get(name)) for name in COMPUTED}
    if any(figure is not None for figure in figures.values()):
        yield said["figures"].format(**{name: _points(figure, 4) for name, figure in figures.items()})
    if why := runs.text(found.record.get("not_computed_th")):
        yield said["not_computed"].format(why=why)


def _rest(found: Trace, said: Mapping[str, Any]) -> Iterator[str]:
    rules = found.rule_file or said["no_rules"]
    yield said["rules"].format(framework=found.framework, file=rules, digest=found.rules_digest[:8] or said["unknown"])
    if found.own_rules:
        yield said["own_rules"].format(rules=found.own_rules)
    for year, score, place in found.earlier:
        yield said["earlier"].format(year=year, score=_points(score), place=_place_text(place, said))
    titles: dict[int, list[str]] = {}
    for one in found.shown:
        titles.setdefault(one.cell, []).append(one.title)
    shown = " · ".join(said["shown"].format(cell=cell, titles=", ".join(held)) for cell, held in titles.items())
    yield said["notebook"].format(file=found.notebook, shown=shown)
    yield said["page"].format(key=found.page_key[:8])


def _points(score: float | None, places: int = 2) -> str:
    if score is None:
        return str(runs.words()["trace"]["unknown"])
    return f"{score:.2f}" if round(score, 2) == score else f"{score:.{max(places, 4)}f}"
