"""Publishes folders: each is whole or absent, whatever stops us and at whatever step; an older one is never lost."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import MachineError
from ita_analysis.run.seal import SEAL, seal_of

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

STAGING = ".staging"
MANIFEST = "manifest.json"
STALE_S = 3600  # without locks: how long a stage must lie untouched before it counts as left behind
_ATTEMPTS = 20  # when other processes work in the same run
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)  # another process put its pack there
_RENAME_EXCHANGE, _AT_FDCWD = 2, -100
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}


def require_writable(run: Path) -> None:
    """Make the run folder, or say why it can't be written, before anything costly begins; clear what a stop left behind.

    Raises:
        MachineError: the folder can't be made or written.
    """
    try:
        sweep(run)
        with _stage(run, "probe"):
            pass
    except OSError as error:
        raise _disk(run, error) from error
    finally:
        _drop_staging(run)


def publish(run: Path, agency: str, files: Mapping[str, bytes], manifest: Mapping[str, Any], started: float) -> Path:
    """Put a pack of `files` and the manifest of them in place at once and return its folder.

    Raises:
        MachineError: the disk or the rights are in the way; the older pack is as it was.
    """
    outputs = [
        {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())
    ]
    full = {**manifest, "outputs": outputs, "seconds": round(time.monotonic() - started, 2)}
    full[SEAL] = seal_of(full)
    text = json.dumps(full, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    final = put(run, agency, {**files, MANIFEST: text.encode("utf-8")})
    shutil.rmtree(run / f"{agency}.failed", ignore_errors=True)
    return final


def publish_failure(run: Path, agency: str, files: Mapping[str, bytes]) -> Path:
    """Put `<agency>.failed/` in place and return it; an older good pack stays beside it."""
    return put(run, f"{agency}.failed", files)


def put(run: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Build the folder `name` aside on the same disk, then put it in place of the older one in one step; return it.

    `files` are named by their path in the folder.

    Raises:
        MachineError: as `publish`.
    """
    final = run / name
    try:
        with _stage(run, name) as stage:
            new = stage / "new"
            new.mkdir()
            for file, data in files.items():
                if (folder := (new / file).parent) != new:
                    folder.mkdir(parents=True, exist_ok=True)
                _write(new / file, data)
            for folder in {new, *((new / file).parent for file in files)}:
                _fsync_folder(folder)
            _place(new, final, stage)
            _fsync_folder(run)
    except OSError as error:
        raise _disk(run, error) from error
    finally:
        _drop_staging(run)
    return final


def replace_file(run: Path, name: str, data: bytes) -> None:
    """Put one file of the run itself in place in one step; the older one stays until then.

    Raises:
        MachineError: as `publish`.
    """
    try:
        with _stage(run, name) as stage:
            _write(stage / name, data)
            os.replace(stage / name, run / name)  # noqa: PTH105 - an atomic step, named on purpose
            _fsync_folder(run)
    except OSError as error:
        raise _disk(run, error) from error
    finally:
        _drop_staging(run)


@contextlib.contextmanager
def scratch(run: Path) -> Iterator[Path]:
    """Yield a folder for temporary files; it goes with the block, and after a kill with the next `sweep`.

    Raises:
        MachineError: the disk or the rights are in the way.
    """
    try:
        handle, stage = _enter(run / STAGING, "scratch")
    except OSError as error:
        raise _disk(run, error) from error
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        stage.with_suffix(f"{stage.suffix}.lock").unlink(missing_ok=True)
        os.close(handle)
        _drop_staging(run)


def sweep(run: Path) -> None:
    """Clear what stopped processes left in `.staging`: put an older pack back where it is missing, remove the rest."""
    try:
        locks = sorted((run / STAGING).glob("*.lock"))
    except FileNotFoundError:
        return  # another process removed the folder just then
    for lock in locks:
        with contextlib.suppress(OSError):
            handle = os.open(lock, os.O_RDWR)
            try:
                if _is_left_behind(lock, handle):
                    _leave(run, lock.with_suffix(""))
            finally:
                os.close(handle)
    _drop_staging(run)


