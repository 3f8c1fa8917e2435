"""What the system does for kernels: forks them, bounds them, and ends them with everything that they started.

Fork, signals, prctl and resource are named here alone (CONTRACT: Other systems); each has a plain form, or the caller
asks `can_fork` first.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

MARK = "ITA_RUN_MARK"  # in the environment of a run's processes, so that none is missed
ARGUMENTS = ("--IPKernelApp.log_level=50", "--HistoryManager.enabled=False")  # of a kernel: silent, no history file
LOOK_S = 0.005
_SET_PDEATHSIG, _SET_CHILD_SUBREAPER = 1, 36  # Linux, prctl(2)


def is_plain() -> bool:
    """Return whether the machine is to be taken as one that lacks what only Linux has."""
    return os.environ.get("ITA_PLAIN") == "1"


def can_fork() -> bool:
    """Return whether a kernel can be forked: on Linux alone, where nothing starts threads behind our back."""
    return sys.platform.startswith("linux") and hasattr(os, "fork") and not is_plain()


def fork(*, is_bound: bool = True) -> int:
    """Return the new process's number, and 0 in it: a leader of its own group that dies with its parent.

    One that is not bound outlives its parent, and has to find out by itself.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            if is_bound:
                _prctl(_SET_PDEATHSIG, signal.SIGKILL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        except OSError:
            os._exit(1)
        if is_bound and os.getppid() != parent:
            os._exit(1)  # it died before it was asked for its signal
    return child


def adopt_orphans() -> None:
    """Become the parent of every process below us whose own parent dies, so that `end_children` finds it."""
    _prctl(_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Have the system end this process when the one that started it dies, where it can."""
    if sys.platform.startswith("linux") and not is_plain():
        _prctl(_SET_PDEATHSIG, signal.SIGKILL)


def ignore_interrupts() -> None:
    """Leave Ctrl-C and a polite stop to the process that started us: it closes our socket, and we go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def ended(child: int) -> int | None:
    """Return how a child ended (as `subprocess.Popen.returncode`), None while it runs."""
    try:
        number, status = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return -signal.SIGKILL  # it was waited for before
    return os.waitstatus_to_exitcode(status) if number else None


class Child:
    """A forked child that looks like a `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        if self.returncode is None:
            self.returncode = ended(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(LOOK_S)
        return code

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


def end_child(child: int) -> None:
    """Kill a child with its group and wait for it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


def end_children() -> None:
    """Kill every child of this process and every orphan that falls to it, until there is none."""
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        for child in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> list[int]:
    own = os.getpid()
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]) == own:
                found.append(int(entry.parent.name))
    return found


def end_group(group: int) -> None:
    """Kill a process group, where there are groups; our own is never meant."""
    if hasattr(os, "killpg") and group != os.getpgid(0):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def end_marked(mark: str) -> None:
    """Kill every process that carries the mark, where the system shows environments: it left the group or never joined."""
    wanted = f"{MARK}={mark}".encode("ascii")
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)


def limit_memory(process: int, more_bytes: int) -> bool:
    """Let `process` write to so many bytes more than now, then its allocations fail; return whether that could be had.

    What counts is private writable memory, not addresses: libraries reserve far more of those than they use.
    """
    if resource is None or not hasattr(resource, "prlimit") or is_plain():
        return False
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        now = next(int(row.split()[1]) * 1024 for row in status.splitlines() if row.startswith("VmData:"))
        resource.prlimit(process, resource.RLIMIT_DATA, (now + more_bytes, now + more_bytes))
    except (OSError, StopIteration, ValueError):
        return False  # it died, or the system tells nothing; the run finds out by itself
    return True


def resident() -> int:
    """Return how many bytes of memory this process holds now, 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def give_back_memory() -> None:
    """Return to the system what this process has freed, where its library can."""
    if sys.platform.startswith("linux") and not is_plain():
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
