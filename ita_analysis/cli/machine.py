"""The verb about the machine: is all there that a brief needs."""

from __future__ import annotations

import typer

from ita_analysis import places
from ita_analysis.cli.frame import AsJson, Output, app, say_json
from ita_analysis.thai.text import printable


@app.command(epilog="ตัวอย่าง: ita doctor")
def doctor(output: Output = None, as_json: AsJson = False) -> None:
    """ตรวจเครื่อง: แบบอักษร การจัดรูปอักษรไทย รุ่นของแพ็กเกจ สิทธิ์การเขียน เนื้อที่ว่าง เคอร์เนล"""
    from ita_analysis.run import doctor as checks

    found = []
    for name, look in checks.checks(output or places.outputs_folder()).items():
        result = checks.run_check(name, look)
        found.append(result)
        if not as_json:
            mark = "ผ่าน  " if result.ok else "ไม่ผ่าน"
            print(
                printable(f"{mark} · {result.said}" + (f"\n         → {result.todo}" if result.todo else "")),
                flush=True,
            )
    if as_json:
        say_json({"checks": [result.as_record() for result in found]})
    if not all(result.ok for result in found):
        raise typer.Exit(4)
