"""Made-up scores of made-up agencies, for demonstration and for load: the same seed gives the same bytes.

Run as `python -m ita_analysis.scores.synthetic`. How the figures come about stands in `synthetic.toml` beside this file.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import UsageError
from ita_analysis.framework import loader
from ita_analysis.scores.answer_counts import ANSWERS, POPULATION
from ita_analysis.scores.synthetic_draws import Counts, Generator, steps_of
from ita_analysis.scores.synthetic_years import YearPlan, settings

HEADER = "agency_code,agency_name_th,fiscal_year_be,framework,level,code,score,respondents,is_synthetic,note_th"
FIRST_SHIPPED, FIRST_GENERATED = "9901", "99000001"
CHUNK = 200  # agencies held in memory at a time


def name_of(agency: str) -> str:
    """Return the Thai name of a made-up agency; nobody takes it for a real one."""
    for one in settings()["showcase"]:
        if one["code"] == agency:
            return str(one["name_th"])
    return str(settings()["name_th"]).format(number=agency[2:])


def agency_codes(count: int, first: str = "") -> list[str]:
    """Return `count` codes from `first` on: by default the shipped 9901… for the shipped number, else 99 and six digits.

    Raises:
        UsageError: the codes would not start with 99, or outgrow their digits.
    """
    first = first or (FIRST_SHIPPED if count == settings()["agencies"] else FIRST_GENERATED)
    if first.isascii() and first.isdigit() and len(first) in (4, 8) and count > 0:
        made = [f"{int(first) + at}" for at in range(count)]
        if first.startswith("99") and made[-1].startswith("99") and len(made[-1]) == len(first):
            return made
    raise UsageError(f"รหัสเริ่มต้น '{first}' ใช้กับ {count} หน่วยงานไม่ได้", todo="ใช้รหัส 99 ตามด้วยเลขสองหรือหกหลัก")


def years_before(count: int) -> list[int]:
    """Return the last `count` years, earliest first.

    Raises:
        UsageError: the settings know no such year.
    """
    last = max(loader.years_of(settings()["scheme"]))
    years = list(range(last - count + 1, last + 1))
    if count < 1 or str(years[0]) not in settings()["survey_mean"]:
        raise UsageError(f"สร้างคะแนนสมมติ {count} ปีไม่ได้", todo=f"เลือก 1–{len(settings()['survey_mean'])} ปี")
    return years


def rows(generator: Generator, agencies: Sequence[str], steps: int = 0) -> Iterator[str]:
    """Yield the CSV lines of `agencies`, by agency, year and natural code order, with the counts of `steps` (0: none)."""
    by_year = [(plan, *generator.scores(agencies, plan)) for plan in generator.plans]
    blank = "," * (1 + steps) if steps else ""
    for at, agency in enumerate(agencies):
        name = name_of(agency)
        for plan, values, people, answers in by_year:
            start = f"{agency},{name},{plan.year},{plan.framework},"
            answered = {plan.items[one]: people[code][at] for code, own in plan.surveys.items() for one in own}
            counts = _counts(generator, agency, plan, answers[at], steps) if steps else {}
            for node, hundredths in zip(plan.nodes, values, strict=True):
                points, part = divmod(hundredths[at], 100)
                asked = answered.get(node.code, "")
                behind = counts.get(node.code, blank)
                yield f"{start}{node.level},{node.code},{points}.{part:02d},{asked},true,{behind}\r\n"


def _counts(
    generator: Generator, agency: str, plan: YearPlan, answers: Mapping[str, Counts], steps: int
) -> dict[str, str]:
    """Return the last cells of each item that people answer: of how many people, and how many answered at each step."""
    made, staff = {}, settings()["staff"]["survey"]
    for code, own in plan.surveys.items():
        everyone = generator.staff(agency, plan, int(answers[code][0].sum())) if code == staff else ""
        for at, given in zip(own, answers[code].tolist(), strict=True):
            cells = [everyone, *given, *[""] * (steps - len(given))]
            made[plan.items[at]] = "".join(f",{cell}" for cell in cells)
    return made


def lines(agencies: Sequence[str], years: Sequence[int], seed: int, *, has_answers: bool = False) -> Iterator[str]:
    """Yield the lines of the CSV file, header first, ends of line included.

    Args:
        agencies, years, seed: whose made-up scores, of which years, drawn how.
        has_answers: whether the optional columns of counts follow (`answer_counts.COUNTED`).
    """
    steps = max(map(steps_of, years)) if has_answers else 0
    yield f"{','.join([HEADER, *([POPULATION] if steps else []), *ANSWERS[:steps]])}\r\n"
    generator = Generator(years, seed)
    for at in range(0, len(agencies), CHUNK):
        yield from rows(generator, agencies[at : at + CHUNK], steps)


def write(path: Path, agencies: Sequence[str], years: Sequence[int], seed: int, *, has_answers: bool = False) -> int:
    """Write the CSV file (UTF-8 with BOM) whole or not at all and return the number of rows."""
    count = -1
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8-sig", newline="") as stream:
            for line in lines(agencies, years, seed, has_answers=has_answers):
                count += 1
                stream.write(line)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return count


def main() -> None:
    """Run the generator from the command line."""
    said = settings()
    parser = argparse.ArgumentParser(prog="python -m ita_analysis.scores.synthetic", description="สร้างคะแนนสมมติ")
    parser.add_argument("--agencies", type=int, default=said["agencies"], help="จำนวนหน่วยงาน (%(default)s)")
    parser.add_argument("--years", type=int, default=said["years"], help="จำนวนปีล่าสุด (%(default)s)")
    parser.add_argument("--seed", type=int, default=said["seed"], help="เลขตั้งต้นของการสุ่ม (%(default)s)")
    parser.add_argument("--first", default="", help=f"รหัสแรก ({FIRST_SHIPPED} หรือ {FIRST_GENERATED})")
    parser.add_argument("--answers", action="store_true", help="ใส่จำนวนคนทั้งหมดและจำนวนคนที่ตอบแต่ละขั้นด้วย")
    parser.add_argument("--output", type=Path, default=places.data_folder() / "synthetic" / "demo.csv", help="ไฟล์ CSV")
    given = parser.parse_args()
    if given.seed < 0:
        parser.error("--seed ต้องไม่ติดลบ")
    try:
        chosen = agency_codes(given.agencies, given.first), years_before(given.years), given.seed
        rows = write(given.output, *chosen, has_answers=given.answers)
    except UsageError as error:
        parser.error(str(error))
    print(f"{given.output} · {rows} แถว")


if __name__ == "__main__":
    main()