# --- the stage: a folder of our own on the same disk, locked as long as we live


@contextlib.contextmanager
def _stage(run: Path, name: str) -> Iterator[Path]:
    handle, stage = _enter(run / STAGING, name)
    try:
        yield stage
    finally:
        try:
            _leave(run, stage)
        finally:
            os.close(handle)


def _enter(staging: Path, name: str) -> tuple[int, Path]:
    """Return a held lock and the stage beside it; others may sweep or remove `.staging` at any moment."""
    for attempt in range(_ATTEMPTS):
        try:
            staging.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix=f"{name}-", suffix=".lock", dir=staging)
        except (FileNotFoundError, FileExistsError):  # removed by another just then
            if attempt == _ATTEMPTS - 1:
                raise
            _wait(attempt)
            continue
        lock = Path(path)
        try:
            if _hold(handle) and lock.exists():
                lock.with_suffix("").mkdir()
                return handle, lock.with_suffix("")
        except BaseException:
            os.close(handle)
            lock.unlink(missing_ok=True)
            raise
        os.close(handle)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _leave(run: Path, stage: Path) -> None:
    """Remove the stage; an older pack in it goes back first where its place is empty, and stays where that fails."""
    final = run / stage.name.rpartition("-")[0]
    for old in sorted(stage.glob("old-*")):
        _put_back(old, final)
    shutil.rmtree(stage, ignore_errors=True)
    if not stage.exists():  # else a later sweep finds it by its lock
        stage.with_suffix(f"{stage.suffix}.lock").unlink(missing_ok=True)


def _hold(handle: int) -> bool:
    """Return whether the lock is ours now; the system frees it when its holder ends, however it ends."""
    if not _has_locks():
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_left_behind(lock: Path, handle: int) -> bool:
    return _hold(handle) if _has_locks() else time.time() - lock.stat().st_mtime > STALE_S


def _drop_staging(run: Path) -> None:
    with contextlib.suppress(OSError):  # another process may be at work there
        (run / STAGING).rmdir()


# --- the one step


def _place(new: Path, final: Path, stage: Path) -> None:
    """Put `new` at `final`; what stood there ends up in the stage. Another process may do the same at the same time."""
    for attempt in range(_ATTEMPTS):
        old = stage / f"old-{attempt}"
        try:
            if not os.path.lexists(final):
                os.rename(new, final)
            elif not _exchange(new, final):
                os.rename(final, old)
                os.rename(new, final)
            return
        except OSError as error:
            _put_back(old, final)
            if error.errno not in (*_TAKEN, errno.ENOENT) or attempt == _ATTEMPTS - 1 or not new.exists():
                raise
            _wait(attempt)


def _put_back(old: Path, final: Path) -> None:
    """Put an older pack back where its place is empty; another process may fill it just then, and then that one stays."""
    try:
        if old.exists() and not os.path.lexists(final):
            os.rename(old, final)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise


def _wait(attempt: int) -> None:
    """Wait a moment, longer from time to time: others try at the same time."""
    time.sleep(random.uniform(0, 0.001 * 2 ** min(attempt, 6)))


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; false where the system or the disk can't."""
    call = None if _is_plain() else _renameat2()
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


@lru_cache(maxsize=1)
def _renameat2() -> Any:
    """Return the C library's renameat2, or None where it has none."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return call


def _write(path: Path, data: bytes) -> None:
    """Write a new file so that it outlasts a power cut."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _fsync_folder(folder: Path) -> None:
    """Make the folder's entries outlast a power cut, where the system can open folders."""
    if _is_plain() or not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_plain() -> bool:
    return os.environ.get("ITA_PLAIN") == "1"


def _has_locks() -> bool:
    return fcntl is not None and not _is_plain()


def _disk(run: Path, error: OSError) -> MachineError:
    return MachineError(
        f"เขียนลง {places.shown(run)} ไม่ได้ ({error.strerror})",
        todo="ตรวจสิทธิ์และเนื้อที่ว่าง หรือเลือกที่อื่นด้วย --output ยังไม่มีไฟล์ใดถูกเขียนค้างไว้",
    )
