"""The warm process that others are forked from: it has imported what they use.

`warm.WarmParent` starts it and talks to it over a socket, a line of JSON each way. When that socket closes, the other
side is gone or done: the server ends its children with all that they started, removes its folder, and goes.

A server of kernels serves one worker. A batch has a server of workers; each of its workers forks itself a server of
kernels before it does anything else, so that all of them share what was imported once.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ita_analysis.run import imports, kernels  # noqa: F401 - before jupyter_client

OF_KERNELS, OF_WORKERS, REPORT = "kernels", "workers", "report"
LONGEST_READ = 1 << 16
MOST_FILES = 3
Asked = tuple[dict[str, Any], list[int]]  # a request, and the files that came with it
Data = tuple[str, str, bool]  # scores, rules and whether reports are to come, as `brief.warm_up` takes them

# What notebooks use, and what a kernel imports late. Not matplotlib_inline: it hooks into the kernel's shell when it is
# imported, so it waits for there to be one, else charts vanish.
MODULES = (
    "faulthandler",
    "ipykernel_launcher",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "ita_analysis.run.forked_kernel",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "numpy.random",
    "pandas",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.PpmImagePlugin",
    "psutil",
    "pyarrow.parquet",
    "tornado.platform.asyncio",
)


FOR_WORKERS = ("ita_analysis.run.city", "ita_analysis.run.making", "ita_analysis.run.worker")


def main() -> None:
    """Serve; a forked child returns from `_serve` with its request, becomes what that asks for, and ends."""
    channel, folder, role = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    data = (sys.argv[4], sys.argv[5], sys.argv[6] == REPORT)
    kernels.ignore_interrupts()
    if role == OF_KERNELS:
        kernels.adopt_orphans()
    asked = None
    with socket.socket(fileno=channel) as line, contextlib.suppress(OSError):  # the other side went before our answer
        if _is_warm(line, role, data):
            asked = _serve(line)
    _go_on(asked, folder, data)


def _go_on(asked: Asked | None, folder: str, data: Data) -> None:
    """Be what was asked for, or a server whose other side is gone; end this process."""
    if asked is None:
        kernels.end_children()
        shutil.rmtree(folder, ignore_errors=True)
    elif "scratch" in asked[0]:
        _be_a_worker(asked[0], asked[1][0], data)
    else:
        _be_a_kernel(*asked)
    os._exit(0)  # nothing to tidy up


def _is_warm(line: socket.socket, role: str, data: Data) -> bool:
    try:
        _warm_up(role, data)
    except Exception as error:  # whatever it is, the other side says it and starts processes cold
        _say(line, {"failed": f"{type(error).__name__}: {error}"})
        return False
    _say(line, {"ready": os.getpid()})
    return True


def _serve(line: socket.socket) -> Asked | None:
    """Answer until the other side is gone; return None then, and in a child its request."""
    for request, given in _requests(line):
        if request["do"] == "fork":
            child = kernels.fork()
            if child == 0:
                return request, given
            for file in given:
                os.close(file)
            _say(line, {"pid": child})
        elif request["do"] == "poll":
            _say(line, {"code": kernels.ended(request["pid"])})
        elif request["do"] == "end":
            if request["pid"]:
                kernels.end_child(request["pid"])
            if request["all"]:
                kernels.end_children()
            _say(line, {})
    return None


def _requests(line: socket.socket) -> Iterator[Asked]:
    """Yield every request with the files that came with it."""
    data, given = b"", []
    while more := socket.recv_fds(line, LONGEST_READ, MOST_FILES):
        if not more[0]:
            return
        data += more[0]
        given += more[1]
        if data.endswith(b"\n"):  # the next request waits for our answer
            yield json.loads(data), given
            data, given = b"", []


def _say(line: socket.socket, answer: dict[str, Any]) -> None:
    line.sendall(json.dumps(answer).encode("utf-8") + b"\n")


def _warm_up(role: str, data: Data) -> None:
    os.environ["MPLBACKEND"] = (
        "module://matplotlib_inline.backend_inline"  # as a kernel has it before pyplot is imported
    )
    for name in MODULES + (FOR_WORKERS if role == OF_WORKERS else ()):
        importlib.import_module(name)
    from ita_analysis.brief.warm_up import warm_up

    scores, rules, with_report = data
    warm_up(scores, rules, with_report=with_report)
    if role == OF_KERNELS:
        _prepare_kernels()
    _be_still()


def _prepare_kernels() -> None:
    from ita_analysis.run import forked_kernel

    forked_kernel.prepare()


def _be_still() -> None:
    """Be fit to be forked from: a child has no thread but its own, and what is collected once is never looked at again."""
    if threading.active_count() != 1:
        raise RuntimeError(f"threads before a fork: {[thread.name for thread in threading.enumerate()]}")
    gc.collect()
    gc.freeze()


def _be_a_worker(request: dict[str, Any], line: int, data: Data) -> None:
    """Fork a server of kernels, then make packs until the line closes."""
    from ita_analysis.run.limits import Limits
    from ita_analysis.run.warm import WarmParent
    from ita_analysis.run.worker import serve

    _take_environment(request)
    folder = tempfile.mkdtemp(prefix="ita-run-", dir=request["scratch"])
    ours, theirs = socket.socketpair()
    server = kernels.fork(is_bound=False)
    if server == 0:
        ours.close()
        os.close(line)
        kernels.ignore_interrupts()
        kernels.adopt_orphans()
        _prepare_kernels()
        _be_still()
        asked = None
        with theirs, contextlib.suppress(OSError):  # the worker went before our answer
            asked = _serve(theirs)
        _go_on(asked, folder, data)
    theirs.close()
    parent = WarmParent(*data)
    parent.adopt(kernels.Child(server), ours, folder)
    serve(Connection(line), Path(request["scratch"]), parent, Limits(**request["limits"]))


def _take_environment(request: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(request["env"])


def _be_a_kernel(request: dict[str, Any], files: list[int]) -> None:
    from ita_analysis.run import forked_kernel

    _take_environment(request)
    os.chdir(request["cwd"])
    with socket.socket(fileno=files[0]) as line:
        forked_kernel.serve(line, files[1:])


if __name__ == "__main__":
    main()
