"""Stops the publishing of a folder at every file-system step, by kill or by an error, and prints what a reader then finds.

Run by `test_publishing.py` in a process of its own: an audit hook can't be taken out again, and it forks.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from ita_analysis.errors import MachineError
from ita_analysis.run import pack

OLD = {"brief.html": b"old", "manifest.json": b"{}"}
NEW = {"brief.html": b"new" * 1000, "evidence/a.jpg": b"\xff\xd8", "manifest.json": b'{"new": 1}'}
STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "tempfile.mkstemp"}


class Fault:
    """Counts the steps inside `root`; at step `at` (and after it, where `stays`) the fault happens."""

    def __init__(self) -> None:
        self.root, self.at, self.step, self.kills, self.stays, self.fired = "", 0, 0, False, False, False

    def arm(self, root: Path, at: int, *, kills: bool, stays: bool) -> None:
        self.root, self.at, self.step, self.kills, self.stays, self.fired = str(root), at, 0, kills, stays, False

    def disarm(self) -> None:
        self.root = ""

    def count(self, where: object) -> None:
        if not self.root or not str(where).startswith(self.root):
            return
        self.step += 1
        if self.step == self.at or (self.stays and self.step > self.at > 0):
            self.fired = True
            if self.kills:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


fault = Fault()


def hook(event: str, arguments: tuple[object, ...]) -> None:
    """Count what changes the disk."""
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if event in STEPS or writes:
        fault.count(arguments[0])


def counted(call: Callable[..., object], where: Callable[..., object]) -> Callable[..., object]:
    """Return `call` as a step of its own, before it and after it: what has no audit event."""

    def stepping(*given: object) -> object:
        fault.count(where(*given))
        result = call(*given)
        fault.count(where(*given))
        return result

    return stepping


def contents(folder: Path) -> dict[str, bytes] | None:
    """Return the folder's files, None where there is none."""
    if not folder.is_dir():
        return None
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def attempt(run: Path, at: int, *, kills: bool, stays: bool) -> tuple[bool, str]:
    """Publish in a child process with the fault at step `at`; return whether it fired, and how the child ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        fault.arm(run, at, kills=kills, stays=stays)
        try:
            pack.require_writable(run)
            pack.put(run, "1028", NEW)
            said = "done"
        except MachineError:
            said = "told"
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        fault.disarm()
        os.write(writing, json.dumps([fault.fired, said]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return tuple(json.loads(answer)) if answer else (True, "killed")


def every_step(run: Path, *, older: bool, kills: bool, stays: bool, plain: bool) -> tuple[int, list[str]]:
    """Return how many steps were stopped and every broken promise."""
    wrong: list[str] = []
    at = 0
    while True:
        at += 1
        shutil.rmtree(run, ignore_errors=True)
        if older:
            pack.put(run, "1028", OLD)
        fired, said = attempt(run, at, kills=kills, stays=stays)
        found = contents(run / "1028")
        allowed = [NEW, OLD] if older else [NEW, None]
        if older and plain and (kills or stays):
            allowed.append(None)  # for a moment; the next start puts it back
        if found not in allowed:
            wrong.append(f"step {at}: found {sorted(found or {})}")
        if said not in ("done", "told", "killed") or (said == "done" and found != NEW):
            wrong.append(f"step {at}: {said}")
        pack.STALE_S = -1  # type: ignore[misc]
        pack.require_writable(run)
        pack.STALE_S = 3600  # type: ignore[misc]
        if contents(run / "1028") not in ([NEW, OLD] if older else [NEW, None]):
            wrong.append(f"step {at}: lost")
        if (run / pack.STAGING).exists():
            wrong.append(f"step {at}: left {[path.name for path in (run / pack.STAGING).rglob('*')]}")
        pack.put(run, "1028", NEW)
        if contents(run / "1028") != NEW or [path.name for path in run.iterdir()] != ["1028"]:
            wrong.append(f"step {at}: the same command did not go on")
        if not fired:
            return at - 1, wrong


def main() -> None:
    """Print steps and broken promises of every combination as JSON."""
    root = Path(sys.argv[1])
    plain = os.environ.get("ITA_PLAIN") == "1"
    unguarded = sys.argv[2:] == ["unguarded"]
    if unguarded:  # what this module must catch: an older pack set aside and forgotten
        pack._leave = lambda run, stage: shutil.rmtree(stage, ignore_errors=True)
    sys.addaudithook(hook)
    # counted, not done: a kill loses nothing that was written, and a busy disk would take its time
    os.fsync = counted(lambda handle: None, lambda handle: Path(f"/proc/self/fd/{handle}").readlink())  # type: ignore[assignment]
    pack._exchange = counted(pack._exchange, lambda one, other: one)  # type: ignore[assignment]
    steps, wrong = {}, []
    for older in (True,) if unguarded else (False, True):
        for name, kills, stays in (
            ("kill", True, False),
            ("error", False, False),
            ("errors from then on", False, True),
        ):
            count, broken = every_step(root / "run", older=older, kills=kills, stays=stays, plain=plain)
            steps[f"{name}, {'an older pack' if older else 'no pack'}"] = count
            wrong += [f"{name}, older={older}: {text}" for text in broken]
    print(json.dumps({"steps": steps, "wrong": wrong}))


if __name__ == "__main__":
    main()
