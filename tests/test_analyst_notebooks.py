"""The notebooks of the analyst run by plain papermill and by our runner alike, and export like the brief."""

import json
import os
import subprocess
import sys

import pytest
from commands import PROJECT

from ita_analysis.brief.blocks import MIME
from ita_analysis.errors import ParameterError
from ita_analysis.export.exporters import HtmlBriefExporter, PdfBriefExporter
from ita_analysis.run.notebook import load, run_notebook

NAMES = ["what_lifts_the_total", "method"]


def blocks_of(notebook):
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def papermill(path, out, *parameters):
    return subprocess.run(
        [sys.executable, "-m", "papermill", path, out, "--no-progress-bar", *parameters],
        cwd=out.parent,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.parametrize("name", NAMES)
def test_papermill_from_another_folder_and_our_runner_show_the_same_and_both_exporters_hold_it(name, tmp_path):
    path = PROJECT / "notebooks" / f"{name}.ipynb"
    done = papermill(path, tmp_path / "out.ipynb")
    assert done.returncode == 0, done.stderr
    executed = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    shown = blocks_of(executed)
    coded = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    assert len([block for block in shown if block["kind"] != "dataset"]) == len(coded) - 2
    run = run_notebook(path, {})
    assert run.failure is None and blocks_of(run.notebook) == shown
    cover = shown[0]
    page, _ = HtmlBriefExporter().from_notebook_node(run.notebook)
    assert cover["page_key"] in page and cover["badge"] == "ข้อมูลสมมติ" and cover["badge"] in page
    made, _ = PdfBriefExporter().from_notebook_node(run.notebook)
    again, _ = PdfBriefExporter().from_notebook_node(load(tmp_path / "out.ipynb"))
    assert made.startswith(b"%PDF") and made == again


def test_plain_papermill_makes_a_number_of_a_code_and_that_is_taken_too(tmp_path):
    path = PROJECT / "notebooks" / "what_lifts_the_total.ipynb"
    done = papermill(path, tmp_path / "out.ipynb", "-p", "agency", "9904", "-p", "targets", "E9=95 O1=100")
    assert done.returncode == 0, done.stderr
    cover = blocks_of(json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8")))[0]
    assert "(9904)" in cover["eyebrow"]


def test_what_does_not_fit_stops_the_notebook_with_a_thai_sentence():
    path = PROJECT / "notebooks" / "what_lifts_the_total.ipynb"
    run = run_notebook(path, {"efforts": "E12=9"})
    assert run.failure is not None
    told = json.dumps([cell.get("outputs", []) for cell in run.notebook["cells"]], ensure_ascii=False)
    assert "1 ถึง 5" in told
    with pytest.raises(ParameterError, match="efort"):
        run_notebook(path, {"efort": "E12=1"})
