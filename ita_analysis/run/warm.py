"""The warm parent of a worker's kernels: started once, asked for a fork per run, replaced when it dies.

Where kernels can't be forked, or the parent fails to start, runs fall back on cold kernels and `why_not` says why.
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
from types import TracebackType
from typing import Any, Self

from ita_analysis.run import kernels
from ita_analysis.run.folders import own_folders
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
    """

    def __init__(self, scores: str = "", rules: str = "") -> None:
        self._data = (scores, rules)
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._stream: Any = None
        self._is_ready = False
        self._deaths = 0  # in a row
        self.lost = 0  # how many parents died in all
        self.folder = ""  # where the runs of this parent work; it goes with the parent
        words = catalogue("run")["cold"]
        self.why_not: str = "" if kernels.can_fork() else words["plain" if kernels.is_plain() else "system"]

    def __enter__(self) -> Self:
        if not self.why_not:
            self._start()
        return self

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

    def fork(self, arguments: list[str], environment: dict[str, str], folder: str) -> ForkedKernel:
        """Return a kernel forked from the parent (`is_ready` first).

        Raises:
            WarmParentDied: it did.
        """
        answer = self.ask({"do": "fork", "argv": arguments, "env": environment, "cwd": folder})
        return ForkedKernel(self, int(answer["pid"]))

    def ask(self, request: dict[str, Any], seconds: float = ANSWER_S) -> dict[str, Any]:
        """Return the parent's answer.

        Raises:
            WarmParentDied: it gave none.
        """
        try:
            if request:
                self._stream.write(json.dumps(request) + "\n")
                self._stream.flush()
            self._line.settimeout(seconds)  # type: ignore[union-attr]
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
            self.folder = tempfile.mkdtemp(prefix="ita-run-")
            self._line, other = socket.socketpair()
            with own_folders(), other:
                environment = {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"}
                self._process = subprocess.Popen(
                    [*command, str(other.fileno()), self.folder, *self._data],
                    env=environment | {"OPENBLAS_NUM_THREADS": "1"},
                    stdin=subprocess.DEVNULL,
                    pass_fds=(other.fileno(),),
                )
        except OSError as error:
            self._give_up(reason=str(error.strerror))
        else:
            self._stream = self._line.makefile("rw", encoding="utf-8")

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


class ForkedKernel:
    """A forked kernel as jupyter_client wants a process to look; only the parent can wait for it."""

    stdin = stdout = stderr = None

    def __init__(self, parent: WarmParent, pid: int) -> None:
        self._parent = parent
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs; with its parent dead it is dead too."""
        if self.returncode is None:
            try:
                self.returncode = self._parent.ask({"do": "poll"})["code"]
            except WarmParentDied:
                self.returncode = -9
        return self.returncode

    def end(self) -> None:
        """Kill it, its group and whatever else it started, and wait for all of them."""
        with contextlib.suppress(WarmParentDied):
            self._parent.ask({"do": "end"})
        if self.returncode is None:
            self.returncode = -9
