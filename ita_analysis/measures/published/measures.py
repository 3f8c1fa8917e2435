"""The measures and results of a report as rows: one for each item that shares them, with what is doubted of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ita_analysis.measures.published.doubts import DOUBTFUL, LIKELY, Doubts, weekday_fault
from ita_analysis.measures.published.flow import Flow
from ita_analysis.measures.published.lists import Entry, Pair, entries_of, paired
from ita_analysis.measures.published.pages import letters
from ita_analysis.measures.published.parts import Block, Draft
from ita_analysis.measures.published.source import words
from ita_analysis.measures.published.wording import Wording

TABLE = "measures"
_SAME = 0.93


@dataclass
class Planned:
    """One pair of a block with its key and the words of its row."""

    key: str
    pair: Pair
    row: dict[str, str]


def measure_rows(flow: Flow, doubts: Doubts, wording: Wording) -> list[dict[str, str]]:
    """Return the rows of all blocks, item by item in printed order, and note every doubt."""
    blocks: list[Block] = []
    for draft in flow.drafts:
        if not any(draft.block is known for known in blocks):
            blocks.append(draft.block)
    rows: list[dict[str, str]] = []
    for block in blocks:
        rows += _block_rows(block, doubts, wording)
    return rows


def _block_rows(block: Block, doubts: Doubts, wording: Wording) -> Iterator[dict[str, str]]:
    codes = [draft.printed.code for draft in block.drafts]
    measures, results = entries_of(block.measure), entries_of(block.result)
    planned = list(_keyed(codes[0], paired(measures, results)))
    evidence = _evidence(block)
    if not planned:
        for draft in block.drafts:
            doubts.add("items", draft.printed.code, "measure_th", "", draft.printed.line, "no_measure", DOUBTFUL)
        return
    for one in planned:
        one.row = {**_pair_row(one, doubts, wording), **evidence}
        _numbers(one, measures, results, doubts)
        _sharing(one, block, codes, doubts)
        _doubt_evidence(one, block, doubts)
    for at, name in block.copied:
        key = planned[-1].key
        doubts.add(TABLE, key, f"{name}_th", planned[-1].row[f"{name}_th"], at, "text_copied", LIKELY)
    for code in codes:
        others = " ".join(other for other in codes if other != code)
        for one in planned:
            said = {"confidence": doubts.confidence(TABLE, one.key), "note": doubts.note(TABLE, one.key)}
            yield {"item_code": code, "measure_id": one.key, "shared_with": others, **one.row, **said}


def _keyed(code: str, pairs: Sequence[Pair]) -> Iterator[Planned]:
    taken: set[str] = set()
    for place, pair in enumerate(pairs, start=1):
        entry = pair.measure or pair.result
        number = entry.number if entry and entry.number.isdecimal() else str(place)
        key = f"{code}-{number}" if pair.measure else f"{code}-r{number}"
        while key in taken:
            key += "b"
        taken.add(key)
        yield Planned(key, pair, {})


def _pair_row(one: Planned, doubts: Doubts, wording: Wording) -> dict[str, str]:
    measure, result = one.pair.measure, one.pair.result
    lines = [entry.line for entry in (measure, result) if entry]
    row = {
        "measure_no": measure.number if measure else "",
        "measure_th": wording.mended(measure.text) if measure else "",
        "result_no": result.number if result else "",
        "result_th": wording.mended(result.text) if result else "",
        "line": str(lines[0]),
        "result_line": str(result.line) if result else "",
    }
    row["result_relation"], row["status"] = _relation(row["measure_th"], row["result_th"])
    for name, entry in (("measure_th", measure), ("result_th", result)):
        if entry:
            _text(one.key, name, row[name], entry, doubts, wording)
    if one.pair.why:
        level = LIKELY if one.pair.why == "pair_no_number" else DOUBTFUL
        doubts.add(TABLE, one.key, "result_relation", row["result_relation"], lines[0], one.pair.why, level)
    elif row["status"] == "" and measure and result:
        doubts.add(TABLE, one.key, "status", "", lines[0], "status_open", LIKELY)
    return row


def _relation(measure: str, result: str) -> tuple[str, str]:
    """Return how a result stands to its plan, and "done" only where it says all that was planned."""
    plan, done = letters(measure), letters(result)
    if not plan or not done:
        return ("no measure", "done") if done else ("none", "not reported")
    if plan == done or plan in done and len(plan) / len(done) >= _SAME:
        return "same", "done"
    if plan in done:
        return "adds", "done"
    return ("shortened" if done in plan else "differs"), ""


def _text(key: str, name: str, text: str, entry: Entry, doubts: Doubts, wording: Wording) -> None:
    if len(entry.lines) > 1:
        doubts.add(TABLE, key, name, text, entry.line, "text_split", LIKELY, lines=" ".join(map(str, entry.lines)))
    if fault := weekday_fault(text):
        doubts.add(TABLE, key, name, text, entry.line, "weekday", DOUBTFUL, **fault)
    wording.doubt(doubts, TABLE, key, name, text, entry.line)


def _numbers(one: Planned, measures: Sequence[Entry], results: Sequence[Entry], doubts: Doubts) -> None:
    """Note a list that leaves out a number or gives one twice, at the entry where it shows."""
    for name, entry, entries in (("measure_no", one.pair.measure, measures), ("result_no", one.pair.result, results)):
        if entry is None or not entry.number.isdecimal():
            continue
        at = next(place for place, other in enumerate(entries) if other is entry)
        before = int(entries[at - 1].number) if at and entries[at - 1].number.isdecimal() else 0
        number, said = int(entry.number), " ".join(other.number for other in entries)
        if number > before + 1:
            doubts.add(TABLE, one.key, name, entry.number, entry.line, "number_skipped", LIKELY, numbers=said)
        elif number <= before:
            doubts.add(TABLE, one.key, name, entry.number, entry.line, "number_twice", DOUBTFUL, numbers=said)


def _sharing(one: Planned, block: Block, codes: Sequence[str], doubts: Doubts) -> None:
    line = int(one.row["line"])
    for place, why in sorted(block.why.items()):
        draft: Draft = block.drafts[place]
        others = " ".join(codes)
        level = DOUBTFUL if why == "shared_unnumbered" else LIKELY
        doubts.add(TABLE, one.key, "shared_with", others, draft.printed.line, why, level, codes=others)
    if block.is_bare:
        doubts.add(TABLE, one.key, "measure_th", one.row["measure_th"], line, "text_bare", LIKELY)


def _evidence(block: Block) -> dict[str, str]:
    """Return what the column of pictures holds for the whole block: kinds, lines, and on what that rests."""
    said = words()["evidence"]
    if not block.shown:
        return {"evidence_kind": said["none"], "evidence_line": "", "evidence_basis": "none"}
    kinds = []
    for shown in block.shown:
        if shown.cell.tables:
            kinds.append(said["table"])
        if any(word in shown.cell.text.lower() for word in said["web_words"]):
            kinds.append(said["web_page"])
        if shown.basis != "text" or shown.cell.paragraphs:
            kinds.append(said["picture"])
    lines = [f"{one.line}-{one.last}" if one.last > one.line else str(one.line) for one in block.shown]
    order = {"text": 0, "description": 1, "tag": 2, "blank": 3}
    basis = min((shown.basis for shown in block.shown), key=lambda name: order[name])
    return {
        "evidence_kind": ";".join(dict.fromkeys(kinds)),
        "evidence_line": "; ".join(lines),
        "evidence_basis": basis,
    }


def _doubt_evidence(one: Planned, block: Block, doubts: Doubts) -> None:
    kind, line = one.row["evidence_kind"], int(one.row["line"])
    if not block.shown:
        doubts.add(TABLE, one.key, "evidence_kind", kind, line, "evidence_none", LIKELY)
    elif one.row["evidence_basis"] == "text":
        doubts.add(TABLE, one.key, "evidence_kind", kind, block.shown[0].line, "evidence_table", LIKELY)
    elif one.row["evidence_basis"] == "blank":
        doubts.add(TABLE, one.key, "evidence_kind", kind, block.shown[0].line, "evidence_blank", LIKELY)
