"""The same batch on a Dask scheduler's workers: same bytes, dead workers cost a retry, what is not fit is refused."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import PROJECT, ita
from doc_commands import commands_of
from odd_jobs import WORKER, Deadly, Endless, Reason, subject
from small_runs import make_pack
from test_batch import is_tidy, pages, states

from ita_analysis.errors import MachineError
from ita_analysis.run import batch, ingredients, meeting, plan, remote
from ita_analysis.run import cluster as clusters
from ita_analysis.run.integrity import verify_pack
from ita_analysis.run.limits import Limits
from ita_analysis.run.state import facts_of
from ita_analysis.run.tasks import Options, Task
from ita_analysis.run.worker import FAILED, OK, Outcome

CODES = ("9901", "9902", "9903", "9904", "9905")
LIMITS = Limits()
GOES_WITH_US = (
    "import os, sys; from ita_analysis.run import kernels; kernels.die_with_parent();"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
SCORES = PROJECT / "data" / "synthetic"


def port():
    """Return a port that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Processes:
    """A scheduler and its workers, started with the very commands of the operators' page, on another port."""

    def __init__(self, folder):
        self.address = f"tcp://127.0.0.1:{port()}"
        self.mark = secrets.token_hex(8)
        self.log = (folder / "dask.log").open("wb")
        self.started = []
        self.environment = {
            **os.environ,
            WORKER: self.mark,
            "PYTHONPATH": os.pathsep.join(map(str, (PROJECT, PROJECT / "tests" / "run"))),
            "DASK_TEMPORARY_DIRECTORY": str(folder),
        }
        self.scheduler = self.start("scheduler")

    def start(self, what, *more):
        told, *_ = [one for one in commands_of("operators.md") if one.words[:2] == [".venv/bin/dask", what]]
        ports = {"8786": self.address.rpartition(":")[2], "8787": "0"}
        words = [re.sub("878[67]", lambda found: ports[found[0]], word) for word in told.words[1:]]
        command = [sys.executable, "-c", GOES_WITH_US, "-m", "dask", *words, *more]
        output = {"stdout": self.log, "stderr": self.log, "stdin": subprocess.DEVNULL}
        environment = self.environment | told.environment
        self.started.append(subprocess.Popen(command, env=environment, **output, cwd=PROJECT))
        return self.started[-1]

    def left(self):
        """Return every process that carries the mark, kernels and warm parents too."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"{WORKER}={self.mark}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return found

    def end(self):
        for process in reversed(self.started):  # a worker without its scheduler takes long to end
            process.terminate()
            process.wait(20)
        deadline = time.monotonic() + 5
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.05)
        left = self.left()
        for number in left:
            os.kill(number, signal.SIGKILL)
        self.log.close()
        assert not left


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    """A scheduler and two workers."""
    processes = Processes(tmp_path_factory.mktemp("dask"))
    try:
        processes.start("worker")
        yield processes
    finally:
        processes.end()


def demand(output):
    return plan.Demand(Options(2567, scores=(SCORES,)), output, agencies=CODES)


@pytest.fixture
def odd(dask, tmp_path):
    """Jobs of our own on the cluster, in this process."""

    def run(*jobs, limits=LIMITS):
        with clusters.Cluster(dask.address, demand(tmp_path / "out"), limits) as cluster:
            return list(cluster.outcomes(jobs))

    return run


def arguments(output, *more):
    return ["batch", "--year", "2567", "--scores", SCORES, "--agencies", ",".join(CODES), "--output", output, *more]


class Killer:
    """Watches a batch and kills the worker that gets the first job, once it is at work."""

    def __init__(self, cluster):
        self.cluster, self.begun, self.killed = cluster, [], 0

    def begin(self, plan, progress):
        """Nothing to say."""

    def changed(self, progress, outcome):
        if outcome is None:
            new = max(self.cluster._at_work.values(), key=lambda one: one.deadline)
            self.begun.append(new.job.subject.agency_code)
            if not self.killed:
                time.sleep(0.5)
                self.killed = self.cluster._meeting.client.run(os.getpid, workers=[new.address])[new.address]
                os.kill(self.killed, signal.SIGKILL)

    def end(self):
        """Nothing to put away."""


def test_a_batch_that_is_stopped_and_loses_a_worker_ends_with_the_bytes_of_this_machine_s_own(dask, tmp_path):
    made_here = tmp_path / "here"
    assert ita(*arguments(made_here, "--workers", "1")).returncode == 0
    run = tmp_path / "brief-2567"
    command = [sys.executable, "-m", "ita_analysis.cli", *arguments(tmp_path, "--cluster", dask.address)]
    with subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=tmp_path,
    ) as first:
        said = first.stderr.readline()
        assert "2 งานพร้อมกัน" in said
        while not said.startswith("สำเร็จ"):
            said = first.stderr.readline()
        first.send_signal(signal.SIGINT)
        said = first.communicate(timeout=120)[1]
    assert first.returncode == 130 and "สั่งคำสั่งเดิมเพื่อทำต่อ" in said
    finished = {path: path.stat().st_mtime_ns for path in run.glob("*/manifest.json")}
    assert 1 <= len(finished) < len(CODES) and is_tidy(run) and set(states(run).values()) == {"ok", "waiting"}

    (left,) = plan.plan_all(demand(tmp_path))
    with clusters.Cluster(dask.address, demand(tmp_path), LIMITS) as cluster:
        killer = Killer(cluster)
        done = batch.carry_out(left, demand(tmp_path), killer, cluster)
    assert killer.killed and killer.begun.count(killer.begun[0]) == 2  # its job began twice
    assert (done.ok, done.failed, done.skipped) == (len(CODES) - len(finished), 0, len(finished))
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert pages(run) == pages(made_here / "brief-2567") and states(run) == dict.fromkeys(CODES, "ok") and is_tidy(run)
    assert not [problem for code in CODES for problem in verify_pack(run / code)]

    again = ita(*arguments(tmp_path, "--cluster", "127.0.0.1:1"))
    assert again.returncode == 0 and f"{len(CODES)} ข้าม" in again.stdout  # without work nobody is asked


def test_a_job_that_kills_its_workers_twice_is_its_agency_s_failure(odd, tmp_path):
    run = tmp_path / "out" / "odd"
    bad = Deadly(run, subject("9990"), "", trace=tmp_path / "tries")
    found = odd(*(Reason(run, subject(f"999{n}"), "x") for n in range(1, 4)), bad)
    assert (tmp_path / "tries").read_text(encoding="ascii") == "xx"
    said = {one.agency_code: one.why for one in found if isinstance(one, Outcome)}
    assert "สองครั้ง" in said.pop("9990") and said == dict.fromkeys(("9991", "9992", "9993"), "x")
    assert "สองครั้ง" in (run / "9990.failed" / "reason.json").read_text(encoding="utf-8") and is_tidy(run)


def test_a_job_that_hangs_is_its_agency_s_failure_and_its_worker_is_replaced(dask, odd, tmp_path, monkeypatch):
    monkeypatch.setattr(clusters, "GRACE_S", 0.5)
    run = tmp_path / "out" / "odd"
    found = odd(Endless(run, subject("9990"), ""), limits=Limits(notebook_s=0.5))
    assert [(one.agency_code, one.state) for one in found if isinstance(one, Outcome)] == [("9990", FAILED)]
    assert "นานเกินกำหนด" in (run / "9990.failed" / "reason.json").read_text(encoding="utf-8")
    (last,) = [one for one in odd(Reason(run, subject("9991"), "x")) if isinstance(one, Outcome)]
    assert last.why == "x"


def test_a_job_given_again_finds_the_pack_of_the_first_worker(tmp_path, monkeypatch):
    made = Outcome("9901", OK, "made")
    monkeypatch.setattr(remote._BENCH, "make", lambda job, setup: made)
    setup = remote.Setup(("", "", False), Limits(), "")
    job = Task(tmp_path, subject("9901"), Options(2567), (), cache_key="k" * 64)
    assert remote.work(job, setup, None) is made  # nothing there
    folder = make_pack(tmp_path, "9901", cache_key="k" * 64)
    before = facts_of(folder)
    found = remote.work(job, setup, None)
    assert found.why == "" and found.held.cache_key == job.cache_key and found.files == before
    assert remote.work(job, setup, before) is made  # it was there before: it is to be made anew
    assert remote.work(Task(tmp_path, job.subject, job.options, (), cache_key="o" * 64), setup, None) is made
    (folder / "brief.html").write_bytes(b"<p>other of 9901")
    assert remote.work(job, setup, None) is made  # damaged


# --- what is refused


@pytest.fixture
def refused(dask, ita_here, tmp_path):
    """A batch on the cluster that is refused: returns code and message, and sees that nothing was written."""

    def run(*more, address=""):
        done = ita_here(*arguments(tmp_path / "out", "--cluster", address or dask.address), *more)
        assert "Traceback" not in done.stderr and "สิ่งที่ต้องทำ" in done.stderr
        assert not list((tmp_path / "out").glob("*")) and not list((tmp_path / "out").glob(".*"))
        return done.returncode, done.stderr

    return run


@pytest.mark.parametrize("address", ["scheduler", "http://127.0.0.1:8786", "127.0.0.1:port", "inproc://a:1", "a b:1"])
def test_what_is_no_address_is_wrong_usage(refused, address):
    code, said = refused(address=address)
    assert code == 2 and address in said


def test_the_number_of_workers_is_the_cluster_s(refused):
    assert refused("--workers", 2)[0] == 2


def test_nobody_or_somebody_else_at_the_address_is_said(refused, monkeypatch):
    monkeypatch.setattr(meeting, "CONNECT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for number in (port(), silent.getsockname()[1]):
            code, said = refused(address=f"127.0.0.1:{number}")
            assert code == 4 and f"127.0.0.1:{number}" in said and len(said.splitlines()) == 2


def test_a_machine_without_dask_is_told_how_to_get_it(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, said = refused()
    assert code == 4 and "pip install" in said


def test_workers_with_other_code_are_refused(refused, monkeypatch, tmp_path):
    digest, versions = ingredients.package_digest(), remote.versions()
    monkeypatch.setattr(ingredients, "package_digest", lambda: "other")
    code, said = refused()
    assert code == 4 and "ไฟล์ของโปรแกรมต่างกัน" in said
    monkeypatch.setattr(ingredients, "package_digest", lambda: digest)
    monkeypatch.setattr(remote, "versions", lambda: {**versions, "pandas": "9.9"})
    code, said = refused()
    assert code == 4 and f"pandas {versions['pandas']} เครื่องนี้ 9.9" in said
    (tmp_path / "only_here.py").write_text("def tell(*_): ...", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import only_here

    monkeypatch.setattr(remote, "tell", only_here.tell)
    code, said = refused()
    assert code == 4 and "ไม่พบ ita-analysis" in said


def test_workers_that_see_another_folder_or_other_files_are_refused(refused, monkeypatch, tmp_path):
    files = clusters._files_of
    mine = tmp_path / "mine.csv"
    monkeypatch.setattr(clusters, "_files_of", lambda demand: {**files(demand), str(mine): "a1"})
    code, said = refused()
    assert code == 4 and "mine.csv" in said
    monkeypatch.setattr(clusters, "_files_of", files)
    monkeypatch.setattr(remote, "TOKEN", "elsewhere")  # here; the workers look for it under its own name
    code, said = refused()
    assert code == 4 and str(tmp_path / "out") in said


def test_a_scheduler_without_workers_and_one_that_goes_are_said(tmp_path, monkeypatch):
    monkeypatch.setattr(meeting, "WORKER_S", 0.5)
    processes = Processes(tmp_path)
    run = tmp_path / "out" / "odd"
    try:
        with (
            pytest.raises(MachineError, match="ไม่มีตัวทำงาน"),
            clusters.Cluster(processes.address, demand(tmp_path / "out"), Limits()),
        ):
            pass
        assert not list((tmp_path / "out").glob(".*"))
        processes.start("worker", "--nworkers", "1", "--no-nanny")
        monkeypatch.setattr(meeting, "WORKER_S", 30)
        with (
            pytest.raises(MachineError, match="ขาดการติดต่อ"),
            clusters.Cluster(processes.address, demand(tmp_path / "out"), Limits()) as cluster,
        ):
            for _ in cluster.outcomes([Endless(run, subject("9990"), "")]):
                processes.scheduler.kill()
        assert not list((tmp_path / "out").glob(".*"))
        processes.started[-1].kill()  # its job never ends
    finally:
        processes.end()
