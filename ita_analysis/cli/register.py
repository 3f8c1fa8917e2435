"""The verb about measures: the register's workbook, and taking a filled one in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ita_analysis.cli.frame import AsJson, Line, Output, Registers, Rules, Scores, absolute, app, say, say_json
from ita_analysis.errors import UsageError

if TYPE_CHECKING:
    from ita_analysis.run.registers import Outcome


@app.command(epilog="ตัวอย่าง: ita register --agency 1028 --year 2567")
def register(
    agency: Annotated[str, typer.Option("--agency", help="รหัสหรือชื่อหน่วยงาน")],
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของมาตรการ (คะแนนเป็นของปีก่อนหน้า)")],
    read: Annotated[Path | None, typer.Option("--read", help="แบบกรอกที่กรอกแล้ว ตรวจและรับเข้าทะเบียน")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="ยอมให้แทนหรือลบค่าที่มีอยู่")] = False,
    source: Annotated[Path | None, typer.Option("--from", help="โฟลเดอร์ตารางที่ ita import เขียน รับเข้าทะเบียน")] = None,
    round_number: Annotated[int, typer.Option("--round", min=1, max=2, help="รอบของรายงานที่รับด้วย --from")] = 1,
    registers: Registers = None,
    scores: Scores = [],  # noqa: B006 - typer needs a plain default
    output: Output = None,
    line: Line = 90.0,
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    as_json: AsJson = False,
) -> None:
    """สร้างแบบกรอกทะเบียนมาตรการ Excel ที่มีข้ออ่อนอยู่แล้ว หรือรับแบบที่กรอกแล้วเข้าทะเบียน"""
    if year < 2400:
        raise UsageError(f"ปี {year} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ --year {year + 543}")
    if not 0 < line <= 100:
        raise UsageError(f"เส้น {line:g} ใช้ไม่ได้", todo="--line ต้องมากกว่า 0 และไม่เกิน 100")
    if read and source:
        raise UsageError("ใช้ --read พร้อม --from ไม่ได้", todo="สั่งทีละอย่าง")
    from ita_analysis.run import registers as desk
    from ita_analysis.run.register_desk import Request

    home = absolute([registers])[0] if registers else None
    request = Request(agency, year, line, tuple(absolute(scores)), tuple(absolute(rules)), home, output)
    if read is None and source is None:
        path = desk.write_form(request)
        if as_json:
            say_json({"file": str(path)})
        else:
            print(path)
        return
    done = (
        desk.take_in(request, absolute([read])[0], accept=accept)
        if read
        else desk.take_imported(request, absolute([source])[0], round_number, accept=accept)  # type: ignore[list-item]
    )
    if as_json:
        say_json(_record(done))
    else:
        _print(done)
    if done.needs_accept and not done.is_written:
        raise typer.Exit(1)


def _print(done: Outcome) -> None:
    for note in done.notes:
        say(f"หมายเหตุ: {note}")
    for line in _lines(done):
        print(line)
    if done.is_nothing:
        print("ไม่มีอะไรเปลี่ยน")
    elif done.is_written:
        print(f"รับเข้าทะเบียนแล้ว: {done.folder}")
    else:
        say("ยังไม่รับเข้า: มีค่าที่จะถูกแทนหรือลบ ตรวจรายการข้างต้นแล้วสั่งเดิมพร้อม --accept")


def _lines(done: Outcome) -> Iterator[str]:
    """Yield the changes, those that take something away first; what scores brought in is counted, not listed."""
    from ita_analysis.measures.schema import tables
    from ita_analysis.thai.text import printable

    by_scores = {change.key for change in done.changes if _is_new_item(change.table, change.column, change.kind)}
    for is_added in (False, True):
        for change in done.changes:
            is_own = tables()[change.table].column(change.column).locked and change.kind == "added"
            if (change.kind == "added") == is_added and not (is_own and change.key in by_scores):
                yield printable(change.line_th()).replace("\n", " ")
    if by_scores:
        yield f"ข้อประเมินจากไฟล์คะแนน {len(by_scores)} ข้อ"
    if done.pictures:
        yield f"ภาพใหม่: {' '.join(done.pictures)}"
    if done.replaced:
        yield f"ภาพที่ถูกแทน: {' '.join(done.replaced)}"


def _is_new_item(table: str, column: str, kind: str) -> bool:
    return table == "items" and column == "score" and kind == "added"


def _record(done: Outcome) -> dict[str, object]:
    names = ("kind", "table", "key", "column", "old", "new")
    return {
        "folder": str(done.folder),
        "written": done.is_written,
        "needs_accept": done.needs_accept,
        "changes": [{name: getattr(change, name) for name in names} for change in done.changes],
        "pictures": list(done.pictures),
        "pictures_replaced": list(done.replaced),
        "notes": list(done.notes),
    }
