"""Whether a header can be trusted: of our assessment, each thing once, on the scale 0–100; and what of it is not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ita_analysis.framework import codes
from ita_analysis.scores import surroundings
from ita_analysis.scores.answer_counts import MOST_STEPS
from ita_analysis.scores.contract import REQUIRED
from ita_analysis.scores.figures import read_code
from ita_analysis.scores.headings import ANSWERS_NAME, TOTAL, Header, role_of
from ita_analysis.scores.sheets import LAST_ROW, LAST_ROW_OF_OLD, Sheet
from ita_analysis.scores.words import other_assessment, words

NEEDED = ("agency_code", "fiscal_year_be", "code", "score")
EXPECTED = f"หัวตาราง {' '.join(REQUIRED)}"

NameOf = Callable[[int], str]


class HeaderFault(NamedTuple):
    """What is wrong with a table as a whole."""

    code: str
    found: str
    expected: str
    fix: str
    column: str = ""


def faults(file: str, sheet: Sheet, header: Header, name_of: NameOf) -> list[HeaderFault]:
    """Return why the rows under `header` are not read at all; `name_of` says how a reader knows a column."""
    if other := _other_assessment(file, sheet, header):
        return [HeaderFault("other-assessment", other, "คะแนน ITA ของหน่วยงาน", "ระบุไฟล์คะแนน ITA")]
    if header.is_wide:
        return [*_doubled(header, name_of), *_weighted(header, name_of), *_alike(header, name_of)]
    return [*_doubled(header, name_of), *_missing(header, name_of), *_steps(header, name_of)]


def _other_assessment(file: str, sheet: Sheet, header: Header) -> str:
    texts = [sheet.name, *(text for text, _, _ in surroundings.titles(sheet, header))]
    if not header.codes and "score" not in header.columns:
        texts += header.texts
    if "framework" not in header.columns:
        texts.append(file)
    return next((name for text in texts if (name := other_assessment(text))), "")


def _doubled(header: Header, name_of: NameOf) -> Iterator[HeaderFault]:
    for at_all in (*header.columns.values(), *header.codes.values()):
        if len(at_all) > 1:
            names = " กับ ".join(name_of(at) for at in at_all)
            yield HeaderFault("header", f"คอลัมน์ {names} ซ้ำ", EXPECTED, "เหลือไว้คอลัมน์เดียว")
    if header.is_long and header.codes and header.texts[header.columns["score"][0]] != "score":
        at_all = [*header.columns["score"], *(at for many in header.codes.values() for at in many)]
        found = f"คอลัมน์คะแนนมากกว่าหนึ่ง: {' · '.join(name_of(at) for at in at_all)}"
        yield HeaderFault("header", found, "คอลัมน์คะแนนเดียวข้างรหัสข้อ", "ลบคอลัมน์ที่ไม่ใช่คะแนนของข้อในแถวนั้น")


def _alike(header: Header, name_of: NameOf) -> Iterator[HeaderFault]:
    """Yield the columns whose header only looks like a code: left out, their scores would be missed in silence."""
    for at in header.unread:
        if fix := read_code(header.texts[at]).fix:
            yield HeaderFault("code-form", f"'{header.texts[at]}'", "รหัสตามแบบประเมิน", fix, name_of(at))


def _missing(header: Header, name_of: NameOf) -> Iterator[HeaderFault]:
    if header.is_long:
        return
    has_agency = "agency_code" in header.columns or "agency_name_th" in header.columns
    for name in NEEDED:
        if name == "score" and header.weighted:
            yield _on_another_scale(header, header.weighted[0], name_of)
        elif name not in header.columns and not (name == "agency_code" and has_agency):
            yield HeaderFault("header", f"ไม่มีคอลัมน์ {name}", EXPECTED, "เพิ่มคอลัมน์นี้ในหัวตาราง")


def _steps(header: Header, name_of: NameOf) -> Iterator[HeaderFault]:
    """Yield where the columns of answers are not one for each step from 0 on."""
    steps = {
        int(name.removeprefix(ANSWERS_NAME)): at[0]
        for name, at in header.columns.items()
        if name.startswith(ANSWERS_NAME)
    }
    lost = [at for at in header.unread if header.texts[at].strip().lower().startswith(ANSWERS_NAME)]
    is_whole = sorted(steps) == list(range(len(steps))) and len(steps) != 1 and len(steps) <= MOST_STEPS
    if not is_whole or lost:
        said = words()["counts"]["steps"]
        found = said["found"].format(found=" · ".join(name_of(at) for at in sorted([*steps.values(), *lost])))
        yield HeaderFault("answers-steps", found, said["expected"].format(most=MOST_STEPS), said["fix"])


def _weighted(header: Header, name_of: NameOf) -> Iterator[HeaderFault]:
    """Yield the columns of weighted points that have no column of 0–100 scores beside them."""
    weighted = {role_of(header.texts[at]).name: at for at in header.weighted}
    alone = [at for name, at in weighted.items() if name not in header.codes and codes.level_of(name)]
    if "score" in header.columns:
        return
    if not alone and not header.codes:
        alone = header.weighted[:1]
    for at in alone:
        yield _on_another_scale(header, at, name_of)


def _on_another_scale(header: Header, at: int, name_of: NameOf) -> HeaderFault:
    return HeaderFault(
        "score-scale", f"คะแนนถ่วงน้ำหนัก {header.texts[at]}", "คะแนน 0–100", "ใช้คะแนนก่อนถ่วงน้ำหนัก", name_of(at)
    )


def is_full(sheet: Sheet) -> int:
    """Return the last row of a sheet that is filled to a limit of Excel, else 0: the rest was probably cut."""
    last = sheet.rows[-1][0]
    return last if last == LAST_ROW or (last == LAST_ROW_OF_OLD and sheet.name) else 0


def left_out(sheet: Sheet, header: Header, name_of: NameOf) -> Iterator[str]:
    """Yield what a reader should know of columns and rows: which are not read, which are read though hidden."""
    unread = [*header.weighted]
    if header.is_wide:
        known = (*surroundings.COLUMNS, *(() if TOTAL in header.codes else ("score",)))
        unread += [*header.unread, *(at_all[0] for name, at_all in header.columns.items() if name not in known)]
    if unread:
        yield f"ไม่อ่านคอลัมน์ {' · '.join(name_of(at) for at in sorted(unread))}"
    read = {at for at_all in (*header.columns.values(), *header.codes.values()) for at in at_all} - set(unread)
    if hidden := sorted(read & sheet.hidden_columns):
        yield f"อ่านคอลัมน์ที่ซ่อนอยู่ด้วย: {' · '.join(name_of(at) for at in hidden)}"
    if rows := [row for row in sorted(sheet.hidden_rows) if row > header.row]:
        yield f"อ่านแถวที่ซ่อนหรือถูกกรองไว้ด้วย {len(rows)} แถว"
