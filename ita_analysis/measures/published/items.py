"""The items of a report as rows of tidy scores, with what is doubted of each."""

from __future__ import annotations

from collections.abc import Sequence

from ita_analysis.framework.model import Framework
from ita_analysis.measures.published.doubts import DOUBTFUL, LIKELY, SURE, Doubts
from ita_analysis.measures.published.flow import Flow
from ita_analysis.measures.published.lists import Paragraph, joined
from ita_analysis.measures.published.parts import Draft
from ita_analysis.measures.published.scores import far_from_middle
from ita_analysis.measures.published.source import words
from ita_analysis.measures.published.wording import Wording
from ita_analysis.measures.ranges import is_range

_INSTRUMENTS = {"I": "IIT", "E": "EIT", "O": "OIT"}
TABLE = "items"


def text_of(paragraphs: Sequence[Paragraph], wording: Wording) -> str:
    """Return paragraphs as one text, the spaces taken out that a narrow column put inside words."""
    return wording.mended(joined([part.text for part in paragraphs]))


def item_rows(flow: Flow, doubts: Doubts, wording: Wording, framework: Framework | None) -> list[dict[str, str]]:
    """Return one row for each item, in printed order, and note every doubt."""
    gaps = _gaps(flow)
    rows = []
    for draft in flow.drafts:
        code, line = draft.printed.code, draft.printed.line
        _code(draft, doubts)
        row = {"code": code, "code_as_printed": draft.printed.token, "line": str(line)}
        row |= _score(draft, doubts)
        row |= _indicator(draft, doubts, gaps, framework)
        row["instrument"] = _INSTRUMENTS.get(code[:1], draft.printed.instrument)
        row["level"] = "indicator" if is_range(code) else "item"
        for name, paragraphs in (("item_text_th", draft.item), ("issue_th", draft.issue)):
            row[name] = text_of(paragraphs, wording)
            _text(draft, name, row[name], paragraphs, doubts, wording)
        rows.append(row)
    _far(rows, doubts)
    for row in rows:
        row["confidence"] = doubts.confidence(TABLE, row["code"])
        row["note"] = doubts.note(TABLE, row["code"])
    return rows


def _code(draft: Draft, doubts: Doubts) -> None:
    printed = draft.printed
    if printed.confidence != SURE:
        values = {"token": printed.token, "code": printed.code, "others": " ".join(printed.others)}
        doubts.add(TABLE, printed.code, "code", printed.code, printed.line, printed.why, printed.confidence, **values)


def _score(draft: Draft, doubts: Doubts) -> dict[str, str]:
    code, line = draft.printed.code, draft.printed.line
    if not draft.figures:
        doubts.add(TABLE, code, "score", "", line, "no_score", DOUBTFUL)
        return {"score": "", "score_as_printed": "", "source_line": str(line)}
    at, figure = draft.figures[0]
    value = f"{float(figure.value):.2f}" if len(figure.value.partition(".")[2]) <= 2 else figure.value
    if figure.why == "score_range":
        value = ""
    others = sorted({other.value for _, other in draft.figures})
    if len(others) > 1:
        doubts.add(TABLE, code, "score", value, at, "scores_many", DOUBTFUL, found=" ".join(others))
    if figure.why:
        level = LIKELY if figure.why in ("score_unit", "score_form") else DOUBTFUL
        doubts.add(TABLE, code, "score", value, at, figure.why, level, printed=figure.printed)
    return {"score": value, "score_as_printed": figure.printed, "source_line": str(at)}


def _far(rows: Sequence[dict[str, str]], doubts: Doubts) -> None:
    """Note the survey scores that stand out of their instrument."""
    for row in rows:
        alike = [other for other in rows if other["instrument"] == row["instrument"] and other["level"] == "item"]
        values = [float(other["score"]) for other in alike if other["score"]]
        if not row["score"] or row["level"] != "item":
            continue
        if far := far_from_middle(float(row["score"]), values):
            said = {"middle": far.middle, "points": far.points, "digit": far.digit, "other": far.other}
            row["score_doubt_th"] = words()["why"]["score_far"].format(**said)
            doubts.add(TABLE, row["code"], "score", row["score"], int(row["source_line"]), "score_far", LIKELY, **said)


def _gaps(flow: Flow) -> dict[int, tuple[int, int]]:
    """Return line of an indicator's heading -> its number and the first number that is missing after it."""
    headings = [(one.line, int(one.indicator_no)) for one in flow.headings if one.indicator_no]
    gaps = {
        line: (number, number + 1)
        for (line, number), (_, after) in zip(headings, headings[1:], strict=False)
        if after > number + 1
    }
    if headings and headings[0][1] > 1:
        gaps[0] = (0, 1)
    return gaps


def _indicator(
    draft: Draft, doubts: Doubts, gaps: dict[int, tuple[int, int]], framework: Framework | None
) -> dict[str, str]:
    heading, code, line = draft.heading, draft.printed.code, draft.printed.line
    row = {"indicator_no": "", "indicator_th": "", "indicator_heading_line": ""}
    if heading is None:
        doubts.add(TABLE, code, "indicator_no", "", line, "indicator_none", DOUBTFUL)
        return row
    row = {
        "indicator_no": heading.indicator_no,
        "indicator_th": heading.name_th,
        "indicator_heading_line": str(heading.line),
    }
    if heading.line not in gaps or draft.is_on_page_of_heading:
        return row
    before, missing = gaps[heading.line]
    known = framework.indicators_of(code) if framework else ()
    if framework and len(known) == 1:
        parent = known[0]
        doubts.add(TABLE, code, "indicator_no", parent, line, "indicator_rule", LIKELY, framework=framework.name)
        is_printed = parent == heading.indicator_no
        return {
            "indicator_no": parent,
            "indicator_th": framework.indicator[parent].name_th,
            "indicator_heading_line": row["indicator_heading_line"] if is_printed else "",
        }
    doubts.add(TABLE, code, "indicator_no", "", line, "indicator_gap", DOUBTFUL, before=before, missing=missing)
    return dict.fromkeys(row, "")


def _text(
    draft: Draft, name: str, text: str, paragraphs: Sequence[Paragraph], doubts: Doubts, wording: Wording
) -> None:
    code = draft.printed.code
    lines = list(dict.fromkeys(line for part in paragraphs for line in part.lines))
    line = lines[0] if lines else draft.printed.line
    if not text:
        doubts.add(TABLE, code, name, "", line, "text_none", LIKELY)
        return
    if why := draft.whys.get(name):
        doubts.add(TABLE, code, name, text, line, why, LIKELY)
    elif len(lines) > 1:
        doubts.add(TABLE, code, name, text, line, "text_split", LIKELY, lines=" ".join(map(str, lines)))
    if name == "item_text_th" and text == text_of(draft.issue, wording):
        doubts.add(TABLE, code, name, text, line, "text_copied", LIKELY)
    wording.doubt(doubts, TABLE, code, name, text, line)
