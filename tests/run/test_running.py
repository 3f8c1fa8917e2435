"""Running a notebook: believed only when every cell ended well; else the cell and its words are named."""

import json
import os
import sys
import time
from pathlib import Path

import nbformat
import pytest
from tiny_notebooks import code, write_notebook

from ita_analysis.errors import MachineError, NotebookError, ParameterError
from ita_analysis.run.contents import as_bytes
from ita_analysis.run.limits import Limits
from ita_analysis.run.notebook import load, run_notebook
from ita_analysis.run.parameters import checked


def texts(run):
    return ["".join(output.get("text", "")) for cell in run.notebook.cells for output in cell.get("outputs", [])]


def test_parameters_arrive_and_all_cells_run(tmp_path):
    path = write_notebook(tmp_path / "n.ipynb", "print(x + 1)", "", "# only a remark", "print('end')")
    run = run_notebook(path, {"x": 41})
    assert run.failure is None
    assert texts(run) == ["42\n", "end\n"]


@pytest.mark.parametrize("minor", [4, 5])
def test_the_executed_notebook_has_the_same_bytes_twice_and_no_time_or_temporary_path(tmp_path, minor):
    path = write_notebook(tmp_path / "n.ipynb", "print(x)", "x", minor=minor)
    first, again = (as_bytes(run_notebook(path, {"x": 2}).notebook) for _ in range(2))
    assert first == again
    text = first.decode("utf-8")
    for word in (str(tmp_path), "ita-run-", "start_time", "duration", "execute_reply", str(time.localtime().tm_year)):
        assert word not in text
    assert json.loads(text)["metadata"]["papermill"] == {"parameters": {"x": 2}}


def test_the_file_of_a_run_is_a_notebook_with_one_line_a_cell_whatever_was_printed(tmp_path):
    run = run_notebook(write_notebook(tmp_path / "n.ipynb", "print('ก\\nข')", "x = 1\nx"), {})
    data = as_bytes(run.notebook)
    read = nbformat.reads(data.decode("utf-8"), as_version=4)
    nbformat.validate(read)
    assert read.cells == run.notebook.cells
    assert set(json.loads(data)["metadata"]) == {"kernelspec", "language_info", "papermill"}
    assert len(data.splitlines()) == len(read.cells) + 2
    run.notebook.cells[1].outputs[0]["text"] = "\ud800"
    assert b'"text":"?"' in as_bytes(run.notebook)


def test_what_a_good_run_says_on_the_side_is_no_part_of_its_record(tmp_path):
    aside = "import sys; print('building caches in /home/x', file=sys.stderr); print('said')"
    assert texts(run_notebook(write_notebook(tmp_path / "n.ipynb", aside), {})) == ["said\n"]
    failed = run_notebook(write_notebook(tmp_path / "n.ipynb", aside, "1/0"), {})
    assert "building caches in /home/x\n" in texts(failed)


