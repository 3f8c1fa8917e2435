"""The verbs about files that people fill in: check those there are, make a score form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ita_analysis import places
from ita_analysis.cli.frame import AsJson, Output, Rules, absolute, app, say, say_json
from ita_analysis.errors import Problem, UsageError


@app.command(epilog="ตัวอย่าง: ita check data/published/sathon-2566.csv")
def check(
    files: Annotated[list[Path], typer.Argument(help="ไฟล์คะแนน ทะเบียนมาตรการ หรือโฟลเดอร์", metavar="FILE...")],
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    as_json: AsJson = False,
) -> None:
    """ตรวจไฟล์คะแนนหรือทะเบียนมาตรการ พิมพ์ทุกจุดที่ต้องแก้ในครั้งเดียว ไม่เขียนไฟล์ใด"""
    from ita_analysis.measures import checking
    from ita_analysis.scores import reading

    problems: list[Problem] = []
    notes: list[str] = []
    facts: list[str] = []
    folders = absolute(rules)
    looked = {path: checking.look(path, rules=folders) for path in absolute(files)}
    for found in filter(None, looked.values()):
        problems += found.problems
        notes += found.notes
        facts.append(found.facts_th)
    if scores := [path for path, found in looked.items() if found is None]:
        read = reading.read(scores, rules=folders)
        problems += read.problems
        notes += read.notes
        years = " ".join(str(year) for year in sorted(read.scores.distinct(["fiscal_year_be"])["fiscal_year_be"]))
        facts.append(f"อ่านได้ครบ: {read.scores.count} แถว · {len(read.names())} หน่วยงาน · ปี {years}")
    if as_json:
        say_json({"problems": [problem.as_record() for problem in problems], "notes": notes})
    else:
        for note in notes:
            say(f"หมายเหตุ: {note}")
        for problem in problems:
            say(problem.line_th())
        if not problems:
            print("\n".join(facts))
    if problems:
        if not as_json:
            say(f"พบ {len(problems)} จุดที่ต้องแก้ แก้แล้วสั่ง ita check อีกครั้ง")
        raise typer.Exit(1)


@app.command(epilog="ตัวอย่าง: ita template --agency 1028 --year 2566")
def template(
    agency: Annotated[str, typer.Option("--agency", help="รหัสหรือชื่อหน่วยงาน")],
    year: Annotated[int, typer.Option("--year", help="ปีงบประมาณ พ.ศ. ของผลการประเมิน")],
    rules: Rules = [],  # noqa: B006 - typer needs a plain default
    output: Output = None,
) -> None:
    """สร้างแบบกรอกคะแนน Excel ของหน่วยงานและปี: รู้รหัสและเรื่องทุกข้อ เหลือแต่พิมพ์คะแนน"""
    from ita_analysis.scores import template as form

    if year < 2400:
        raise UsageError(f"ปี {year} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ --year {year + 543}")
    folder = (output or places.outputs_folder()) / "templates"
    print(form.write(form.find(agency), year, folder, rules=absolute(rules)))
