"""Supporting records of a report by the patterns of `published.toml`: sessions, memos, figures, duty lists, meetings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ita_analysis.measures.published.flow import Flow
from ita_analysis.measures.published.lists import likeness
from ita_analysis.measures.published.markup import one_line
from ita_analysis.measures.published.monthly import Printing
from ita_analysis.measures.published.pages import letters
from ita_analysis.measures.published.parts import Inner
from ita_analysis.measures.published.source import words
from ita_analysis.thai.digits import to_arabic_digits
from ita_analysis.thai.written_dates import find

Spec = Mapping[str, Any]
_ALIKE = 0.6  # an action this much like a result repeats it


@dataclass
class Found:
    """One record before it is given its key: where it stands, its fields, the item it belongs to, why it is doubted."""

    spec: Spec
    line: int
    values: dict[str, str]
    item: str = ""
    whys: list[tuple[str, str]] = field(default_factory=list)  # field, reason


def found_records(flow: Flow, results: Sequence[Mapping[str, str]], printings: Sequence[Printing]) -> list[Found]:
    """Return the records of a report, kind by kind as the patterns stand, each kind in printed order.

    Args:
        results: rows of measures; several items that share a result count once.
        printings: of the monthly table, which is one record.
    """
    once = list({row["measure_id"]: row for row in results if row["result_th"]}.values())
    shared: dict[str, list[str]] = {}
    for row in results:
        shared.setdefault(row["measure_id"], []).append(row["item_code"])
    found: list[Found] = []
    for spec in words()["record"]:
        if spec.get("where") == "results":
            for row in once:
                found += [
                    _of(spec, one, int(row["result_line"]), row["item_code"])
                    for one in _matches(spec, row["result_th"])
                ]
        elif "start" in spec:
            found += _memos(spec, flow)
        elif "column" in spec:
            found += _columns(spec, flow.tables)
        elif "inner_head" in spec:
            found += _inner(spec, flow.tables)
        elif "actions" in spec:
            found += _actions(spec, flow)
        else:
            found += [_of(spec, one, line) for line, text in _texts(flow) for one in _matches(spec, text)]
    if printings:
        found.append(_monthly(printings))
    _relate(found, once)
    return [one for one in found if one.values.get("subject_th")]


def _texts(flow: Flow) -> Iterator[tuple[int, str]]:
    for row in flow.others:
        for cell in row.cells:
            yield from ((row.line, text) for text in cell.paragraphs)


def _matches(spec: Spec, text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each place where a text fits the pattern (matched with Arabic digits, given as printed)."""
    if spec.get("needs", "") not in text:
        return
    if "channels" in spec:
        named = [name for name in spec["channels"] if name.lower() in text.lower()]
        if len(named) >= spec["channels_needed"]:
            yield {"subject": "; ".join(named), "value": str(len(named)), "unit": "channels"}
        return
    for match in re.finditer(spec["pattern"], to_arabic_digits(text)):
        yield {name: text[slice(*match.span(name))] for name, said in match.groupdict().items() if said}


def _of(spec: Spec, said: Mapping[str, str], line: int, item: str = "") -> Found:
    value = to_arabic_digits(said.get("value", "")).replace(",", "")
    unit = said.get("unit", "")
    values = {
        "subject_th": one_line(said.get("subject", "")),
        "date_printed": said.get("date", ""),
        "time_printed": said.get("time", ""),
        "value": value,
        "unit": spec.get("units", {}).get(unit, unit),
    }
    written = find(values["date_printed"])
    if written and (written.weekday is None or written.weekday == written.day.weekday()):
        values["date_iso"] = written.day.isoformat()
    return Found(spec, line, values, item, [("subject_th", "record_rule")] if spec.get("doubted") else [])


