"""The kernel of one run: started cold, and gone with everything it started when the run ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

from jupyter_client.manager import AsyncKernelManager


@contextlib.contextmanager
def ended_with_the_run() -> Iterator[type[AsyncKernelManager]]:
    """Yield the class of kernel managers for one run; its kernels and their children end with the block."""
    started: list[AsyncKernelManager] = []

    class Manager(AsyncKernelManager):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            started.append(self)

    try:
        yield Manager
    finally:
        for manager in started:
            _end(manager)


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
