"""A batch makes what the plan says: one bad agency costs itself alone, what is finished stays, nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from score_files import made_up, write_scores
from tiny_notebooks import write_notebook

from ita_analysis.run.tasks import NOTEBOOK, OVERVIEW_NOTEBOOK

CODES = ("9901", "9902", "9903")
PARAMETERS = 'agency: str = "9901"\nfiscal_year_be: int = 2566\naction_line: float = 90.0\nscores: str = ""'
OVERVIEW_PARAMETERS = (
    'fiscal_year_be: int = 2566\nframework: str = ""\naction_line: float = 90.0\nscores: str = ""\nrules: str = ""\n'
    'agencies: str = ""\nlink_briefs: bool = True'
)
GOOD = "from ita_analysis.brief.district import open_brief\nopen_brief(agency, fiscal_year_be, action_line, scores).cover()"
PROJECT = Path(__file__).resolve().parent.parent.parent


def some_scores(path, codes=CODES, bad=""):
    rows = [made_up(f"I{n}", "x" if code == bad else f"8{n}.00", agency_code=code) for code in codes for n in (1, 2)]
    return write_scores(path, rows)


PRELUDE = """
import sys, time
from pathlib import Path
from ita_analysis import cli, places
from ita_analysis.run import making, pack, pool
pool.START = "fork"  # so that workers see what is changed here; nothing of this process has threads yet
NOTEBOOKS = Path(sys.argv[1])
places.notebooks_folder = lambda: NOTEBOOKS
sys.argv = ["ita", *sys.argv[2:]]
"""


@pytest.fixture
def product(tmp_path):
    """A product whose notebook is the given cells."""
    (tmp_path / "notebooks").mkdir()

    def write(*cells):
        write_notebook(tmp_path / "notebooks" / NOTEBOOK, *cells, parameters=PARAMETERS)

    write_notebook(tmp_path / "notebooks" / OVERVIEW_NOTEBOOK, "1 + 1", parameters=OVERVIEW_PARAMETERS)
    write(GOOD)
    some_scores(tmp_path / "scores" / "s.csv")
    return write


@pytest.fixture
def batch(product, tmp_path):
    """The command in a process of its own, with cold kernels; `patch` is code that runs in it first."""

    def run(*more, patch=""):
        command = [sys.executable, "-c", f"{PRELUDE}\n{patch}\ncli.main()", tmp_path / "notebooks"]
        where = ["batch", "--year", 2566, "--scores", tmp_path / "scores", "--output", tmp_path / "out"]
        return subprocess.run(
            [*map(str, command), *map(str, where), *map(str, more)],
            env={**os.environ, "ITA_PLAIN": "1", "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run


@pytest.fixture
def run(tmp_path):
    return tmp_path / "out" / "brief-2566"


def pages(run):
    """Return the bytes of every page and annex of a run."""
    names = ("brief.html", "brief.pdf", "annex.xlsx")
    return {str(path.relative_to(run)): path.read_bytes() for name in names for path in run.glob(f"*/{name}")}


def held(run):
    return json.loads((run / "run.json").read_text(encoding="utf-8"))


def states(run):
    return {line["agency_code"]: line["state"] for line in held(run)["agencies"]}


def is_tidy(run):
    """Return whether nothing but packs, reasons, pages and the state lies in the run and beside it."""
    hidden = {path.name for folder in (run, run.parent) for path in folder.iterdir() if path.name.startswith(".")}
    return hidden <= {".state.json"}


def test_all_agencies_are_made_and_the_second_time_none(batch, run):
    done = batch("--workers", 2)
    assert done.returncode == 0, done.stderr
    assert "3 สำเร็จ · 0 ไม่สำเร็จ · 0 ข้าม" in done.stdout and str(run / "index.html") in done.stdout
    assert [line for line in done.stderr.splitlines() if line.startswith("สำเร็จ") and "9901" in line]
    assert states(run) == dict.fromkeys(CODES, "ok") and is_tidy(run)
    before, moment = pages(run), (run / "run.json").stat().st_mtime_ns
    again = batch("--json")
    assert json.loads(again.stdout)["runs"][0] | {"folder": ""} == {
        **{
            "run": "brief-2566",
            "folder": "",
            "ok": 0,
            "failed": 0,
            "skipped": 3,
            "outdated": 0,
            "failures": {},
            "overview": "",
        }
    }
    assert pages(run) == before
    batch()
    assert (run / "run.json").stat().st_mtime_ns >= moment


def test_one_bad_agency_costs_itself_alone_and_is_tried_again(product, batch, run):
    batch()
    undisturbed = pages(run)
    for bad, said in (
        ("raise ValueError('คะแนนหาย')", "คะแนนหาย"),
        ("import os; os._exit(3)", "เคอร์เนลหยุด"),
    ):
        product(f"if agency == '9902':\n    {bad}", GOOD)
        done = batch("--force")
        assert done.returncode == 3 and "2 สำเร็จ · 1 ไม่สำเร็จ" in done.stdout
        assert "9902" in done.stderr and said in (run / "9902.failed" / "reason.json").read_text(encoding="utf-8")
        assert states(run) == {**dict.fromkeys(CODES, "ok"), "9902": "outdated"}
        assert {name: data for name, data in pages(run).items() if not name.startswith("9902")} == {
            name: data for name, data in undisturbed.items() if not name.startswith("9902")
        }
        assert is_tidy(run)
    product(GOOD)
    retried = batch("--retry-failed", "--json")  # the older pack of 9902 is as wanted again, the others are left
    assert json.loads(retried.stdout)["runs"][0] | {"folder": "", "failures": {}} == {
        **{
            "run": "brief-2566",
            "folder": "",
            "ok": 0,
            "failed": 0,
            "skipped": 1,
            "outdated": 2,
            "failures": {},
            "overview": "",
        }
    }
    assert states(run) == {**dict.fromkeys(CODES, "outdated"), "9902": "ok"}
    assert batch().returncode == 0
    assert pages(run) == undisturbed and states(run) == dict.fromkeys(CODES, "ok")


def test_a_worker_that_dies_is_replaced_and_its_job_given_up_the_second_time(product, batch, run, tmp_path):
    product(
        f"import os\nif agency == '9902':\n    open({str(tmp_path / 'tries')!r}, 'a').write('x')\n    os.kill(os.getppid(), 9)",
        GOOD,
    )
    done = batch("--workers", 2)
    assert done.returncode == 3, done.stderr
    assert (tmp_path / "tries").read_text(encoding="utf-8") == "xx"
    assert states(run) == {**dict.fromkeys(CODES, "ok"), "9902": "failed"}
    assert "สองครั้ง" in (run / "9902.failed" / "reason.json").read_text(encoding="utf-8")
    assert is_tidy(run)


HANG = """
make = making.make
making.make = lambda task, **more: time.sleep(100) if task.subject.agency_code == "9902" else make(task, **more)
pool.GRACE_S = -18  # less than nothing: what is late is the worker, not its notebook
"""


def test_a_worker_that_hangs_is_ended(batch, run):
    done = batch("--timeout", 30, patch=HANG)
    assert done.returncode == 3 and states(run) == {**dict.fromkeys(CODES, "ok"), "9902": "failed"}
    assert is_tidy(run)


def test_broken_rows_get_a_reason_page_and_are_not_told_again_until_repaired(batch, run, tmp_path):
    some_scores(tmp_path / "scores" / "s.csv", bad="9903")
    done = batch()
    assert done.returncode == 3 and "2 สำเร็จ · 1 ไม่สำเร็จ" in done.stdout
    reason = run / "9903.failed" / "reason.json"
    problems = json.loads(reason.read_text(encoding="utf-8"))["problems"]
    assert [(problem["row"], problem["column"]) for problem in problems] == [(6, "score"), (7, "score")]
    moment = reason.stat().st_mtime_ns
    again = batch()
    assert again.returncode == 3 and reason.stat().st_mtime_ns == moment
    some_scores(tmp_path / "scores" / "s.csv")
    repaired = batch()
    assert repaired.returncode == 0 and "3 สำเร็จ · 0 ไม่สำเร็จ" in repaired.stdout  # the group grew
    assert states(run) == dict.fromkeys(CODES, "ok") and not reason.exists()


def test_an_agency_without_scores_that_was_asked_for_is_a_failed_one(batch, run):
    done = batch("--agencies", "9901,9949")
    assert done.returncode == 3 and states(run) == {"9901": "ok", "9949": "failed"}


def test_a_dry_run_and_a_wrong_use_write_nothing(batch, tmp_path):
    plan = batch("--dry-run", "--json")
    assert json.loads(plan.stdout)["runs"][0]["counts"]["make"] == 3
    assert "9903" in batch("--dry-run").stdout
    assert batch("--force", "--retry-failed").returncode == 2
    assert batch("--agencies", "สาธร").returncode == 1
    assert not (tmp_path / "out").exists()


def test_the_second_operator_is_told_who_holds_the_run_and_since_when(batch, run):
    run.mkdir(parents=True)
    code = "import sys, pathlib; from ita_analysis.run import lock\nwith lock.held(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(run)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT
    )
    try:
        assert holder.stdout.readline() == b"held\n"
        done = batch()
        assert done.returncode == 4 and f"โพรเซส {holder.pid}" in done.stderr and time.strftime("%Y-") in done.stderr
        assert [path.name for path in run.iterdir()] == [".lock"]
        holder.kill()  # a dead holder holds nothing
    finally:
        holder.kill()
        holder.communicate()
    assert batch().returncode == 0 and is_tidy(run)


def test_a_place_that_cannot_be_written_is_said_before_anything_is_made(batch, tmp_path):
    (tmp_path / "out").write_bytes(b"")
    done = batch()
    assert done.returncode == 4 and "สิ่งที่ต้องทำ" in done.stderr


FULL = """
publish = pack.publish
def full(run, agency, *more):
    if agency == "9902":
        raise pack._disk(run, OSError(28, "No space left on device"))
    return publish(run, agency, *more)
