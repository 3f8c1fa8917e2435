"""Worker processes of a batch: each gets one job at a time; one that dies or hangs costs its own job alone.

A job whose worker died is given to another worker once; a second death is its agency's failure.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

from ita_analysis.run import pack
from ita_analysis.run.forkserver import Data
from ita_analysis.run.limits import Limits
from ita_analysis.run.warm import ForkedWorker, WarmParent, WarmParentDied
from ita_analysis.run.wording import say
from ita_analysis.run.worker import FAILED, Job, Outcome, serve

GRACE_S = 120  # for starting a worker, and for writing pages beyond the notebook's own limit
LOOK_S = 0.5  # how often deadlines are looked at
ATTEMPTS = 2
START: Literal["warm", "spawn"] = "warm"  # from a warm parent where there are forks; spawned it inherits nothing


@dataclass
class _Worker:
    process: BaseProcess | ForkedWorker
    line: connection.Connection
    job: Job | None = None
    deadline: float = 0.0


class Pool:
    """Some workers; `outcomes` gives them the jobs. Use it as a context: no worker outlives it.

    Args:
        count: how many workers, at least 1; they start when there is work.
        output: the folder of runs, in which a folder for temporary files is made while workers live.
        data: scores, rules and whether reports are to come, as `warm.WarmParent`.
        limits: of each notebook.
    """

    def __init__(self, count: int, output: Path, data: Data, limits: Limits) -> None:
        self.count, self.output, self.limits = count, output, limits
        self._data = data
        self._nursery: WarmParent
        self._scratch: Path | None = None
        self._workers: list[_Worker] = []
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Pool:
        pack.sweep(self.output)  # of a batch that was killed at its very end, whose next one has no work
        return self

    def __exit__(self, *error: object) -> None:
        with self._stack:
            self._end_workers()

    def rest(self) -> None:
        """Let the workers go with all the memory that they hold; the next job starts another."""
        self._end_workers()

    def _end_workers(self) -> None:
        for worker in self._workers:
            if worker.job is not None:
                worker.process.kill()  # one at work is not waited for
            with contextlib.suppress(OSError):
                worker.line.send(None)
            worker.line.close()
        for worker in self._workers:
            worker.process.join(GRACE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers = []

    def outcomes(self, jobs: Iterable[Job]) -> Iterator[Outcome | Job]:
        """Yield every job when it begins and its outcome when it ends, in the order of things."""
        waiting = deque((job, 1) for job in jobs)
        tries: dict[str, int] = {}
        while waiting or any(worker.job for worker in self._workers):
            while waiting and (worker := self._idle(len(waiting))) is not None:
                job, attempt = waiting.popleft()
                tries[job.subject.agency_code] = attempt
                if self._give(worker, job):
                    yield job
                else:
                    waiting.appendleft((job, attempt))
            for worker, job in self._answering():
                outcome = self._outcome(worker)
                if outcome is not None:
                    yield outcome
                elif tries[job.subject.agency_code] < ATTEMPTS and time.monotonic() < worker.deadline:
                    waiting.append((job, tries[job.subject.agency_code] + 1))
                else:
                    is_late = time.monotonic() >= worker.deadline
                    yield lost(job, say("batch.worker_late" if is_late else "batch.worker_died"))

    def _idle(self, wanted: int) -> _Worker | None:
        """Return a worker without a job, starting one where there are too few."""
        idle = next((worker for worker in self._workers if worker.job is None), None)
        if idle is None and len(self._workers) < self.count and wanted:
            if self._scratch is None:
                self._scratch = self._stack.enter_context(pack.scratch(self.output))
                self._nursery = WarmParent(*self._data, of_workers=True, place=self._scratch)
                self._stack.callback(self._nursery.close)
            ours, theirs = connection.Pipe()
            with theirs:
                idle = _Worker(self._started(theirs, self._scratch), ours)
            self._workers.append(idle)
        return idle

    def _started(self, line: connection.Connection, scratch: Path) -> BaseProcess | ForkedWorker:
        """Return a worker that gets its jobs over the line."""
        while START == "warm" and self._nursery.is_ready():
            with contextlib.suppress(WarmParentDied):
                return self._nursery.fork_worker(line.fileno(), scratch, self.limits)
        context = get_context("spawn" if START == "warm" else START)
        arguments = (line, scratch, WarmParent(*self._data), self.limits)
        process = context.Process(target=serve, args=arguments, name="ita-worker")
        process.start()
        return process

    def _give(self, worker: _Worker, job: Job) -> bool:
        """Send the job; false where the worker is dead already."""
        try:
            worker.line.send(job)
        except OSError:
            self._drop(worker)
            return False
        worker.job, worker.deadline = job, time.monotonic() + self.limits.notebook_s + GRACE_S
        return True

    def _answering(self) -> list[tuple[_Worker, Job]]:
        """Return the workers that have answered, died, or are late, and their jobs; waits a moment for the first."""
        busy = [(worker, worker.job) for worker in self._workers if worker.job]
        ready = set(connection.wait([worker.line for worker, _ in busy], LOOK_S))
        now = time.monotonic()
        return [(worker, job) for worker, job in busy if worker.line in ready or now >= worker.deadline]

    def _outcome(self, worker: _Worker) -> Outcome | None:
        """Return what the worker says, None where it is dead or late; it is dropped then."""
        with contextlib.suppress(EOFError, OSError):
            if worker.line.poll():
                outcome: Outcome = worker.line.recv()
                worker.job = None
                return outcome
        self._drop(worker)
        return None

    def _drop(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.line.close()
        self._workers.remove(worker)


def lost(job: Job, said: str) -> Outcome:
    """Write the reason page of a job that took its workers with it."""
    from ita_analysis.run import making

    making.refuse(job.run, job.subject, said)
    return Outcome(job.subject.agency_code, FAILED, said)
