"""The command line: `ita VERB`. Results go to stdout, messages to stderr, in Thai; exit codes as CONTRACT names them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ita_analysis import places
from ita_analysis.errors import InputError, ItaError, UsageError
from ita_analysis.thai.text import printable

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
Run = Annotated[str, typer.Option("--run", help="ชื่อรอบ (ไม่ระบุ: brief-<ปี>)")]

# agency, year and run of each demo pack: real and made-up scores, and two schemes, never share a run
DEMO = (("1028", 2566, "brief-2566"), ("เมืองพัทยา", 2567, "brief-2567"), ("9901", 2567, "demo-2567"))
INTERRUPTED = 130  # typer turns the interrupt into this code

# What each option of `ita brief` is called in the notebook's parameters cell.
PARAMETER_OF = {
    **{"agency": "agency", "year": "fiscal_year_be", "line": "action_line"},
    **{"scores": "scores", "as_of": "as_of", "rules": "rules"},
}


def say(text: str) -> None:
    """Print a message to stderr; nothing in it can steer the terminal."""
    print(printable(text), file=sys.stderr, flush=True)


def say_json(data: object) -> None:
    """Print a result as one line of JSON that any terminal and any reader takes."""
    text = json.dumps(data, ensure_ascii=False)
    is_plain = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" and printable(text) == text
    print(text if is_plain else json.dumps(data))


@app.command(epilog="ตัวอย่าง: ita brief --agency 1028 --year 2566")
def brief(
    agency: Annotated[str, typer.Option("--agency", help="รหัสหรือชื่อหน่วยงาน")],
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของผลการประเมิน")],
    scores: Scores = [],  # noqa: B006 - typer needs a plain default
    output: Output = None,
    run: Run = "",
    line: Line = 90.0,
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    as_of: Annotated[str, typer.Option("--as-of", help="วันที่ใช้บอกว่าเลยกำหนดหรือยัง เช่น 2567-04-01")] = "",
    with_source: Annotated[bool, typer.Option("--with-source", help="แสดงรหัสของสมุดงานในหน้า HTML และ PDF")] = False,
    as_json: AsJson = False,
) -> None:
    """ทำชุดสรุปของหน่วยงานหนึ่ง: HTML, PDF, ภาคผนวก Excel, สมุดงานที่รันแล้ว และ manifest"""
    made = _make(agency, year, scores, output, run, line, rules=rules, as_of=as_of, with_source=with_source)
    if as_json:
        say_json(_report(made))
    else:
        print("\n".join(str(made.folder / name) for name in made.files))


@app.command(epilog="ตัวอย่าง: ita demo")
def demo(output: Output = None) -> None:
    """ทำชุดสรุปของข้อมูลตัวอย่าง และบอกว่าไฟล์อยู่ที่ไหน"""
    folders = [_make(agency, year, [], output, run, 90.0) for agency, year, run in DEMO]
    for made in folders:
        print(f"\n{made.name_th}: {made.title}")
        for name in made.files:
            print(f"  {made.folder / name}")
    print("\nเปิด brief.html ด้วยเบราว์เซอร์ (ไม่ต้องต่ออินเทอร์เน็ต) หรือ brief.pdf ด้วยโปรแกรมอ่าน PDF")


@app.command(epilog="ตัวอย่าง: ita check data/published/sathon-2566.csv")
def check(
    files: Annotated[list[Path], typer.Argument(help="ไฟล์คะแนน หรือโฟลเดอร์", metavar="FILE...")],
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    as_json: AsJson = False,
) -> None:
    """ตรวจไฟล์คะแนน พิมพ์ทุกจุดที่ต้องแก้ในครั้งเดียว ไม่เขียนไฟล์ใด"""
    from ita_analysis.scores import reading

    read = reading.read(_absolute(files), rules=_absolute(rules))
    if as_json:
        problems = [problem.as_record() for problem in read.problems]
        say_json({"problems": problems, "notes": list(read.notes)})
    else:
        for note in read.notes:
            say(f"หมายเหตุ: {note}")
        for problem in read.problems:
            say(problem.line_th())
        if not read.problems:
            years = " ".join(str(year) for year in sorted(set(read.frame["fiscal_year_be"])))
            print(f"อ่านได้ครบ: {len(read.frame)} แถว · {len(read.names())} หน่วยงาน · ปี {years}")
    if read.problems:
        if not as_json:
            say(f"พบ {len(read.problems)} จุดที่ต้องแก้ แก้แล้วสั่ง ita check อีกครั้ง")
        raise typer.Exit(1)


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


@app.command(epilog="ตัวอย่าง: ita template --agency 1028 --year 2566")
def template(
    agency: Annotated[str, typer.Option("--agency", help="รหัสหรือชื่อหน่วยงาน")],
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของผลการประเมิน")],
    output: Output = None,
) -> None:
    """สร้างแบบกรอกคะแนน Excel ของหน่วยงานและปี: รู้รหัสและเรื่องทุกข้อ เหลือแต่พิมพ์คะแนน"""
    from ita_analysis.scores import template as form

    if year < 2400:
        raise UsageError(f"ปี {year} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ --year {year + 543}")
    print(form.write(form.find(agency), year, (output or places.outputs_folder()) / "templates"))


def _absolute(paths: Sequence[Path]) -> list[Path]:
    """Return the paths from the root of the disk, without `..`, so that every folder one stands in names them alike."""
    return [Path(os.path.abspath(path)) for path in paths]


def _make(
    agency: str,
    year: int,
    scores: list[Path],
    output: Path | None,
    run: str,
    line: float,
    *,
    rules: Sequence[Path] = (),
    as_of: str = "",
    with_source: bool = False,
) -> Any:
    if year < 2400:
        raise UsageError(f"ปี {year} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ --year {year + 543}")
    if not 0 < line <= 100:
        raise UsageError(f"เส้น {line:g} ใช้ไม่ได้", todo="--line ต้องมากกว่า 0 และไม่เกิน 100")
    if (
        run
        and not all(letter.isascii() and (letter.isalnum() or letter in "-_.") for letter in run)
        or run.startswith(".")
    ):
        raise UsageError("ชื่อรอบใช้ไม่ได้", todo="--run ใช้ตัวอักษรอังกฤษ ตัวเลข - _ . และไม่ขึ้นต้นด้วยจุด")
    paths = _absolute(scores)
    if odd := [path.name for path in paths if "|" in str(path) or str(path) != str(path).strip()]:
        raise UsageError(f"ชื่อไฟล์ใช้ไม่ได้: {' '.join(odd)}", todo="เปลี่ยนชื่อไฟล์หรือโฟลเดอร์ไม่ให้มี | และไม่ให้ลงท้ายด้วยช่องว่าง")
    from ita_analysis.run.brief import Request, make_brief
    from ita_analysis.thai.dates import parse_iso

    request = Request(
        agency,
        year,
        line,
        tuple(paths),
        output or places.outputs_folder(),
        run,
        as_of=parse_iso(as_of).isoformat() if as_of else "",
        rules=tuple(_absolute(rules)),
        with_source=with_source,
    )
    made = make_brief(request, lambda text: say(f"· {text}"))
    if made.other_problems:
        say(f"ไฟล์คะแนนยังมี {made.other_problems} จุดของหน่วยงานอื่นที่ต้องแก้ ดูด้วย ita check")
    return made


def _report(made: Any) -> dict[str, Any]:
    return {
        "folder": str(made.folder),
        "files": list(made.files),
        "findings": made.finding_count,
        "other_problems": made.other_problems,
    }


def main() -> None:
    """Run the command line; every error of ours becomes its sentence and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except ItaError as error:
        if "--json" in sys.argv:
            problems = [problem.as_record() for problem in error.problems] if isinstance(error, InputError) else []
            say_json({"code": error.code, "message": error.message, "todo": error.todo, "problems": problems})
        say(str(error))
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            say("หยุดตามคำสั่ง สิ่งที่ทำเสร็จแล้วยังอยู่ สั่งคำสั่งเดิมเพื่อทำต่อ")
        raise


if __name__ == "__main__":
    main()