pack.publish = full
"""


def test_a_disk_that_fills_up_stops_the_batch_and_keeps_what_is_finished(batch, run):
    done = batch("--workers", 1, patch=FULL)
    assert done.returncode == 4 and "No space left" in done.stderr
    assert states(run) == {"9901": "ok", "9902": "waiting", "9903": "waiting"}
    assert batch().returncode == 0 and states(run) == dict.fromkeys(CODES, "ok") and is_tidy(run)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_a_stopped_batch_keeps_what_is_finished_and_the_same_command_goes_on(tmp_path, number, code):
    scores = some_scores(tmp_path / "scores" / "s.csv")
    command = [
        sys.executable,
        "-m",
        "ita_analysis.cli",
        "batch",
        "--year",
        "2566",
        "--scores",
        scores,
        "--workers",
        "1",
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    first = subprocess.Popen(
        [*map(str, command), "--output", str(tmp_path / "out")],
        env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, start_new_session=True,
    )  # fmt: skip
    for line in first.stderr:
        if line.decode("utf-8").startswith("สำเร็จ"):
            break
    first.send_signal(number)
    said = first.communicate(timeout=60)[1].decode("utf-8")
    assert first.returncode == code, said
    run = tmp_path / "out" / "brief-2566"
    finished = {path: path.stat().st_mtime_ns for path in run.glob("*/manifest.json")}
    assert 1 <= len(finished) < len(CODES)
    if number != signal.SIGKILL:
        assert "สั่งคำสั่งเดิมเพื่อทำต่อ" in said and set(states(run).values()) == {"ok", "waiting"} and is_tidy(run)
    second = subprocess.run(
        [*map(str, command), "--output", str(tmp_path / "out")],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
    )
    assert second.returncode == 0, second.stderr
    assert f"{len(CODES) - len(finished)} สำเร็จ · 0 ไม่สำเร็จ · {len(finished)} ข้าม" in second.stdout
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert states(run) == dict.fromkeys(CODES, "ok") and is_tidy(run)
