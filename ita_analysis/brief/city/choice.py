"""Which agencies stand on an overview: those with scores of one scheme and year, and those who were expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ita_analysis.analysis.rows import scheme_of
from ita_analysis.brief.keys import row_hashes
from ita_analysis.errors import InputError, Problem, ScoreFileError, UnknownNameError, UsageError
from ita_analysis.framework import loader
from ita_analysis.scores.agencies import find_agency, known_agencies
from ita_analysis.scores.contract import COLUMNS
from ita_analysis.scores.reading import Reading

HASH = "row_hash"
UNSEEN = ("agency_name_th", "note_th", "score_doubt_th", "source_line")  # on a page of many agencies
REPEATED = ("framework", "level", "source_file", "source_sheet")  # a few texts in all rows: held as numbers
NAMED = ("agency_code", "framework", "fiscal_year_be", "agency_name_th")


@dataclass(frozen=True)
class Choice:
    """The rows of the chosen agencies, this year's and the year before's, and who is missing."""

    framework_name: str
    now: pd.DataFrame
    before: pd.DataFrame
    names: dict[str, str]
    missing: dict[str, str]
    refused: frozenset[str]
    is_listed: bool


def choose(read: Reading, year: int, framework: str, wanted: Sequence[str], rules: Sequence[Path]) -> Choice:
    """Return the agencies of one framework (arguments and errors: `city.open_city`)."""
    if general := [problem for problem in read.problems if not problem.agency_code]:
        raise ScoreFileError(f"พบ {len(general)} จุดที่ต้องแก้ในไฟล์คะแนน", general, todo="แก้ทุกจุดข้างต้นแล้วสั่ง ita check อีกครั้ง")
    said = read.scores.distinct([*NAMED, "is_synthetic"])
    said = said[said["fiscal_year_be"].isin([year, year - 1])]
    name = _framework(read, said, year, framework, rules)
    of_year = said[(said["framework"].astype(str) == name) & (said["fiscal_year_be"] == year)]
    with_scores = _names(of_year)
    if wanted:
        expected = _asked(wanted, read, with_scores, name)
        with_scores = {code: shown for code, shown in with_scores.items() if code in expected}
    else:
        expected = _listed(name, with_scores)
    marks = of_year[of_year["agency_code"].astype(str).isin(set(with_scores))]["is_synthetic"]
    is_synthetic = _one_kind(marks, name)
    refused = _faulty(read, with_scores) & {*expected, *with_scores}
    names = {code: shown for code, shown in with_scores.items() if code not in refused}
    if not names:
        raise _nothing(read, year, name)
    earlier = f"{name.rpartition('-')[0]}-{year - 1}"
    now, before = rows_of(read, (name, earlier), year, set(names), is_synthetic=is_synthetic)
    everyone = {**with_scores, **expected}
    missing = {code: everyone[code] for code in sorted(everyone) if code not in names}
    return Choice(name, now, before, names, missing, frozenset(refused), bool(expected))


def rows_of(
    read: Reading, frameworks: tuple[str, str], year: int, agencies: set[str], *, is_synthetic: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of these agencies in a framework of `year` and in another of that year or the one before.

    This is the one place that knows how scores are held. Of what no page of many agencies shows, a row keeps `HASH`
    alone: the texts of thousands of agencies take more memory than all that is reckoned from them.
    """
    columns = (*COLUMNS, *read.scores.counted)
    texts = read.scores.distinct(REPEATED)
    held = {name: pd.CategoricalDtype(sorted(texts[name].unique())) for name in REPEATED}
    kept: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    for rows in read.scores.by_agencies(columns):
        is_meant = rows["agency_code"].astype(str).isin(agencies)
        own = rows["framework"].astype(str)
        is_now = is_meant & (own == frameworks[0]) & (rows["fiscal_year_be"] == year)
        is_before = is_meant & (own == frameworks[1]) & rows["fiscal_year_be"].isin([year, year - 1])
        kept[0].append(_narrow(rows[is_now]).astype(held))
        kept[1].append(_narrow(rows[is_before & (rows["is_synthetic"] == is_synthetic)]).astype(held))
    return _joined(kept[0]), _joined(kept[1])


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts as one, and hold them no longer."""
    rows = pd.concat(parts, ignore_index=True)
    parts.clear()
    return rows


def _narrow(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop(columns=list(UNSEEN)).assign(**{HASH: row_hashes(rows)})


def _framework(read: Reading, frame: pd.DataFrame, year: int, framework: str, rules: Sequence[Path]) -> str:
    """Return the framework asked for, or the only one that has scores of `year`."""
    if framework:
        loader.load(framework, rules=rules)
        if framework.rpartition("-")[2] != str(year):
            raise UsageError(f"กรอบ {framework} ไม่ใช่ของปี {year}", todo="ให้ปีของกรอบตรงกับปีของคะแนน")
        return framework
    found = sorted(set(frame.loc[frame["fiscal_year_be"] == year, "framework"].astype(str)))
    if len(found) > 1:
        raise UsageError(f"ปี {year} มีคะแนนของ {' และ '.join(found)}", todo="ระบุกรอบเดียว หน้าเดียวไม่ปนสองชุดประเมิน")
    if not found:
        raise _nothing(read, year, "")
    return found[0]


def _nothing(read: Reading, year: int, framework: str) -> InputError:
    """Return that there are no usable scores: what stands in the way, else what there is."""
    if read.problems:
        said = f"ไม่มีคะแนนของ {framework or f'ปี {year}'} ที่ใช้ได้ และพบ {len(read.problems)} จุดที่ต้องแก้ในไฟล์คะแนน"
        return ScoreFileError(said, list(read.problems), todo="แก้ทุกจุดข้างต้นแล้วสั่ง ita check อีกครั้ง")
    held = " ".join(sorted(set(read.frame["framework"].astype(str)))) or "ไม่มีเลย"
    problem = Problem(
        code="year-unknown",
        file="",
        found=f"ไม่มีคะแนนของ {framework or year}",
        expected=f"กรอบที่มีคะแนน: {held}",
        fix="เลือกกรอบหรือปีอื่น หรือเพิ่มไฟล์คะแนน",
    )
    return UnknownNameError(f"ไม่มีคะแนนของ {framework or f'ปี {year}'} ในไฟล์ที่ให้", [problem])


def _names(rows: pd.DataFrame) -> dict[str, str]:
    first = rows.drop_duplicates("agency_code")
    return dict(zip(first["agency_code"].astype(str), first["agency_name_th"].astype(str), strict=True))


def _faulty(read: Reading, with_scores: dict[str, str]) -> set[str]:
    """Return the codes of agencies whose rows have a problem: such an agency gets no brief, and no place here."""
    codes = {problem.agency_code for problem in read.problems}
    return codes | {code for code, name in with_scores.items() if name in codes}


def _asked(wanted: Sequence[str], read: Reading, with_scores: dict[str, str], framework: str) -> dict[str, str]:
    """Return the agencies asked for by code; one of another scheme is refused, never left out in silence."""
    scheme, listed = framework.rpartition("-")[0], known_agencies()
    names = {**{code: one.name_th for code, one in listed.items()}, **read.names()}
    found = {}
    for one in wanted:
        code = find_agency(one, names)
        schemes = set() if code in with_scores else _schemes(read, code)
        if code not in with_scores and scheme not in schemes:
            raise InputError(
                f"{names[code]} ({code}) อยู่ในชุดประเมิน {' '.join(sorted(schemes))} ไม่ใช่ {scheme}",
                todo="เลือกหน่วยงานของชุดประเมินเดียวกัน หน้าเดียวไม่ปนสองชุดประเมิน",
            )
        found[code] = names[code]
    return found


def _schemes(read: Reading, code: str) -> set[str]:
    """Return the schemes that an agency belongs to, by its scores and by the list of agencies."""
    return {*scheme_of(read.of_agency(code)), *(one.scheme for key, one in known_agencies().items() if key == code)}


def _listed(framework: str, with_scores: dict[str, str]) -> dict[str, str]:
    """Return the agencies that `data/agencies.csv` lists for this scheme, where any of them has scores."""
    scheme = framework.rpartition("-")[0]
    listed = {code: one.name_th for code, one in known_agencies().items() if one.scheme == scheme}
    return listed if listed.keys() & with_scores.keys() else {}


def _one_kind(marks: pd.Series[bool], framework: str) -> bool:
    """Return whether the rows are made up.

    Raises:
        InputError: some are and some are not.
    """
    kinds = set(marks.astype(bool))
    if len(kinds) > 1:
        raise InputError(
            f"คะแนนของ {framework} ปนกันทั้งคะแนนจริงและข้อมูลสมมติ", todo="ระบุไฟล์คะแนนชนิดเดียว หน้าเดียวไม่ปนข้อมูลสมมติกับคะแนนจริง"
        )
    return kinds == {True}
