"""`jupyter nbconvert --to ita_html|ita_pdf` works by its entry points; JupyterLab's menu lists names without a hyphen."""

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from tiny_notebooks import write_notebook

from export.notebooks import code, markdown, notebook, printed


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "บันทึก.ipynb"
    path.write_text(json.dumps(notebook(markdown("# ผลการวิเคราะห์"), code(printed("คะแนน 87.46")))), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "ending", "start"), [("ita_html", ".html", b"<!DOCTYPE"), ("ita_pdf", ".pdf", b"%PDF")]
)
def test_nbconvert_finds_and_runs_the_exporter(given, name, ending, start):
    command = [sys.executable, "-m", "nbconvert", "--to", name, given.name]
    done = subprocess.run(command, cwd=given.parent, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert given.with_suffix(ending).read_bytes().lstrip().startswith(start)


def test_nbconvert_runs_the_notebook_first_where_it_is_asked_to(tmp_path):
    path = write_notebook(tmp_path / "n.ipynb", "print(x + 41)")
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "ita_html", path.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    assert "42" in path.with_suffix(".html").read_text(encoding="utf-8")
    assert "outputs" in path.read_text(encoding="utf-8") and "42" not in path.read_text(encoding="utf-8")


def test_exporter_names_have_no_hyphen():
    ours = [point for point in entry_points(group="nbconvert.exporters") if point.value.startswith("ita_analysis")]
    names = {point.name for point in ours}
    assert {"ita_html", "ita_pdf"} <= names
    assert not [name for name in names if "-" in name]
    assert all(point.load().export_from_notebook for point in ours)
