"""The page beside an imported report: every doubted reading next to its source line, to search and filter; offline."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from ita_analysis.export.environment import new_environment
from ita_analysis.measures.published import Published
from ita_analysis.measures.published.decisions import COLUMNS, KEYS, line_for
from ita_analysis.measures.published.doubts import CONFIDENCES, DOCUMENT, Doubt
from ita_analysis.measures.published.source import words
from ita_analysis.scores.bounded import InputFile
from ita_analysis.thai import fonts
from ita_analysis.thai.catalogue import catalogue
from ita_analysis.thai.text import printable

_AROUND = 160  # letters of the source shown on each side of a reading
_MOST_LETTERS = 20_000  # of one source line
_TAG = re.compile(r"<[^<>]{0,300}>")
_FOUND_BY = 24  # first letters of a text by which it is found there
_FALLBACK = ("result_th", "measure_th", "item_text_th", "subject_th", "score_as_printed", "date_printed")
HEADER = (*COLUMNS, "key")


class Shown(NamedTuple):
    """One doubt as the page shows it; rows that share line, field and reason stand together."""

    line: int
    names: str
    field: str
    value: str
    confidence: str
    why: str
    source: tuple[str, str, str]
    decisions: str


def render(read: Published, file: InputFile) -> str:
    """Return the page; nothing on it depends on clock or folder, and every text is shown as the characters that it is."""
    said = catalogue("export", "review.toml")
    most = words()["limits"]["doubts"]
    worst_first = sorted(read.doubts, key=lambda doubt: -CONFIDENCES.index(doubt.confidence))
    groups = _grouped(worst_first)
    shown = [_shown(group, read, said) for group in groups[:most]]
    lines = sorted({one.line for one in shown})
    counts = {table: len(rows) for table, rows in read.tables.items()}
    counts["measures"] = len({row["measure_id"] for row in read.tables["measures"]})
    return (
        _environment()
        .get_template("review.html.j2")
        .render(
            said=said,
            counts=said["counts"].format(**counts),
            name=printable(file.path.name),
            agency=printable(read.agency_name_th),
            digest=file.sha256[:8],
            doubts=shown,
            more=said["more"].format(shown=most, all=len(groups)) if len(groups) > most else "",
            levels=[(name, words()["confidence"][name], _count(shown, name)) for name in CONFIDENCES[:0:-1]],
            level_th=words()["confidence"],
            fields=sorted({one.field for one in shown}, key=list(words()["fields"]).index),
            field_th=words()["fields"],
            header=",".join(HEADER),
            sources=[(line, *_cut(read.source.get(line, ""), said)) for line in lines],
        )
    )


def _count(shown: Sequence[Shown], level: str) -> int:
    return sum(one.confidence == level for one in shown)


def _grouped(doubts: Sequence[Doubt]) -> list[list[Doubt]]:
    groups: dict[tuple[object, ...], list[Doubt]] = {}
    for doubt in doubts:
        shared = doubt.value if doubt.field in ("shared_with", "related_item", "evidence_kind") else doubt.key
        groups.setdefault((doubt.line, doubt.table, doubt.field, doubt.why_th, shared), []).append(doubt)
    return list(groups.values())


def _shown(group: Sequence[Doubt], read: Published, said: dict[str, Any]) -> Shown:
    first = group[0]
    keys = [said["document"] if doubt.key == DOCUMENT else doubt.key for doubt in group]
    return Shown(
        first.line,
        printable(" ".join(dict.fromkeys(keys))),
        first.field,
        printable(_value(first)),
        first.confidence,
        printable(first.why_th),
        _excerpt(_needles(first, read), read.source.get(first.line, "")),
        _decision_lines(group),
    )


def _value(doubt: Doubt) -> str:
    """Return a value as the page says it: the tables' English words in Thai."""
    said = words()["shown"]
    if doubt.field not in ("result_relation", "evidence_kind"):
        return doubt.value
    return " · ".join(said.get(part, part) for part in doubt.value.split(";"))


def _needles(doubt: Doubt, read: Published) -> list[str]:
    """Return by what a reading is found in its source line: its value, else what else its row has from there."""
    rows = (row for row in read.tables[doubt.table] if row.get(KEYS[doubt.table]) == doubt.key)
    row = next(rows, {})
    names = {"code": ["code_as_printed"], "score": ["score_as_printed"]}.get(doubt.field, [])
    return [row.get(name, "") for name in names] + [doubt.value] + [row.get(name, "") for name in _FALLBACK]


def _decision_lines(group: Sequence[Doubt]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, HEADER, lineterminator="\n")
    writer.writerows(line_for(doubt) for doubt in group)
    return printable(text.getvalue().strip())


def _excerpt(needles: Sequence[str], source: str) -> tuple[str, str, str]:
    """Return the source line around a reading in three parts, the middle one being the reading, where it stands there."""
    plain = " ".join(_TAG.sub(" ", source).split())
    found = ((plain.find(needle[:_FOUND_BY]), needle) for needle in needles if needle)
    start, needle = next(((at, needle) for at, needle in found if at >= 0), (0, ""))
    end = start + min(len(needle), _FOUND_BY)
    first = max(0, start - _AROUND)
    first = plain.find(" ", first, start) + 1 or first if first else 0  # no cluster of letters is cut
    before, after = plain[first:start], plain[end : end + _AROUND + (0 if needle else _AROUND)]
    return (
        ("…" if first else "") + printable(before),
        printable(plain[start:end]),
        printable(after) + ("…" if end + len(after) < len(plain) else ""),
    )


def _cut(source: str, said: dict[str, Any]) -> tuple[str, str]:
    if len(source) <= _MOST_LETTERS:
        return printable(source), ""
    return printable(source[:_MOST_LETTERS]), said["cut"].format(shown=f"{_MOST_LETTERS:,}", all=f"{len(source):,}")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = new_environment()
    script = _own("review.js.j2")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    environment.globals.update(
        style=Markup(fonts.web_font_css() + _own("review.css")),  # noqa: S704 - our own two files
        script=Markup(script),  # noqa: S704 - our own file, no data in it
        script_hash=f"'sha256-{digest}'",
    )
    return environment


def _own(name: str) -> str:
    return (files("ita_analysis.export") / "templates" / name).read_text(encoding="utf-8").replace("\r\n", "\n")
