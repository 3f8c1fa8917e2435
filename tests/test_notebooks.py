"""The notebooks that ship: thin, by the rules of the house, and the same whether `ita` or plain papermill runs them."""

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PROJECT

from ita_analysis import cli
from ita_analysis.brief.blocks import MIME
from ita_analysis.run.notebook import run_notebook
from ita_analysis.run.parameters import parameters_of

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
BRIEF = PROJECT / "notebooks" / "district_brief.ipynb"
REPORT = PROJECT / "notebooks" / "progress_report.ipynb"
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_of(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@every_notebook
def test_one_parameters_cell_with_a_type_and_a_comment_on_every_line(path):
    declared = parameters_of(read(path), path.name)
    assert declared
    assert all(parameter.comment for parameter in declared.values())


@every_notebook
def test_a_cell_has_at_most_eight_lines_no_function_and_no_loop(path):
    for source in code_of(read(path)):
        assert len(source.splitlines()) <= 8
        for part in ast.walk(ast.parse(source)):
            assert not isinstance(
                part, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.comprehension)
            )


@every_notebook
def test_outputs_are_not_stored_and_the_kernel_is_python3(path):
    notebook = read(path)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None


@every_notebook
def test_every_cell_has_an_id_of_its_own(path):
    ids = [cell["id"] for cell in read(path)["cells"]]
    assert len(ids) == len(set(ids))


def test_the_options_of_the_command_line_agree_with_the_parameters():
    declared = parameters_of(read(BRIEF), BRIEF.name)
    options = inspect.signature(cli.brief, eval_str=True).parameters
    assert set(cli.PARAMETER_OF.values()) == set(declared)
    assert set(cli.PARAMETER_OF) <= set(options)
    types = {"agency": "str", "year": "int", "line": "float"}
    for option, kind in types.items():
        assert options[option].annotation.__origin__.__name__ == kind == declared[cli.PARAMETER_OF[option]].type
    assert options["line"].default == declared["action_line"].default
    assert not options["scores"].default and declared["scores"].default == ""
    assert (declared["agency"].default, declared["fiscal_year_be"].default) in [entry[:2] for entry in cli.DEMO]


def test_the_options_of_a_report_agree_with_the_parameters_of_its_notebook():
    declared = parameters_of(read(REPORT), REPORT.name)
    options = inspect.signature(cli.report, eval_str=True).parameters
    assert set(cli.REPORT_PARAMETER_OF.values()) == set(declared)
    assert set(cli.REPORT_PARAMETER_OF) <= set(options)
    types = {"agency": "str", "year": "int", "round_number": "int", "line": "float", "digits": "str"}
    for option, kind in types.items():
        assert options[option].annotation.__origin__.__name__ == kind == declared[cli.REPORT_PARAMETER_OF[option]].type
    for option in ("line", "digits"):
        assert options[option].default == declared[cli.REPORT_PARAMETER_OF[option]].default
    assert tuple(declared[name].default for name in ("agency", "measures_year_be", "round")) in cli.DEMO_REPORTS


def shown(path):
    outputs = [output for cell in read(path)["cells"] for output in cell.get("outputs", [])]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def test_plain_papermill_from_another_folder_shows_the_same_blocks(sathon_pack, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "papermill", BRIEF, tmp_path / "out.ipynb", "--no-progress-bar"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    by_ita = shown(sathon_pack / "executed.ipynb")
    on_pages = [made for made in by_ita if made["kind"] != "dataset"]
    assert len(on_pages) == len(re.findall(r"brief\.(?!datasets)\w+\(\)", "\n".join(code_of(read(BRIEF)))))  # one each
    assert shown(tmp_path / "out.ipynb") == by_ita


def test_plain_papermill_makes_the_same_report_from_another_folder(tmp_path):
    from ita_analysis.brief.blocks import from_data
    from ita_analysis.brief.progress import open_report

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            REPORT,
            tmp_path / "out.ipynb",
            "--no-progress-bar",
            "-p",
            "digits",
            "arabic",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    made = [from_data(data) for data in shown(tmp_path / "out.ipynb")]
    report = open_report("1028", 2567, digits="arabic")
    assert made[:4] == [report.cover(), report.summary(), report.signatures(), report.official_table()]
    assert tuple(made[-len(report.datasets()) :]) == report.datasets()


def test_no_text_file_of_the_package_is_opened_without_its_encoding():
    missing = []
    for path in sorted((PROJECT / "ita_analysis").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            if ast.unparse(call.func).startswith("archive."):  # members of a zip are bytes
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            said = {word.arg for word in call.keywords}
            binary = any("b" in ast.unparse(argument) for argument in call.args)
            if (
                name in ("read_text", "write_text") and isinstance(call.func, ast.Attribute) and "encoding" not in said
            ) or (
                name == "open"
                and "encoding" not in said
                and not binary
                and ast.unparse(call.func) not in ("os.open", "Image.open")
            ):
                missing.append(f"{Path(path).relative_to(PROJECT)}:{call.lineno}")
    assert missing == []


MESS = """agency, fiscal_year_be, action_line, scores = "1028", 2566, 12.5, "nowhere"
for name in [name for name in dir() if name in ("room", "brief", "page")]:
    left = globals()[name]
    left.change(agency="9902", item="E9", line=70.0) if hasattr(left, "change") else None
    globals()[name] = None"""


@pytest.mark.parametrize("name", ["district_brief", "explore", "what_lifts_the_total"])
def test_run_again_over_a_state_left_half_changed_it_shows_what_a_fresh_kernel_shows(tmp_path, name):
    given = read(PROJECT / "notebooks" / f"{name}.ipynb")
    cells = [cell for cell in given["cells"] if cell["cell_type"] == "code"]
    plain = [{**cell, "metadata": {}, "id": f"again-{at}"} for at, cell in enumerate(cells)]
    mess = {**plain[0], "id": "mess", "source": MESS}
    twice = {**given, "cells": [*cells, mess, *plain]}
    (tmp_path / "twice.ipynb").write_text(json.dumps(twice), encoding="utf-8")
    fresh, again = (shown_by(path) for path in (PROJECT / "notebooks" / f"{name}.ipynb", tmp_path / "twice.ipynb"))
    assert sum(map(len, fresh)) >= 8 and again[-len(cells) :] == fresh


def shown_by(path):
    """Return the blocks of every code cell, after a run."""
    done = run_notebook(path, {})
    assert done.failure is None, done.failure
    cells = [cell for cell in done.notebook.cells if cell.cell_type == "code"]
    return [[output["data"].get(MIME) for output in cell["outputs"] if "data" in output] for cell in cells]
