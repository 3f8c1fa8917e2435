"""What the verbs share: the app they hang on, the options they have in common, how results and messages are said."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ita_analysis.errors import UsageError
from ita_analysis.thai.text import printable

if TYPE_CHECKING:
    from ita_analysis.run.tasks import Options

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="สรุปผลประเมิน ITA: อ่านคะแนน หาข้อที่ต้องปรับปรุง ทำชุดสรุป HTML และ PDF",
)

Scores = Annotated[list[Path], typer.Option("--scores", help="ไฟล์หรือโฟลเดอร์คะแนน ใช้ซ้ำได้ (ไม่ระบุ: ข้อมูลที่มากับชุดงาน)")]
Output = Annotated[Path | None, typer.Option("--output", help="โฟลเดอร์ผลลัพธ์ (ไม่ระบุ: outputs ของชุดงาน)")]
Line = Annotated[float, typer.Option("--line", help="เส้นคะแนน มากกว่า 0 ไม่เกิน 100")]
Rules = Annotated[list[Path], typer.Option("--rules", help="โฟลเดอร์กฎเกณฑ์ของตนเอง ใช้ก่อนที่มากับชุดงาน")]
AsJson = Annotated[bool, typer.Option("--json", help="พิมพ์ผลเป็น JSON")]
AsOf = Annotated[str, typer.Option("--as-of", help="วันที่ใช้บอกว่าเลยกำหนดหรือยัง เช่น 2567-04-01")]
WithSource = Annotated[bool, typer.Option("--with-source", help="แสดงรหัสของสมุดงานในหน้า HTML และ PDF")]
Run = Annotated[str, typer.Option("--run", help="ชื่อรอบ (ไม่ระบุ: brief-<ปี> หรือ report-<ปี>-<รอบ>)")]
Registers = Annotated[Path | None, typer.Option("--registers", help="โฟลเดอร์ทะเบียนมาตรการ (ไม่ระบุ: data/registers)")]
Digits = Annotated[str, typer.Option("--digits", help="เลขในรายงาน thai หรือ arabic (รหัสข้อเป็นเลขอารบิกเสมอ)")]


def say(text: str) -> None:
    """Print a message to stderr; nothing in it can steer the terminal."""
    print(printable(text), file=sys.stderr, flush=True)


def say_json(data: object) -> None:
    """Print a result as one line of JSON that any terminal and any reader takes."""
    text = json.dumps(data, ensure_ascii=False)
    is_plain = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" and printable(text) == text
    print(text if is_plain else json.dumps(data))


def absolute(paths: Sequence[Path]) -> list[Path]:
    """Return the paths from the root of the disk, without `..`, so that every folder one stands in names them alike."""
    return [Path(os.path.abspath(path)) for path in paths]


def options_of(
    year: int,
    line: float,
    scores: Sequence[Path],
    rules: Sequence[Path],
    run: str,
    *,
    as_of: str = "",
    with_source: bool = False,
    round_number: int = 0,
    digits: str = "thai",
    registers: Path | None = None,
) -> Options:
    """Return what is asked of every pack; `round_number` 1 or 2 asks for reports on measures.

    Raises:
        UsageError: a value has no meaning; it says what has.
        InputError: `as_of` is no date.
    """
    from ita_analysis.run.tasks import Options
    from ita_analysis.thai.dates import parse_iso

    if year < 2400:
        raise UsageError(f"ปี {year} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ --year {year + 543}")
    if not 0 < line <= 100:
        raise UsageError(f"เส้น {line:g} ใช้ไม่ได้", todo="--line ต้องมากกว่า 0 และไม่เกิน 100")
    if run and (
        run.startswith(".") or not all(letter.isascii() and (letter.isalnum() or letter in "-_.") for letter in run)
    ):
        raise UsageError("ชื่อรอบใช้ไม่ได้", todo="--run ใช้ตัวอักษรอังกฤษ ตัวเลข - _ . และไม่ขึ้นต้นด้วยจุด")
    paths = absolute(scores)
    if odd := [path.name for path in paths if "|" in str(path) or str(path) != str(path).strip()]:
        raise UsageError(f"ชื่อไฟล์ใช้ไม่ได้: {' '.join(odd)}", todo="เปลี่ยนชื่อไฟล์หรือโฟลเดอร์ไม่ให้มี | และไม่ให้ลงท้ายด้วยช่องว่าง")
    if digits not in ("thai", "arabic"):
        raise UsageError(f"ตัวเลขแบบ {digits} ใช้ไม่ได้", todo="--digits ใช้ thai หรือ arabic")
    home = absolute([registers])[0] if registers else None
    if home and not home.is_dir():
        raise UsageError(f"ไม่พบโฟลเดอร์ทะเบียน {registers}", todo="ตรวจ --registers")
    day = parse_iso(as_of).isoformat() if as_of else ""
    asked = (year, line, tuple(paths), tuple(absolute(rules)), day, with_source)
    return Options(*asked, round=round_number, digits=digits, registers=home)
