"""The verb that reads a published report into tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ita_analysis.cli.frame import AsJson, absolute, app, say_json
from ita_analysis.errors import UsageError

if TYPE_CHECKING:
    from ita_analysis.run.importing import Imported

_EXAMPLE = "ตัวอย่าง: ita import report.txt --output outputs/imports/report --agency 1028 --year 2566"


@app.command(name="import", epilog=_EXAMPLE)
def import_(
    file: Annotated[
        Path, typer.Argument(help="รายงานผลตามมาตรการที่เผยแพร่: ข้อความ HTML หรือ Word (.docx)", metavar="FILE")
    ],
    output: Annotated[Path, typer.Option("--output", help="โฟลเดอร์ใหม่สำหรับตารางและหน้า review.html")],
    agency: Annotated[str, typer.Option("--agency", help="รหัสหน่วยงาน (เอกสารมักไม่พิมพ์ไว้)")] = "",
    year: Annotated[int | None, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของคะแนนในเอกสาร")] = None,
    accept: Annotated[Path | None, typer.Option("--accept", help="ไฟล์ CSV ของค่าที่คนตัดสินแล้ว (คัดจาก review.html)")] = None,
    as_json: AsJson = False,
) -> None:
    """อ่านรายงานผลตามมาตรการที่เผยแพร่เป็นตาราง พร้อมหน้าที่แสดงทุกจุดที่ไม่แน่ใจข้างต้นฉบับ"""
    if year is not None and year < 2400:
        raise UsageError(f"ปี {year} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ --year {year + 543}")
    from ita_analysis.measures.published import Asked
    from ita_analysis.run import importing

    where = absolute([file, output, *([accept] if accept else [])])
    done = importing.import_report(where[0], where[1], Asked(agency.strip(), year), where[2] if accept else None)
    if as_json:
        say_json({"folder": str(done.folder), "rows": done.counts, "doubts": done.doubts})
    else:
        _print(done)


def _print(done: Imported) -> None:
    counts, doubts = done.counts, done.doubts
    print(f"ข้อประเมิน {counts['items']} · มาตรการและผล {counts['measures']} · ข้อมูลประกอบ {counts['records']}")
    print(f"จุดที่ควรตรวจ: น่าจะใช่ {doubts['likely']} · ไม่แน่ใจ {doubts['doubtful']}")
    print(done.folder / "review.html")
