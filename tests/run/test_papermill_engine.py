"""The engine `ita` of papermill: found by its entry point, and what ran before a kernel died is written."""

import json
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from tiny_notebooks import write_notebook

from ita_analysis.errors import NotebookError
from ita_analysis.run.papermill_engine import ItaEngine


def papermill(notebook, *more):
    """Run papermill's own command; return how it ended and the notebook it wrote."""
    output = notebook.with_name("out.ipynb")
    command = [sys.executable, "-m", "papermill", str(notebook), str(output), "--engine", "ita", *more]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=notebook.parent, check=False)
    return done, json.loads(output.read_text(encoding="utf-8"))


def texts(notebook):
    return ["".join(output.get("text", "")) for cell in notebook["cells"] for output in cell.get("outputs", [])]


def test_papermill_finds_the_engine_and_runs_a_notebook_with_it(tmp_path):
    (entry,) = (entry for entry in entry_points(group="papermill.engine") if entry.name == "ita")
    assert entry.load() is ItaEngine
    notebook = write_notebook(tmp_path / "n.ipynb", "import os\nprint(x, os.path.basename(os.getcwd()))")
    done, made = papermill(notebook, "-p", "x", "7", "--log-output")
    assert done.returncode == 0 and texts(made) == [f"7 {tmp_path.name}\n"]
    assert f"7 {tmp_path.name}" in done.stderr


def test_what_ran_before_a_kernel_died_or_was_late_is_written(tmp_path):
    notebook = write_notebook(tmp_path / "n.ipynb", "print('before')", "import time; time.sleep(60)", "print('never')")
    done, made = papermill(notebook, "--execution-timeout", "2")
    assert done.returncode != 0 and texts(made) == ["before\n"]
    assert "CellTimeoutError" in done.stderr and "Executing:" in done.stderr  # and its bar was shown


def test_another_kernel_is_refused():
    with pytest.raises(NotebookError, match="python3"):
        ItaEngine.execute_notebook(None, "ir")
