"""The overview of a run is whole or absent, the same however it is run, and costs the packs beside it nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PROJECT
from score_files import row, write_scores
from tiny_notebooks import write_notebook

from ita_analysis import places
from ita_analysis.brief.blocks import MIME
from ita_analysis.errors import NotebookError, UsageError
from ita_analysis.export.exporters import HtmlBriefExporter, PdfBriefExporter
from ita_analysis.run import index, pack
from ita_analysis.run.city import make_city
from ita_analysis.run.notebook import load
from ita_analysis.run.tasks import OVERVIEW_NOTEBOOK as NOTEBOOK

SCORES = [
    row("total", "91.00", agency_code="1001", agency_name_th="สำนักงานเขตพระนคร"),
    row("total", "88.00"),
    row("I1", "80.00"),
]
PARAMETERS = (
    'fiscal_year_be: int = 2567\nframework: str = "demo-2567"\naction_line: float = 90.0\nscores: str = ""\n'
    'rules: str = ""\nagencies: str = ""\nlink_briefs: bool = False'
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "outputs" / "brief-2566"


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    return write_scores(tmp_path / "scores.csv", SCORES)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The overview of the shipped made-up scores, made with the notebook's own defaults."""
    run = tmp_path_factory.mktemp("city") / "demo-2567"
    return make_city(run, 2567, "demo-2567", 90.0, link_briefs=False).folder


def manifest(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def shown(path: Path) -> list[object]:
    outputs = [output for cell in load(path).cells for output in cell.get("outputs", [])]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def test_the_folder_holds_what_its_manifest_names(run, scores):
    made = make_city(run, 2566, "bangkok-district-2566", 90.0, (scores,))
    assert made.folder == run / "city" and (made.agencies, made.missing) == (2, 48)
    assert sorted(path.name for path in made.folder.iterdir()) == sorted(made.files)
    assert {"overview.html", "overview.pdf", "executed.ipynb", "manifest.json"} <= set(made.files)
    said = manifest(made.folder)
    assert [said[name] for name in ("agency_code", "fiscal_year_be", "framework", "is_synthetic", "run")] == [
        *("city", 2566, "bangkok-district-2566", False, "brief-2566")
    ]
    assert [one["path"] for one in said["inputs"]] == ["scores.csv"] and len(said["inputs"][0]["sha256"]) == 64
    assert len(said["page_key"]) == len(said["cache_key"]) == 64
    assert said["parameters"]["scores"] == "scores.csv"
    assert "../1001/brief.html" in (made.folder / "overview.html").read_text(encoding="utf-8")


def test_the_index_of_the_run_leads_to_it_and_counts_no_agency_more(run, scores):
    make_city(run, 2566, "bangkok-district-2566", 90.0, (scores,))
    state = index.run_state(run)
    assert state["city"]["html"] == "city/overview.html" and state["agencies"] == []


def test_plain_papermill_from_another_folder_shows_the_same_blocks(demo, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            PROJECT / "notebooks" / NOTEBOOK,
            tmp_path / "out.ipynb",
            "--no-progress-bar",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert shown(tmp_path / "out.ipynb") == shown(demo / "executed.ipynb")


def test_the_exporters_of_the_menu_write_the_same_pages(demo):
    notebook = load(demo / "executed.ipynb")
    page, _ = HtmlBriefExporter().from_notebook_node(notebook)
    assert page.encode("utf-8") == (demo / "overview.html").read_bytes()
    printed, _ = PdfBriefExporter().from_notebook_node(notebook)
    assert printed == (demo / "overview.pdf").read_bytes()


def test_made_again_elsewhere_it_has_the_same_bytes(demo, tmp_path):
    again = make_city(tmp_path / "other" / "run", 2567, "demo-2567", 90.0, link_briefs=False).folder
    for name in ("overview.html", "overview.pdf", "annex.xlsx"):
        assert (again / name).read_bytes() == (demo / name).read_bytes()
    one, other = manifest(again), manifest(demo)
    for said in (one, other):
        del said["seconds"], said["run"]
    assert one == other


def test_mixed_scores_leave_a_reason_and_cost_the_packs_nothing(run, tmp_path):
    pack.put(run, "1028", {"brief.html": b"kept"})
    pack.put(run, "city", {"overview.html": b"old"})
    made_up = row("total", "70.00", agency_code="9990", agency_name_th="สมมติ", is_synthetic="true")
    scores = write_scores(tmp_path / "mixed.csv", [*SCORES, made_up])
    with pytest.raises(NotebookError, match="ปนกัน") as caught:
        make_city(run, 2566, "bangkok-district-2566", 90.0, (scores,))
    assert str(run / "city.failed" / "reason.html") in caught.value.todo
    assert (run / "1028" / "brief.html").read_bytes() == b"kept"
    assert (run / "city" / "overview.html").read_bytes() == b"old"
    assert "city" not in [line["agency_code"] for line in index.run_state(run)["agencies"]]


def test_a_good_overview_takes_the_reason_away(run, scores):
    pack.publish_failure(run, "city", {"reason.html": b"why"})
    make_city(run, 2566, "bangkok-district-2566", 90.0, (scores,))
    assert sorted(path.name for path in run.iterdir()) == ["city"]


def test_a_run_of_another_scheme_takes_no_overview(run, scores):
    held = json.dumps({"framework": "demo-2566", "is_synthetic": True}).encode()
    pack.put(run, "9901", {"manifest.json": held})
    with pytest.raises(UsageError, match="demo-2566"):
        make_city(run, 2566, "bangkok-district-2566", 90.0, (scores,))
    assert not (run / "city").exists()


def test_a_cell_that_changes_the_year_is_found_out(run, scores, tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write_notebook(
        folder / NOTEBOOK,
        "from ita_analysis.brief.city import open_city\nopen_city(2567, 'demo-2567').cover()",
        parameters=PARAMETERS,
    )
    monkeypatch.setattr(places, "notebooks_folder", lambda: folder)
    with pytest.raises(NotebookError, match="InputsChanged"):
        make_city(run, 2566, "bangkok-district-2566", 90.0, (scores,))
    assert not (run / "city").exists() and (run / "city.failed" / "reason.html").exists()
