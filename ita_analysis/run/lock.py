"""One batch at a time in a run: the second is told who holds it and since when; a dead holder holds nothing."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import MachineError
from ita_analysis.run.wording import say

LOCK = ".lock"
UNKNOWN = dict.fromkeys(("user", "host", "pid", "since"), "?")


@contextlib.contextmanager
def held(run: Path) -> Iterator[None]:
    """Hold the run for the length of the block; the system frees it when this process ends, however it ends.

    Raises:
        MachineError: another process holds it, or the folder can't be written, or its disk has no locks.
    """
    path = run / LOCK
    try:
        run.mkdir(parents=True, exist_ok=True)
        handle = _acquire(path)
    except OSError as error:
        shown = places.shown(run)
        raise MachineError(say("lock.none", run=shown, reason=error.strerror), todo=say("lock.none_todo")) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()  # while it is still ours: who waits for the name looks again
        os.close(handle)


def _acquire(path: Path) -> int:
    """Return the open and locked file."""
    from filelock import lock_descriptor

    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not lock_descriptor(handle, blocking=False):
                holder = _holder(path)
                raise MachineError(say("lock.held", run=path.parent.name, **holder), todo=say("lock.held_todo"))
            if _is_at(handle, path):
                os.ftruncate(handle, 0)
                os.write(handle, json.dumps(_ourselves(), ensure_ascii=False).encode("utf-8"))
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # the last holder removed it just then


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _ourselves() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a machine that knows no name for us
        user = "?"
    since = time.strftime("%Y-%m-%dT%H:%M:%S")
    return {"user": user, "host": platform.node(), "pid": os.getpid(), "since": since}


def _holder(path: Path) -> dict[str, str]:
    """Return who holds the run, question marks where the file does not say."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(said[name]) for name in UNKNOWN}
    except (OSError, ValueError, KeyError, TypeError):
        return UNKNOWN
