"""The verbs that make briefs: of one agency, of the demo data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ita_analysis import places
from ita_analysis.cli.frame import (
    AsJson,
    AsOf,
    Line,
    Output,
    Rules,
    Run,
    Scores,
    WithSource,
    app,
    options_of,
    say,
    say_json,
)

# agency, year and run of each demo pack: real and made-up scores, and two schemes, never share a run
DEMO = (("1028", 2566, "brief-2566"), ("เมืองพัทยา", 2567, "brief-2567"), ("9901", 2567, "demo-2567"))

# What each option of `ita brief` is called in the notebook's parameters cell.
PARAMETER_OF = {
    **{"agency": "agency", "year": "fiscal_year_be", "line": "action_line"},
    **{"scores": "scores", "as_of": "as_of", "rules": "rules"},
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
    with_source: WithSource = False,
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
    from ita_analysis.run.brief import Request, make_brief

    options = options_of(year, line, scores, rules, run, as_of=as_of, with_source=with_source)
    request = Request(agency, options, output or places.outputs_folder(), run)
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
