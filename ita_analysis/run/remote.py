"""What a Dask worker does for a batch: says whether it is fit, makes one pack at a time, lets its warm kernels go.

`cluster` sends these functions by name, so that a worker runs its own copy of them; both sides are the same package.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import util
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import MachineError
from ita_analysis.run import ingredients
from ita_analysis.run.forkserver import Data
from ita_analysis.run.limits import Limits
from ita_analysis.run.state import Facts, RunState, facts_of
from ita_analysis.run.tasks import Task
from ita_analysis.run.warm import WarmParent
from ita_analysis.run.worker import MACHINE, OK, Job, Maker, Outcome, Refusal

TOKEN = "token"


@dataclass(frozen=True)
class Setup:
    """What the jobs of one batch have in common; `package` is the digest of the code that gives them."""

    data: Data
    limits: Limits
    package: str


def versions() -> dict[str, str]:
    """Return the versions that shape a pack, Python's too."""
    from ita_analysis.run import contents

    return {"python": platform.python_version(), **contents.versions()}


def tell(meeting: str, files: Mapping[str, str]) -> dict[str, Any]:
    """Return what this process is and sees, as plain values that any version of us can read.

    Args:
        meeting: a folder in which the batch has laid its token.
        files: the digests of what packs are made from; a relative path counts from each machine's own project.

    Returns:
        `host`, `package` (digest), `versions`, `answer` (a file with the token that this process wrote into the
        meeting; empty where it saw no token or could not write), `strange` (files that are missing or others here).
    """
    answer = f"{platform.node()}-{os.getpid()}"
    try:
        Path(meeting, answer).write_bytes(Path(meeting, TOKEN).read_bytes())
    except OSError:
        answer = ""
    strange = [name for name, digest in files.items() if digest_of(places.from_root(name)) != digest]
    package = ingredients.package_digest()
    return {
        "host": platform.node(),
        "package": package,
        "versions": versions(),
        "answer": answer,
        "strange": strange,
    }


def digest_of(path: Path) -> str:
    """Return a file's sha256, empty where it can't be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def work(job: Job, setup: Setup, before: Facts | None) -> Outcome:
    """Return what became of the job; `before` is what lay in the agency's place when the job was first given.

    A job comes a second time when its first worker, or what that worker answered, was lost.
    """
    return _made_already(job, before) or _BENCH.make(job, setup)


def release() -> None:
    """End the warm kernels of this process, once no job needs them."""
    _BENCH.release()


async def leave() -> None:
    """End this process at once: its job hangs, and a thread can't be ended."""
    os._exit(1)


def _made_already(job: Job, before: Facts | None) -> Outcome | None:
    """Return the pack that was put in place since and is the wanted one, every file of it read."""
    code = job.subject.agency_code
    facts = facts_of(job.run / code)
    if not isinstance(job, Task) or not job.cache_key or facts is None or facts == before:
        return None
    held = RunState(job.run).held(code, verify=True)
    if held is None or held.damage or held.cache_key != job.cache_key:
        return None
    return Outcome(code, OK, seconds=held.seconds, held=held, files=facts)


class _Bench:
    """The one maker of this process, kept from job to job of a batch; Dask may run several threads, it takes one."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._setup: Setup | None = None
        self._maker: Maker | None = None
        self._warm = contextlib.ExitStack()  # holds the maker from its first notebook on
        self._is_warm = self._is_unwanted = False

    def make(self, job: Job, setup: Setup) -> Outcome:
        """Return what became of the job."""
        with self._one_at_a_time:
            self._is_unwanted = False
            try:
                return self._maker_for(job, setup).make(job)
            except MachineError as error:
                return Outcome(job.subject.agency_code, MACHINE, error.message, error.todo)
            finally:
                if self._is_unwanted:
                    self._close()

    def release(self) -> None:
        """End the maker, now or with the job at work."""
        self._is_unwanted = True
        if self._one_at_a_time.acquire(blocking=False):
            try:
                self._close()
            finally:
                self._one_at_a_time.release()

    def _maker_for(self, job: Job, setup: Setup) -> Maker:
        """Return the maker; its kernels are warmed for the first notebook, a reason page needs none."""
        if self._maker is None or self._setup != setup:
            self._close()
            self._maker, self._setup = Maker(WarmParent(*setup.data), setup.limits), setup
        if not isinstance(job, Refusal) and not self._is_warm:
            self._warm.enter_context(self._maker)
            self._is_warm = True
        return self._maker

    def _close(self) -> None:
        self._warm.close()
        self._maker, self._is_warm = None, False


_BENCH = _Bench()
util.Finalize(None, _BENCH.release, exitpriority=10)  # waited for, so that what the warm parent took is counted
