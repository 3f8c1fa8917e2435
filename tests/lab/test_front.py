"""What an analyst sees of the package: few names, imported when they are asked for, told to type checkers as they are."""

import os
import shutil
import subprocess
import sys

import pytest
from commands import PROJECT

import ita_analysis as ita


def run(*command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_importing_the_package_imports_no_other_module_of_it():
    script = "import sys, ita_analysis\nprint([name for name in sys.modules if name.startswith(('ita_analysis.', 'pandas'))])"
    assert run("-c", script, PYTHONPATH=str(PROJECT)).stdout == "[]\n"


def test_reading_scores_draws_nothing_yet():
    script = "import sys, ita_analysis as ita\nprint(ita.load())\nprint([one for one in ('matplotlib', 'ipywidgets') if one in sys.modules])"
    assert run("-c", script, PYTHONPATH=str(PROJECT)).stdout.endswith("\n[]\n")


def test_the_names_complete_by_tab():
    assert set(dir(ita)) == {"load", "Scores", "ItaError"}
    assert set(dir(ita.load())) == {"choose", "compare", "draw", "find", "frame", "rank", "show"}


def test_a_wrong_name_answers_with_the_nearest():
    with pytest.raises(AttributeError, match="ใกล้เคียง: load"):
        _ = ita.laod
    with pytest.raises(AttributeError, match="ใกล้เคียง: choose"):
        _ = ita.load().chose
    with pytest.raises(AttributeError, match="ที่มี: .*choose"):
        _ = ita.load().zzzz


def test_a_submodule_is_still_found_by_its_name():
    from ita_analysis import places

    assert places.project_root() == PROJECT


def test_the_stub_says_what_the_module_holds(tmp_path):
    front = tmp_path / "ita_front"  # a package of this one module: the others carry their types themselves
    front.mkdir()
    for name in ("__init__.py", "__init__.pyi"):
        shutil.copy(PROJECT / "ita_analysis" / name, front)
    paths = os.pathsep.join((str(tmp_path), str(PROJECT)))
    done = run("-m", "mypy.stubtest", "ita_front", PYTHONPATH=paths, MYPYPATH=paths)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stub_is_packaged_and_the_package_says_that_it_is_typed():
    packaged = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"py.typed", "*.pyi"' in packaged
    assert (PROJECT / "ita_analysis" / "py.typed").is_file()