def _memos(spec: Spec, flow: Flow) -> Iterator[Found]:
    lines = list(_texts(flow))
    for at, (line, text) in enumerate(lines):
        if spec["start"] not in text:
            continue
        said: dict[str, str] = {}
        for _, below in lines[at : at + spec["lines"]]:
            for name in ("date", "subject", "unit_th"):
                match = re.match(spec[name], to_arabic_digits(below))
                if match:
                    said |= {
                        key: below[slice(*match.span(key))]
                        for key, part in match.groupdict().items()
                        if part and key not in said
                    }
        one = _of(spec, {name: text for name, text in said.items() if name in ("date", "subject")}, line)
        one.values["responsible_th"] = one_line(" ".join(said[name] for name in ("unit", "unit2") if name in said))
        yield one


def _columns(spec: Spec, tables: Sequence[Inner]) -> Iterator[Found]:
    """Yield the rows of a table with a certain head: what stands under it, or under the columns that name the subject."""
    for table in tables:
        head = table.rows[0][1]
        place = next((at for at, text in enumerate(head) if spec["column"] in text), -1)
        if not table.is_loose or place < 0:
            continue
        subjects = [at for at, text in enumerate(head) if any(word in text for word in spec.get("subject_columns", ()))]
        for line, texts in table.rows[1:]:
            said = (
                ": ".join(texts[at] for at in subjects if at < len(texts) and texts[at]) if subjects else texts[place]
            )
            one = _of(spec, {"subject": said}, line)
            one.values["responsible_th"] = texts[place] if subjects and place < len(texts) else ""
            one.whys = [("subject_th", "record_picture")]
            yield one


def _inner(spec: Spec, tables: Sequence[Inner]) -> Iterator[Found]:
    """Yield the rows of a table in the column of pictures that lists what was made public."""
    for table in tables:
        heads = [at for at, (_, texts) in enumerate(table.rows) if any(word in texts[0] for word in spec["inner_head"])]
        if table.is_loose or not heads:
            continue
        for line, texts in table.rows[heads[0] + 1 :]:
            is_done = any(text in spec["done"] for text in texts[1:])
            name = texts[0].lstrip("-–• ")
            if is_done:
                item = table.block.drafts[0].printed.code if table.block and table.block.drafts else ""
                part = texts[0] != name
                said = {"subject": table.rows[heads[0]][1][0] if part else name}
                one = _of(spec, said, line, item)
                one.values["responsible_th"] = name if part else ""
                one.whys = [("subject_th", "record_picture")]
                yield one


def _actions(spec: Spec, flow: Flow) -> Iterator[Found]:
    """Yield the numbered paragraphs below the table that rise from 1; a list that begins anew stands inside the first."""
    last, inner = 0, 0
    for line, text in _texts(flow):
        match = re.match(words()["list"]["marker"], to_arabic_digits(text))
        number = int(match[1]) if match else 0
        if match is None or number not in (1, inner + 1, last + 1):
            continue
        if (inner and number == inner + 1) or (last and number == 1):
            inner = number
        elif number == last + 1:
            last, inner = number, 0
            yield _of(spec, {"subject": text[match.end() :], "value": str(number), "unit": "action no."}, line)


def _monthly(printings: Sequence[Printing]) -> Found:
    spec = {"type": "satisfaction_table", "prefix": "sat", "doubted": True}
    values = {"subject": printings[0].subject, "value": str(len(printings)), "unit": "times in the document"}
    items = dict.fromkeys(code for one in printings for code in one.item_codes)
    return _of(spec, values, printings[0].months[0].line, " ".join(items))


def _relate(found: Sequence[Found], results: Sequence[Mapping[str, str]]) -> None:
    """Give records below the table the item whose results the actions there repeat, where one is repeated most."""
    votes: Counter[str] = Counter()
    actions = [one for one in found if "actions" in one.spec][: words()["limits"]["actions"]]
    for action in actions:
        text = letters(action.values["subject_th"])
        for row in results:
            done = letters(row["result_th"])
            if min(len(text), len(done)) > 40 and (text in done or done in text or likeness(text, done) >= _ALIKE):
                votes[row["item_code"]] += 1
    if not votes:
        return
    item = votes.most_common(1)[0][0]
    for one in found:
        if not one.item and one.line >= actions[0].line:
            one.item = item
            one.whys.append(("related_item", "record_rule"))