def test_a_failing_cell_is_named_as_the_notebook_counts_and_stops_the_run(tmp_path):
    path = write_notebook(tmp_path / "n.ipynb", "a = 1", "raise ValueError('คะแนนหาย')", "print('never')")
    run = run_notebook(path, {"x": 2})
    assert (run.failure.cell, run.failure.name, run.failure.message) == (3, "ValueError", "คะแนนหาย")
    assert run.failure.source == "raise ValueError('คะแนนหาย')"
    assert "never\n" not in texts(run)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("import os; os._exit(0)", "DeadKernelError"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "DeadKernelError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("input('name?')", "StdinNotImplementedError"),
        ("%%bash\nexit 3", "CalledProcessError"),
        ("1 +", "SyntaxError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_a_run_that_ends_early_or_asks_is_a_failure_of_that_cell(tmp_path, cell, name):
    run = run_notebook(write_notebook(tmp_path / "n.ipynb", "a = 1", cell, "print('never')"), {})
    assert (run.failure.cell, run.failure.name, run.failure.source) == (3, name, cell)
    assert "never\n" not in texts(run)


def test_quitting_politely_still_needs_every_later_cell(tmp_path):
    run = run_notebook(write_notebook(tmp_path / "n.ipynb", "quit()", "print('all', x)"), {})
    assert run.failure is not None or texts(run) == ["all 1\n"]


def test_a_cell_that_takes_too_long_is_stopped_and_named(tmp_path):
    began = time.monotonic()
    path = write_notebook(tmp_path / "n.ipynb", "import time; time.sleep(60)", "print('never')")
    run = run_notebook(path, {}, limits=Limits(cell_s=3))
    assert (run.failure.cell, run.failure.name) == (2, "CellTimeoutError")
    assert time.monotonic() - began < 45


@pytest.mark.parametrize(
    "cell",
    [
        "1/0",
        "import subprocess; subprocess.Popen(['sleep', '{naps}'])",
        "import subprocess; subprocess.Popen(['sleep', '{naps}'], start_new_session=True)",
        "import subprocess, os; subprocess.Popen(['sleep', '{naps}']); os._exit(0)",
        "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)",
    ],
)
def test_no_kernel_and_no_child_of_it_outlives_its_run(tmp_path, cell):
    psutil = pytest.importorskip("psutil")
    naps = f"61.{os.getpid()}{time.monotonic_ns()}"

    def children():
        return set(psutil.Process().children(recursive=True))

    before = children()  # another test may have started one that stays
    run_notebook(write_notebook(tmp_path / "n.ipynb", cell.replace("{naps}", naps)), {}, limits=Limits(cell_s=1))
    deadline = time.monotonic() + 5
    while children() - before and time.monotonic() < deadline:
        time.sleep(0.01)  # what was killed takes a moment to go
    assert not children() - before
    assert not [process for process in psutil.process_iter(["cmdline"]) if process.info["cmdline"] == ["sleep", naps]]
    assert not list((Path(os.environ["ITA_CACHE"]) / "runtime").glob("kernel-*"))


@pytest.mark.parametrize("tag", ["raises-exception", "skip-execution"])
def test_tags_that_hide_errors_are_refused_before_anything_runs(tmp_path, tag):
    with pytest.raises(ParameterError) as caught:
        run_notebook(write_notebook(tmp_path / "n.ipynb", code("1/0", tag)), {})
    assert caught.value.problems[0].row == 2


def test_wrong_parameters_are_refused_before_anything_runs(tmp_path):
    mark = tmp_path / "ran"
    path = write_notebook(tmp_path / "n.ipynb", f"open({str(mark)!r}, 'w')")
    with pytest.raises(ParameterError):
        run_notebook(path, {"y": 1})
    assert not mark.exists()


def test_stored_outputs_of_another_run_never_stay(tmp_path):
    old = [{"output_type": "stream", "name": "stdout", "text": "old"}]
    path = write_notebook(tmp_path / "n.ipynb", code("", outputs=old), code("x", outputs=old, execution_count=9))
    run = run_notebook(path, {})
    assert run.failure is None
    assert "old" not in "".join(texts(run))


def test_the_kernel_works_in_a_scratch_folder_and_ours_stays(tmp_path):
    before = Path.cwd()
    run = run_notebook(
        write_notebook(tmp_path / "n.ipynb", "open('x', 'w').close(); import os; print(os.getcwd())"), {}
    )
    (where,) = texts(run)
    assert Path(where.strip()) != before and not Path(where.strip()).exists()
    assert Path.cwd() == before


def test_the_notebook_is_read_once_and_its_own_values_hold_where_none_is_given(tmp_path, monkeypatch):
    path = write_notebook(tmp_path / "n.ipynb", "print('first', x)")

    def checked_while_the_file_changes(*given):
        path.write_text("gone", encoding="utf-8")
        return checked(*given)

    monkeypatch.setattr("ita_analysis.run.notebook.checked", checked_while_the_file_changes)
    assert texts(run_notebook(path, {})) == ["first 1\n"]
    assert path.read_text(encoding="utf-8") == "gone"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nope",
        "[]",
        '"x"',
        "{}",
        '{"nbformat": 4}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 3}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}',
        '{"nbformat": "4", "nbformat_minor": 5, "metadata": {}, "cells": []}',
        '{"nbformat": 99, "nbformat_minor": 5, "metadata": {}, "cells": []}',
        "[" * 50_000,
    ],
)
def test_what_is_no_notebook_is_said_in_words(tmp_path, text):
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError, match=r"n\.ipynb"):
        run_notebook(tmp_path / "n.ipynb", {})


def test_a_notebook_that_is_not_there_or_no_text(tmp_path):
    (tmp_path / "bytes.ipynb").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "nothing.ipynb", tmp_path, tmp_path / "bytes.ipynb"):
        with pytest.raises(NotebookError):
            load(path)


def test_without_a_kernel_the_machine_is_at_fault(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def none(self, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", none)
    with pytest.raises(MachineError, match="เคอร์เนล"):
        run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {})


def test_a_kernel_that_dies_at_its_start_is_the_machines_fault(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    broken = KernelSpec(argv=[sys.executable, "-c", "raise SystemExit(3)"], language="python", display_name="x")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda self, name: broken)
    monkeypatch.setattr("ita_analysis.run.notebook.ATTEMPTS", 1)
    with pytest.raises(MachineError, match="ไม่เริ่มทำงาน"):
        run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {})


def test_a_kernel_whose_ports_were_taken_is_started_again(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    real, asked = KernelSpecManager.get_kernel_spec, []
    broken = KernelSpec(argv=[sys.executable, "-c", "raise SystemExit(3)"], language="python", display_name="x")
    monkeypatch.setattr(
        KernelSpecManager,
        "get_kernel_spec",
        lambda self, name: asked.append(name) or (broken if len(asked) == 1 else real(self, name)),
    )
    run = run_notebook(write_notebook(tmp_path / "n.ipynb", "print(x)"), {})
    assert run.failure is None and texts(run) == ["1\n"] and len(asked) == 2


def test_a_cache_that_cannot_be_written_is_the_machines_fault(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ITA_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(MachineError, match="แคช"):
        run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {})


def test_a_full_temporary_folder_is_the_machines_fault(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(MachineError, match="No space left"):
        run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {})


def test_a_disk_that_fills_before_the_kernel_starts_is_the_machines_fault(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jupyter_client.connect.write_connection_file", full)
    with pytest.raises(MachineError, match="No space left"):
        run_notebook(write_notebook(tmp_path / "n.ipynb", "x"), {})


def test_own_folders_point_into_the_cache_for_the_run_and_back_after(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLCONFIGDIR", "/somewhere")
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    run = run_notebook(write_notebook(tmp_path / "n.ipynb", "import os; print(os.environ['MPLCONFIGDIR'])"), {})
    assert texts(run) == [str(Path(os.environ["ITA_CACHE"]) / "matplotlib") + "\n"]
    assert os.environ["MPLCONFIGDIR"] == "/somewhere"
    assert "IPYTHONDIR" not in os.environ
