"""The kernel of one run: started cold, and gone with everything it started when the run ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

MARK = "ITA_RUN_MARK"  # in the environment of a run's processes, so that none is missed


@contextlib.contextmanager
def ended_with_the_run() -> Iterator[type[AsyncKernelManager]]:
    """Yield the class of kernel managers for one run; its kernels and what they started end with the block."""
    started: list[AsyncKernelManager] = []

    class Manager(AsyncKernelManager):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            started.append(self)

    mark = secrets.token_hex(16)
    before = os.environ.get(MARK)
    os.environ[MARK] = mark
    try:
        yield Manager
    finally:
        if before is None:
            del os.environ[MARK]
        else:
            os.environ[MARK] = before
        for manager in started:
            _end(manager)
        _end_survivors(mark)


def _end(manager: AsyncKernelManager) -> None:
    """Kill what is left of the kernel's group, the kernel itself included where it did not go by itself."""
    provisioner = manager.provisioner
    group = getattr(provisioner, "pgid", None)
    if group and group != os.getpid() and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    process = getattr(provisioner, "process", None)
    if process is not None:
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
    manager.cleanup_connection_file()


def _end_survivors(mark: str) -> None:
    """Kill every process that carries the mark, where the system shows environments: it left the group or never joined."""
    wanted = f"{MARK}={mark}".encode("ascii")
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                os.kill(int(folder.name), signal.SIGKILL)
