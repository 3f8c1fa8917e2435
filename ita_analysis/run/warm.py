"""The warm parent of a worker's kernels, or of a batch's workers: started once, asked for forks, replaced when it dies.

Where processes can't be forked, or the parent fails to start, they start cold and `why_not` says why.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ita_analysis.run import kernels
from ita_analysis.run.folders import own_folders
from ita_analysis.run.forkserver import OF_KERNELS, OF_WORKERS, REPORT
from ita_analysis.run.kernels import Child
from ita_analysis.run.limits import Limits
from ita_analysis.thai.catalogue import catalogue

READY_S = 120  # for the imports and the reading of scores
ANSWER_S = 30  # for a fork or the end of a kernel
DEATHS = 5  # in a row, before runs go on with cold kernels


class WarmParentDied(Exception):
    """The process that kernels are forked from is gone, and its kernel with it."""


class WarmParent:
    """A process that has imported what a notebook uses; kernels forked from it start at a tenth of the cost.

    One for each worker, used by one run at a time. What is edited or installed later is not seen: end it and start
    another. Use it as a context; it starts in the background and is waited for by the first run.

    Args:
        scores: score files or folders of the runs to come, separated by | (`brief.warm_up`).
        rules: folders with own rule files, separated by |.
        with_report: reports are to come, not briefs alone.
        of_workers: workers are forked from it, and it has imported what they use too.
        place: where its own folder is made (default: the system's for temporary files).
    """

    def __init__(
        self,
        scores: str = "",
        rules: str = "",
        with_report: bool = False,
        *,
        of_workers: bool = False,
        place: Path | None = None,
    ) -> None:
        self._arguments = [OF_WORKERS if of_workers else OF_KERNELS, scores, rules, REPORT if with_report else ""]
        self._place = place
        self._process: subprocess.Popen[bytes] | Child | None = None
        self._line: socket.socket | None = None
        self._stream: Any = None
        self._is_ready = False
        self._deaths = 0  # in a row
        self.lost = 0  # how many parents died in all
        self.folder = ""  # where the runs of this parent work; it goes with the parent
        words = catalogue("run")["cold"]
        self.why_not: str = "" if kernels.can_fork() else words["plain" if kernels.is_plain() else "system"]

    def __enter__(self) -> Self:
        if not self.why_not and self._process is None:
            self._start()
        return self

    def adopt(self, process: Child, line: socket.socket, folder: str) -> None:
        """Take a server of kernels that was forked from this process, before anything else was done in it."""
        self._process, self._line, self.folder = process, line, folder
        self._stream = line.makefile("r", encoding="utf-8")
        self._is_ready = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Return the number of the parent's process, 0 where there is none."""
        return self._process.pid if self._process else 0

    def is_ready(self) -> bool:
        """Return whether kernels can be forked now, waiting for a start; a dead parent is replaced, a few times."""
        while not self.why_not:
            if self._process is None:
                self._start()
            if self._is_ready and self._process is not None and self._process.poll() is None:
                return True
            if not self._is_ready:
                self._await_ready()
            else:
                self._died()
        return False

    def fork(self, environment: dict[str, str], folder: str, files: tuple[int, ...]) -> ForkedKernel:
        """Return a kernel forked from the parent (`is_ready` first); `files` are its line and its stdout and stderr.

        Raises:
            WarmParentDied: it did.
        """
        answer = self.ask({"do": "fork", "env": environment, "cwd": folder}, given=files)
        return ForkedKernel(self, int(answer["pid"]))

    def fork_worker(self, line: int, scratch: Path, limits: Limits) -> ForkedWorker:
        """Return a worker forked from the parent (`is_ready` first) that gets its jobs over the file `line`.

        Raises:
            WarmParentDied: it did.
        """
        environment = {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"}
        asked = {"do": "fork", "env": environment, "scratch": str(scratch), "limits": asdict(limits)}
        return ForkedWorker(self, int(self.ask(asked, given=(line,))["pid"]))

    def ask(self, request: dict[str, Any], seconds: float = ANSWER_S, given: tuple[int, ...] = ()) -> dict[str, Any]:
        """Return the parent's answer; `given` are files that it shall have.

        Raises:
            WarmParentDied: it gave none.
        """
        try:
            line: Any = self._line
            line.settimeout(seconds)
            if request:
                row = json.dumps(request).encode("ascii") + b"\n"
                sent = socket.send_fds(line, [row], list(given)) if given else 0
                line.sendall(row[sent:])
            answer = json.loads(self._stream.readline())
        except (OSError, ValueError, AttributeError) as error:
            self._died()
            raise WarmParentDied from error
        except BaseException:
            self._died()  # an interrupt: what it answers now is no answer to the next question
            raise
        return dict(answer)

    def ran_well(self) -> None:
        """Forget earlier deaths: only those in a row count."""
        self._deaths = 0

    def close(self) -> None:
        """End the parent, its kernel and everything that kernel started, and remove their folder."""
        if self._stream is not None:
            with contextlib.suppress(OSError, ValueError):
                self._stream.close()
        if self._line is not None:
            self._line.close()  # what it waits for
        if self._process is not None:
            try:
                self._process.wait(ANSWER_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._process, self._line, self._stream, self._is_ready = None, None, None, False

    def _start(self) -> None:
        command = [sys.executable, "-P", "-X", "frozen_modules=off", "-m", "ita_analysis.run.forkserver"]
        try:
            self.folder = tempfile.mkdtemp(prefix="ita-run-", dir=self._place)
            self._line, other = socket.socketpair()
            with own_folders(), other:
                environment = {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"}
                self._process = subprocess.Popen(
                    [*command, str(other.fileno()), self.folder, *self._arguments],
                    env=environment | {"OPENBLAS_NUM_THREADS": "1"},
                    stdin=subprocess.DEVNULL,
                    pass_fds=(other.fileno(),),
                )
        except OSError as error:
            self._give_up(reason=str(error.strerror))
        else:
            self._stream = self._line.makefile("r", encoding="utf-8")

    def _await_ready(self) -> None:
        try:
            answer = self.ask({}, READY_S)
        except WarmParentDied:
            return
        if "failed" in answer:
            self._give_up(reason=answer["failed"])
        else:
            self._is_ready = True

    def _died(self) -> None:
        if self._process is not None:
            self._process.kill()
            self.close()
            self._deaths += 1
            self.lost += 1
        if self._deaths >= DEATHS:
            self._give_up(reason=catalogue("run")["cold"]["died"].format(count=DEATHS))

    def _give_up(self, reason: str) -> None:
        self.close()
        self.why_not = catalogue("run")["cold"]["failed"].format(reason=reason)


class _Forked:
    """A process forked from a warm parent; only the parent can wait for it."""

    def __init__(self, parent: WarmParent, pid: int) -> None:
        self._parent = parent
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs; with its parent dead it is dead too."""
        if self.returncode is None:
            try:
                self.returncode = self._parent.ask({"do": "poll", "pid": self.pid})["code"]
            except WarmParentDied:
                self.returncode = -9
        return self.returncode

    def _end(self, *, others: bool) -> None:
        with contextlib.suppress(WarmParentDied):
            self._parent.ask({"do": "end", "pid": self.pid if self.returncode is None else 0, "all": others})
        if self.returncode is None:
            self.returncode = -9


class ForkedKernel(_Forked):
    """A forked kernel as jupyter_client wants a process to look."""

    stdin = stdout = stderr = None

    def end(self) -> None:
        """Kill it, its group and whatever else it started, and wait for all of them."""
        self._end(others=True)


class ForkedWorker(_Forked):
    """A forked worker as a pool wants a process to look."""

    def is_alive(self) -> bool:
        """Return whether it runs."""
        return self.poll() is None

    def join(self, timeout: float | None = None) -> None:
        """Wait until it ended, at most so many seconds."""
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while self.is_alive() and time.monotonic() < end:
            time.sleep(kernels.LOOK_S)

    def kill(self) -> None:
        """Kill it and wait for it; its own children find out by themselves."""
        if self.is_alive():
            self._end(others=False)
