"""Where a number comes from: the cell that it stands in is the cell that we name, or no cell is named."""

import csv
import json
import os
import subprocess
import sys
from hashlib import sha256

import openpyxl
import pytest
from commands import PROJECT
from small_runs import FILES, make_failure, make_pack

from ita_analysis import places
from ita_analysis.errors import InputError, UnknownNameError
from ita_analysis.run import trace_lines
from ita_analysis.run.trace import trace

BLOCK = "application/vnd.ita.block+json"
TAIL = ["source_file", "source_sheet", "source_row", "fiscal_year_be"]
CSV = "agency_code,code,score,respondents\n9901,E1,81.25,400\n9901,E2,90,90\n9901,E3,๘๘.๕๐,12\n"


def dataset(role, columns, rows):
    block = {"kind": "dataset", "role": role, "title": f"ตาราง {role}", "columns": [{"name": name} for name in columns]}
    return {"output_type": "display_data", "data": {BLOCK: {**block, "rows": rows}}}


def notebook(*outputs):
    """Return a notebook as papermill leaves it: an injected cell, then one that shows `outputs`."""
    cells = [
        {"cell_type": "markdown", "source": "#", "metadata": {}},
        {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "outputs": []},
        {"cell_type": "code", "metadata": {}, "outputs": list(outputs)},
    ]
    return json.dumps({"cells": cells}, ensure_ascii=False).encode("utf-8")


def items(file="data/s.csv", sheet=None):
    rows = [
        [code, score, file, sheet, row, 2567]
        for code, score, row in (("E1", 81.25, 2), ("E2", 90.0, 3), ("E3", 88.5, 4))
    ]
    return dataset("items", ["code", "score", *TAIL], rows)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of our own: files under it may be looked at."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    monkeypatch.setattr(places, "project_root", lambda: root)
    return root


def packed(project, *outputs, data=None, file="data/s.csv", **changes):
    """Write a score file, publish a pack that was made from it, and return the run."""
    path, data = project / file, CSV.encode("utf-8") if data is None else data
    path.write_bytes(data)
    run = project.parent / "brief-2567"
    inputs = [{"path": file, "sha256": sha256(data).hexdigest()}]
    files = {**FILES, "executed.ipynb": notebook(*(outputs or (items(file),)))}
    make_pack(run, "9901", "เขตตัวอย่าง", files=files, inputs=inputs, **changes)
    return run


def told(found):
    return "\n".join(trace_lines.lines(found))


# --- the shipped case


