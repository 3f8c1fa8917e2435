"""The same batch on several machines: a Dask scheduler's workers get one job at a time, as those of `pool` do.

A job whose worker died is given to another once; where the first had put its pack in place already, the second finds
it there and makes none.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import secrets
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import UsageError
from ita_analysis.run import ingredients, remote
from ita_analysis.run.limits import Limits
from ita_analysis.run.meeting import Meeting
from ita_analysis.run.plan import Demand
from ita_analysis.run.pool import ATTEMPTS, GRACE_S, LOOK_S, lost
from ita_analysis.run.state import Facts, facts_of
from ita_analysis.run.tasks import OVERVIEW_NOTEBOOK, for_notebook
from ita_analysis.run.wording import say
from ita_analysis.run.worker import MACHINE, Job, Outcome
from ita_analysis.scores import inputs

ANSWER_S = 10.0  # for an outcome that a worker has, and for the jobs at work when the batch is stopped
ADDRESS = re.compile(r"((tcp|tls)://)?([\w.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}", re.ASCII)


@dataclass(frozen=True)
class _Try:
    """A job, how often it was given, and what lay in its place before the first time."""

    job: Job
    number: int
    before: Facts | None
    address: str = ""
    deadline: float = 0.0

    @property
    def is_late(self) -> bool:
        """Return whether its time is up."""
        return time.monotonic() >= self.deadline


class Cluster:
    """The workers of a Dask scheduler; `outcomes` gives them the jobs. Use it as a context.

    Args:
        address: of the scheduler, `tcp://host:port` or `host:port`.
        demand: what packs are made from and where they go; every machine has to see both at the same paths.
        limits: of each notebook.

    Raises:
        UsageError: that is no address.
    """

    def __init__(self, address: str, demand: Demand, limits: Limits) -> None:
        if not ADDRESS.fullmatch(address):
            raise UsageError(say("cluster.address", address=address), todo=say("cluster.address_todo"))
        values = demand.options.parameters("")
        package = ingredients.package_digest()
        self.limits = limits
        self._setup = remote.Setup(
            (values["scores"], values.get("rules", ""), bool(demand.options.round)), limits, package
        )
        self._meeting = Meeting(address, Path(os.path.abspath(demand.output)), _files_of(demand))
        self._at_work: dict[Any, _Try] = {}  # by Dask's future
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()

    @property
    def count(self) -> int:
        """Return how many workers there are."""
        return len(self._meeting.fit)

    def __enter__(self) -> Cluster:
        """Meet the workers.

        Raises:
            MachineError: the scheduler can't be reached, or has no worker, or one of them is not fit.
        """
        self._meeting.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._stop()
        finally:
            self._meeting.__exit__()

    def outcomes(self, jobs: Iterable[Job]) -> Iterator[Outcome | Job]:
        """Yield every job when it begins and its outcome when it ends, in the order of things.

        Raises:
            MachineError: the scheduler is gone, or its workers are and none came for a while.
        """
        waiting = deque(_first(job) for job in jobs)
        try:
            while waiting or self._at_work:
                self._meeting.look()
                while waiting and (address := self._idle()):
                    given = waiting.popleft()
                    self._give(address, given)
                    yield given.job
                for given, outcome in self._answers():
                    if outcome is not None:
                        yield outcome
                    elif given.number < ATTEMPTS and not given.is_late:
                        waiting.append(replace(given, number=given.number + 1))
                    else:
                        yield lost(given.job, say("batch.worker_late" if given.is_late else "batch.worker_died"))
        finally:
            self._stop()

    def _idle(self) -> str:
        """Return a worker without a job, empty where there is none."""
        return min(self._meeting.fit - {given.address for given in self._at_work.values()}, default="")

    def _give(self, address: str, given: _Try) -> None:
        """Send the job to this worker and no other: who gets it next is decided here."""
        deadline = time.monotonic() + self.limits.notebook_s + GRACE_S
        with self._meeting.while_connected():
            future = self._meeting.client.submit(
                remote.work,
                given.job,
                self._setup,
                given.before,
                key=f"ita-{secrets.token_hex(8)}",
                workers=[address],
                allow_other_workers=False,
                pure=False,
            )
        self._at_work[future] = replace(given, address=address, deadline=deadline)
        future.add_done_callback(self._ended.put)

    def _answers(self) -> list[tuple[_Try, Outcome | None]]:
        """Return the jobs that ended and their outcomes, None where the worker died or is late; waits for the first."""
        ended = []
        with contextlib.suppress(queue.Empty):
            ended.append(self._ended.get(timeout=LOOK_S))
            while True:
                ended.append(self._ended.get_nowait())
        fit = self._meeting.fit
        ended += [future for future, given in self._at_work.items() if given.is_late or given.address not in fit]
        found = []
        for future in dict.fromkeys(ended):
            if given := self._at_work.pop(future, None):
                outcome = self._outcome(future, given) if future.done() else None
                found.append((given, outcome))
                if outcome is None:
                    self._drop(future, given)
        return found

    def _outcome(self, future: Any, given: _Try) -> Outcome | None:
        """Return what the worker says, None where it died before we heard it."""
        from distributed import KilledWorker

        if future.cancelled():  # not by us: the scheduler forgot it
            raise self._meeting.gone()
        try:
            outcome: Outcome = future.result(timeout=ANSWER_S)
        except (TimeoutError, KilledWorker):
            return None
        except Exception as error:
            if self._meeting.client.status != "running":
                raise self._meeting.gone() from error
            return lost(given.job, f"{type(error).__name__}: {error}")
        if outcome.state == MACHINE:
            host = given.address.rpartition("/")[2]
            return replace(outcome, why=say("cluster.on_host", host=host, why=outcome.why))
        return outcome

    def _drop(self, future: Any, given: _Try) -> None:
        with contextlib.suppress(Exception):
            future.cancel()
        if given.is_late:
            self._meeting.end_worker(given.address)

    def _stop(self) -> None:
        """Wait a moment for what is at work, which can't be stopped and leaves whole packs."""
        left, self._at_work = list(self._at_work), {}
        if left and self._meeting.client.status == "running":
            import distributed

            wait: Any = distributed.wait
            with contextlib.suppress(Exception):
                wait(left, timeout=ANSWER_S)
            with contextlib.suppress(Exception):
                self._meeting.client.cancel(left)


def _first(job: Job) -> _Try:
    placed = replace(job, run=Path(os.path.abspath(job.run)))
    return _Try(placed, 1, facts_of(placed.run / job.subject.agency_code))


def _files_of(demand: Demand) -> dict[str, str]:
    """Return the digests of the files that packs are made from; those of the project by their path in it."""
    options = demand.options
    scores = inputs.score_files(options.scores, [])  # the plan has told their problems
    own = [options.notebook, places.notebooks_folder() / OVERVIEW_NOTEBOOK]
    own += [places.data_folder() / "agencies.csv", *inputs.sources_of(scores)]
    own += [path for folder in options.rules for path in sorted(folder.glob("*.toml"))]
    digests = {file.path: file.sha256 for file in scores} | {path: remote.digest_of(path) for path in own}
    return {for_notebook(path): digest for path, digest in digests.items()}
