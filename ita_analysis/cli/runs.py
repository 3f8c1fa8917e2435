"""The verbs that read runs and change nothing: two runs compared, every pack checked, where a number comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from ita_analysis.cli.frame import AsJson, Output, app, say, say_json
from ita_analysis.thai.text import printable

RunName = Annotated[str, typer.Argument(help="ชื่อรอบใต้โฟลเดอร์ผลลัพธ์ หรือโฟลเดอร์ของรอบ", metavar="RUN")]


def _print(lines: list[str]) -> None:
    """Print result lines; nothing in them can steer the terminal."""
    for line in lines:
        print(printable(line))


@app.command(epilog="ตัวอย่าง: ita diff brief-2566 brief-2566-b")
def diff(
    before: Annotated[str, typer.Argument(help="รอบแรก: ชื่อใต้โฟลเดอร์ผลลัพธ์ หรือโฟลเดอร์", metavar="RUN_A")],
    after: Annotated[str, typer.Argument(help="รอบหลัง", metavar="RUN_B")],
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """เทียบสองรอบ: ข้อที่ต่ำกว่าเส้นเพิ่มหรือหาย คะแนนและกฎเกณฑ์ที่เปลี่ยน ชุดที่เพิ่มหรือขาด"""
    from ita_analysis.run import diff as comparing
    from ita_analysis.run import diff_lines, runs

    found = comparing.diff(runs.find_run(before, output), runs.find_run(after, output))
    if as_json:
        say_json(comparing.as_record(found))
    else:
        _print(diff_lines.lines(found))


@app.command(epilog="ตัวอย่าง: ita verify brief-2566")
def verify(run: RunName, output: Output = None, as_json: AsJson = False) -> None:
    """ตรวจทุกชุดของรอบกับ manifest: ทุกไฟล์ตรงตามรหัส sha256 หรือไม่ ไม่เขียนไฟล์ใด"""
    from ita_analysis.run import runs
    from ita_analysis.run import verify as verifying

    folder = runs.find_run(run, output)
    found = verifying.verify_run(folder)
    if as_json:
        say_json(verifying.as_record(folder, found))
    else:
        _print([problem.line_th() for problem in found.all] or verifying.good_lines(found))
        if found.all:
            say("\n".join(verifying.bad_lines(folder, found)))
    if found.all:
        raise typer.Exit(1)


@app.command(epilog="ตัวอย่าง: ita trace demo-2567 9901 total")
def trace(
    run: RunName,
    agency: Annotated[str, typer.Argument(help="รหัสหรือชื่อหน่วยงาน", metavar="AGENCY")],
    code: Annotated[str, typer.Argument(help="รหัสข้อ ตัวชี้วัด เครื่องมือ หรือ total", metavar="CODE")],
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """บอกที่มาของตัวเลขหนึ่ง: ไฟล์ แผ่น แถว เซลล์ กฎเกณฑ์ และเซลล์ของสมุดงาน"""
    from ita_analysis.run import runs, trace_lines
    from ita_analysis.run import trace as tracing

    found = tracing.trace(runs.find_run(run, output), agency, code)
    if as_json:
        say_json(tracing.as_record(found))
    else:
        _print(trace_lines.lines(found))
