"""Where matplotlib, IPython and Jupyter keep their own files during a run: inside our one cache folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ita_analysis import places
from ita_analysis.errors import MachineError

_OWN = {"MPLCONFIGDIR": "matplotlib", "IPYTHONDIR": "ipython", "JUPYTER_RUNTIME_DIR": "runtime"}


@contextmanager
def own_folders() -> Iterator[None]:
    """Point the three into the cache for the length of a run.

    Raises:
        MachineError: the cache folder can't be written.
    """
    wanted = {name: places.cache_folder() / folder for name, folder in _OWN.items()}
    before = {name: os.environ.get(name) for name in wanted}
    try:
        for folder in wanted.values():
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(
            f"เขียนโฟลเดอร์แคชไม่ได้ ({error.strerror})", todo="ตรวจสิทธิ์และเนื้อที่ว่าง หรือกำหนดโฟลเดอร์อื่นด้วยตัวแปร ITA_CACHE"
        ) from error
    os.environ.update({name: str(folder) for name, folder in wanted.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