def test_every_figure_of_the_shipped_case_stands_in_the_cell_that_is_named(sathon_run):
    with (PROJECT / "data/published/sathon-2566.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    column, checked = rows[0].index("score"), 0
    for number, cells in enumerate(rows[1:], start=2):
        found = trace(sathon_run, "1028", cells[rows[0].index("code")])
        assert found.source.file == "data/published/sathon-2566.csv" and found.source.state == "same"
        assert (found.source.row, found.score) == (number, float(cells[column]))
        assert found.source.cell == f"{chr(65 + column)}{number}" and found.source.held == cells[column]
        checked += 1
    assert checked >= 27


def test_the_command_tells_it_in_thai_by_any_name_of_the_agency(sathon_run, ita_here):
    done = ita_here("trace", sathon_run, "สาทร", "e12")
    assert done.returncode == 0 and done.stderr == ""
    for part in (
        "E12",
        "คะแนน: 81.87",
        "แถว 25",
        "เซลล์ G25",
        "sha256 ตรงกัน",
        "bangkok-district-2566.toml",
        "ควรตรวจกับต้นฉบับ",
    ):
        assert part in done.stdout
    manifest = json.loads((sathon_run / "1028" / "manifest.json").read_text(encoding="utf-8"))
    assert f"รหัสหน้า: {manifest['page_key'][:8]}" in done.stdout
    record = json.loads(ita_here("trace", sathon_run, "1028", "E12", "--json").stdout)
    assert (record["source"]["cell"], record["score"], record["page_key"]) == ("G25", 81.87, manifest["page_key"])
    written = json.loads((PROJECT / "notebooks" / "district_brief.ipynb").read_text(encoding="utf-8"))["cells"]
    assert all("datasets" in "".join(written[one["cell"] - 1]["source"]) for one in record["shown"])


@pytest.mark.parametrize(
    ("agency", "code", "near"),
    [("1028", "E99", "E9"), ("1029", "E9", "1028"), ("สาธร", "E9", "สาทร"), ("1028", "../..", "")],
)
def test_what_is_not_there_names_the_nearest(sathon_run, ita_here, agency, code, near):
    done = ita_here("trace", sathon_run, agency, code)
    assert done.returncode == 1 and "ไม่พบ" in done.stderr and near in done.stderr and done.stdout == ""


def test_verbs_that_read_runs_import_no_notebook_or_data_machinery(sathon_run):
    script = (
        "import sys\nfrom ita_analysis import cli\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'nbformat', 'papermill', 'nbconvert', 'matplotlib', 'typst', 'pandas', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
    for arguments in (("verify", sathon_run), ("diff", sathon_run, sathon_run), ("trace", sathon_run, "1028", "E12")):
        command = [sys.executable, "-c", script, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("verb", ["diff", "trace", "verify"])
def test_every_verb_has_help_with_an_example(ita_here, verb):
    assert f"ita {verb}" in ita_here(verb, "--help").stdout.partition("ตัวอย่าง")[2]


# --- the file now


@pytest.mark.parametrize(("code", "cell", "held"), [("E1", "C2", "81.25"), ("E2", "", ""), ("E3", "C4", "๘๘.๕๐")])
def test_a_cell_is_named_where_one_alone_holds_the_figure(project, code, cell, held):
    source = trace(packed(project), "9901", code).source
    assert (source.cell, source.held, source.state) == (cell, held, "same")


def test_a_cell_of_a_workbook_is_named_with_its_sheet(project, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "อื่น"
    sheet = book.create_sheet("คะแนน")
    sheet.append(["คะแนน", None, None])
    sheet.append([None, "E1", 81.25])
    book.save(tmp_path / "s.xlsx")
    run = packed(project, items("data/s.xlsx", "คะแนน"), data=(tmp_path / "s.xlsx").read_bytes(), file="data/s.xlsx")
    source = trace(run, "9901", "E1").source
    assert (source.sheet, source.row, source.cell, source.state) == ("คะแนน", 2, "C2", "same")
    assert "แผ่น คะแนน · แถว 2 · เซลล์ C2" in told(trace(run, "9901", "E1"))


def test_a_file_that_changed_or_went_is_told_and_no_cell_is_claimed(project):
    run = packed(project)
    (project / "data" / "s.csv").write_text(CSV.replace("81.25", "99.25"), encoding="utf-8")
    found = trace(run, "9901", "E1")
    assert (found.source.state, found.source.cell, found.score) == ("changed", "", 81.25)
    assert "sha256 ไม่ตรง" in told(found)
    (project / "data" / "s.csv").unlink()
    assert trace(run, "9901", "E1").source.state == "not-here"


def test_a_file_outside_the_project_is_never_opened(project):
    outside = project.parent / "secret.csv"
    outside.write_text("x", encoding="utf-8")
    run = packed(project, items("../secret.csv"), file="../secret.csv")
    assert trace(run, "9901", "E1").source.state == "not-here"


# --- what the pack tells


def test_a_computed_figure_names_no_file_and_shows_both_figures(project):
    columns = ["code", "score", "published_score", "rolled_up_score", "difference_points", "not_computed_th", *TAIL]
    rows = [
        ["total", 91.2345678, None, 91.2345678, None, None, None, None, None, 2567],
        ["IIT", None, None, None, None, "ยังไม่ทราบคะแนนของ 1", None, None, None, 2567],
    ]
    run = packed(project, dataset("figures", columns, rows))
    found = trace(run, "9901", "TOTAL")
    assert found.code == "total" and found.source is None
    assert "คำนวณจากระดับล่าง" in told(found) and "ที่ประกาศ ไม่ทราบ · ที่คำนวณได้ 91.2346" in told(found)
    assert "คำนวณไม่ได้: ยังไม่ทราบคะแนนของ 1" in told(trace(run, "9901", "IIT"))
    assert "ไม่มีคะแนนของรหัสนี้" in told(trace(run, "9901", "IIT"))


def test_the_years_before_stand_with_their_own_rows(project):
    rows = [["E1", score, "data/s.csv", None, row, year] for score, row, year in ((81.25, 2, 2567), (70.0, 9, 2566))]
    found = trace(packed(project, items(), dataset("history", ["code", "score", *TAIL], rows)), "9901", "E1")
    assert [(year, score, place.row) for year, score, place in found.earlier] == [(2566, 70.0, 9)]
    assert "ปี 2566: 70.00 · data/s.csv · แถว 9" in told(found) and found.source.row == 2


def test_cells_count_as_the_notebook_was_written(project):
    found = trace(packed(project), "9901", "E1")
    assert [(one.role, one.cell) for one in found.shown] == [("items", 2)]
    assert "9901/executed.ipynb · เซลล์ 2 (ตาราง items)" in told(found)


def test_rules_of_an_analysts_own_and_years_without_rules_are_told(project):
    run = packed(project, parameters={"rules": "my-rules"}, framework="demo-2599")
    assert "ใช้กฎเกณฑ์ของตนเองก่อน: my-rules" in told(trace(run, "9901", "E1"))
    assert "ไม่มีไฟล์กฎเกณฑ์ของปีนี้" in told(trace(run, "9901", "E1"))


def test_a_damaged_pack_is_not_believed(project):
    run = packed(project)
    path = run / "9901" / "executed.ipynb"
    path.write_bytes(path.read_bytes().replace(b"81.25", b"91.25"))
    with pytest.raises(InputError, match="ไม่ตรงกับ manifest") as caught:
        trace(run, "9901", "E1")
    assert [problem.code for problem in caught.value.problems] == ["file-changed"]


def test_a_failed_agency_says_why_there_is_no_number(project):
    run = packed(project)
    make_failure(run, "9902", "เซลล์ 5: คะแนนหาย")
    with pytest.raises(InputError, match="คะแนนหาย"):
        trace(run, "9902", "E1")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"cells": 7}',
        b'{"cells": [{"outputs": [{"data": {"application/vnd.ita.block+json": 5}}]}]}',
        b'{"cells": [{"metadata": {"tags": "x"}, "outputs": [{"data": []}, 4]}]}',
        b'{"cells": [{"metadata": null, "outputs": []}, {"metadata": {"tags": null}}]}',
        b'{"cells": [{"outputs": [{"data": {"application/vnd.ita.block+json": {"kind": "dataset", "rows": 5}}}]}]}',
    ],
)
def test_a_notebook_without_our_tables_costs_no_traceback(project, content):
    run = packed(project)
    make_pack(run, "9901", files={**FILES, "executed.ipynb": content})
    with pytest.raises(UnknownNameError, match="ไม่พบรหัส"):
        trace(run, "9901", "E1")


def test_hostile_text_of_a_pack_cannot_steer_the_terminal(project, ita_here):
    rows = [["E1", 81.25, "data/\x1b[31m\u202es.csv", None, 2, 2567]]
    done = ita_here("trace", packed(project, dataset("items", ["code", "score", *TAIL], rows)), "9901", "E1")
    assert done.returncode == 0 and "\x1b" not in done.stdout and "\u202e" not in done.stdout
