"""The verbs that make briefs: of one agency, of the demo data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ita_analysis import places
from ita_analysis.cli.frame import (
    AsJson,
    AsOf,
    Digits,
    Line,
    Output,
    Registers,
    Rules,
    Run,
    Scores,
    WithSource,
    app,
    options_of,
    say,
    say_json,
)

if TYPE_CHECKING:
    from ita_analysis.run.tasks import Options

# agency, year and run of each demo pack: real and made-up scores, and two schemes, never share a run
DEMO = (("1028", 2566, "brief-2566"), ("เมืองพัทยา", 2567, "brief-2567"), ("9901", 2567, "demo-2567"))
DEMO_REPORTS = (("1028", 2567, 1),)  # agency, year of the measures and round of each demo report

# What each option of `ita brief` is called in the notebook's parameters cell.
PARAMETER_OF = {
    **{"agency": "agency", "year": "fiscal_year_be", "line": "action_line"},
    **{"scores": "scores", "as_of": "as_of", "rules": "rules", "registers": "registers"},
}
# And each option of `ita report` in that of the report on measures.
REPORT_PARAMETER_OF = {
    **{"agency": "agency", "year": "measures_year_be", "round_number": "round", "digits": "digits"},
    **{"line": "action_line", "scores": "scores", "rules": "rules", "registers": "registers"},
}


@app.command(epilog="ตัวอย่าง: ita brief --agency 1028 --year 2566")
def brief(
    agency: Annotated[str, typer.Option("--agency", help="รหัสหรือชื่อหน่วยงาน")],
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของผลการประเมิน")],
    scores: Scores = [],  # noqa: B006 - typer needs a plain default
    output: Output = None,
    run: Run = "",
    line: Line = 90.0,
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    as_of: AsOf = "",
    registers: Registers = None,
    with_source: WithSource = False,
    as_json: AsJson = False,
) -> None:
    """ทำชุดสรุปของหน่วยงานหนึ่ง: HTML, PDF, ภาคผนวก Excel, สมุดงานที่รันแล้ว และ manifest"""
    asked = options_of(year, line, scores, rules, run, as_of=as_of, with_source=with_source, registers=registers)
    _told(_make(agency, asked, output, run), as_json=as_json)


@app.command(epilog="ตัวอย่าง: ita report --agency 1028 --year 2567 --round 1")
def report(
    agency: Annotated[str, typer.Option("--agency", help="รหัสหรือชื่อหน่วยงาน")],
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของมาตรการ (คะแนนเป็นของปีก่อนหน้า)")],
    round_number: Annotated[int, typer.Option("--round", min=1, max=2, help="1 = รอบ 6 เดือน, 2 = รอบ 12 เดือน")],
    digits: Digits = "thai",
    registers: Registers = None,
    scores: Scores = [],  # noqa: B006 - typer needs a plain default
    output: Output = None,
    run: Run = "",
    line: Line = 90.0,
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    with_source: WithSource = False,
    as_json: AsJson = False,
) -> None:
    """ทำรายงานผลตามมาตรการของหน่วยงานหนึ่ง: HTML, PDF, Word, ภาคผนวก Excel, สมุดงานที่รันแล้ว และ manifest"""
    asked = options_of(
        year,
        line,
        scores,
        rules,
        run,
        with_source=with_source,
        round_number=round_number,
        digits=digits,
        registers=registers,
    )
    _told(_make(agency, asked, output, run), as_json=as_json)


def _told(made: Any, *, as_json: bool) -> None:
    """Print where the files of a pack lie."""
    if as_json:
        say_json(_record(made))
    else:
        print("\n".join(str(made.folder / name) for name in made.files))


@app.command(epilog="ตัวอย่าง: ita demo")
def demo(output: Output = None) -> None:
    """ทำชุดสรุปของข้อมูลตัวอย่าง และบอกว่าไฟล์อยู่ที่ไหน"""
    made_packs = [_make(agency, options_of(year, 90.0, [], [], run), output, run) for agency, year, run in DEMO]
    for agency, year, number in DEMO_REPORTS:
        made_packs.append(_make(agency, options_of(year, 90.0, [], [], "", round_number=number), output, ""))
    for made in made_packs:
        print(f"\n{made.name_th}: {made.title}")
        for name in made.files:
            print(f"  {made.folder / name}")
    print("\nเปิด brief.html หรือ report.html ด้วยเบราว์เซอร์ (ไม่ต้องต่ออินเทอร์เน็ต) หรือไฟล์ .pdf ด้วยโปรแกรมอ่าน PDF")


def _make(agency: str, asked: Options, output: Path | None, run: str) -> Any:
    from ita_analysis.run.brief import Request, make_brief

    request = Request(agency, asked, output or places.outputs_folder(), run)
    made = make_brief(request, lambda text: say(f"· {text}"))
    if made.other_problems:
        say(f"ไฟล์คะแนนยังมี {made.other_problems} จุดของหน่วยงานอื่นที่ต้องแก้ ดูด้วย ita check")
    return made


def _record(made: Any) -> dict[str, Any]:
    return {
        "folder": str(made.folder),
        "files": list(made.files),
        "findings": made.finding_count,
        "other_problems": made.other_problems,
    }
