"""Workers forked from one warm process: they share what it imported, and nothing that two of them could disturb."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from multiprocessing import connection
from pathlib import Path

import pytest
from odd_jobs import subject

from ita_analysis.run import kernels
from ita_analysis.run.limits import Limits
from ita_analysis.run.pool import Pool
from ita_analysis.run.warm import WarmParent
from ita_analysis.run.worker import FAILED, Outcome, Refusal

psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.skipif(not kernels.can_fork(), reason="processes can't be forked here")


@pytest.fixture(scope="module")
def nursery():
    with WarmParent(of_workers=True) as parent:
        assert parent.is_ready(), parent.why_not
        yield parent


@pytest.fixture
def worker(nursery, tmp_path):
    """A forked worker and the line to it."""
    ours, theirs = connection.Pipe()
    with theirs:
        started = nursery.fork_worker(theirs.fileno(), tmp_path, Limits())
    yield started, ours
    ours.close()
    started.kill()


def jobs(tmp_path, count):
    return [Refusal(tmp_path / "run", subject(str(9901 + number)), "ไม่มีคะแนน") for number in range(count)]


def gone(pids):
    deadline = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(psutil.pid_exists(pid) for pid in pids)


def test_what_workers_are_forked_from_holds_no_file_open_for_a_file_has_one_place_for_all(nursery):
    open_now = {file.path for file in psutil.Process(nursery.pid).open_files()}
    assert open_now <= {str(Path(f"/proc/self/fd/{number}").readlink()) for number in (0, 1, 2)}


def test_a_worker_makes_what_it_is_given_and_leaves_when_there_is_no_more(worker, tmp_path):
    process, line = worker
    for job in jobs(tmp_path, 2):
        line.send(job)
        outcome = line.recv()
        assert isinstance(outcome, Outcome) and outcome.state == FAILED
        assert (tmp_path / "run" / f"{outcome.agency_code}.failed" / "reason.html").exists()
    server = psutil.Process(process.pid).children()
    assert len(server) == 1 and list(tmp_path.glob("ita-run-*"))
    line.send(None)
    process.join(30)
    assert process.poll() == 0 and gone([process.pid, server[0].pid])
    assert not list(tmp_path.glob("ita-run-*"))


def test_a_killed_worker_takes_its_kernels_server_and_its_folder_with_it_and_no_other(nursery, worker, tmp_path):
    process, line = worker
    line.send(jobs(tmp_path, 1)[0])
    line.recv()
    below = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
    assert len(below) == 2 and process.is_alive()
    process.kill()
    assert not process.is_alive() and gone(below)
    deadline = time.monotonic() + 10
    while list(tmp_path.glob("ita-run-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not list(tmp_path.glob("ita-run-*")) and nursery.is_ready()


def test_a_batch_goes_on_when_all_its_workers_die_with_what_they_were_forked_from(nursery, tmp_path):
    (tmp_path / "out").mkdir()
    wanted = jobs(tmp_path, 6)
    told, killed = [], []
    with Pool(2, tmp_path / "out", ("", "", False), Limits()) as pool:
        for event in pool.outcomes(wanted):
            if isinstance(event, Outcome):
                told.append(event.agency_code)
                if not killed:
                    warm = [one.pid for one in psutil.Process().children() if "workers" in one.cmdline()]
                    killed = [pid for pid in warm if pid != nursery.pid]
                    assert len(killed) == 1
                    os.kill(killed[0], 9)
    assert sorted(told) == sorted(job.subject.agency_code for job in wanted)
    assert gone(killed) and not list((tmp_path / "out").rglob("ita-run-*"))


def test_workers_that_rest_are_gone_and_others_take_the_next_jobs(tmp_path):
    (tmp_path / "out").mkdir()
    with Pool(2, tmp_path / "out", ("", "", False), Limits()) as pool:
        first = [event for event in pool.outcomes(jobs(tmp_path, 3)) if isinstance(event, Outcome)]
        workers = [worker.process.pid for worker in pool._workers]
        pool.rest()
        assert len(workers) == 2 and gone(workers)
        second = [event for event in pool.outcomes(jobs(tmp_path, 2)) if isinstance(event, Outcome)]
    assert [one.state for one in first + second] == [FAILED] * 5


def test_what_a_killed_batch_left_goes_with_the_next_one_though_that_has_no_work(tmp_path):
    staging = tmp_path / ".staging"
    (staging / "scratch-x" / "ita-run-x").mkdir(parents=True)
    (staging / "scratch-x.lock").touch()
    with Pool(1, tmp_path, ("", "", False), Limits()):
        assert not staging.exists()


def test_a_plain_machine_spawns_its_workers(plain, tmp_path):
    (tmp_path / "out").mkdir()
    with Pool(1, tmp_path / "out", ("", "", False), Limits()) as pool:
        outcomes = [event for event in pool.outcomes(jobs(tmp_path, 1)) if isinstance(event, Outcome)]
    assert [one.state for one in outcomes] == [FAILED]


BATCH = """
import sys, time
from pathlib import Path
from odd_jobs import subject
from ita_analysis.run.limits import Limits
from ita_analysis.run.pool import Pool
from ita_analysis.run.worker import Outcome, Refusal
place = Path(sys.argv[1])
with Pool(2, place, ("", "", False), Limits()) as pool:
    for event in pool.outcomes(Refusal(place / "run", subject(str(9901 + n)), "x") for n in range(2)):
        pass
    print("made", flush=True)
    time.sleep(60)
"""


def test_a_killed_batch_leaves_no_process(tmp_path):
    paths = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parent)])
    environment = {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen([sys.executable, "-c", BATCH, tmp_path], env=environment, stdout=subprocess.PIPE) as batch:
        assert batch.stdout.readline() == b"made\n"
        below = [one.pid for one in psutil.Process(batch.pid).children(recursive=True)]
        assert len(below) >= 3
        batch.kill()
    assert gone(below)
