"""The warm process that kernels are forked from: it has imported what notebooks use, and serves one worker.

`warm.WarmParent` starts it and talks to it over a socket, a line of JSON each way. When that socket closes, the worker
is gone or done: the server ends its kernel with all that it started, removes the folder of the runs, and goes.
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
import threading
from typing import Any

from ita_analysis.run import imports, kernels  # noqa: F401 - before jupyter_client

# What notebooks use, and what a kernel imports late. Not matplotlib_inline: it hooks into the kernel's shell when it is
# imported, so it waits for there to be one, else charts vanish.
MODULES = (
    "faulthandler",
    "ipykernel_launcher",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
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


def main() -> None:
    """Serve; a forked child returns from `_serve` with its request and becomes a kernel."""
    channel, folder, scores, rules = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    kernels.ignore_interrupts()
    kernels.adopt_orphans()
    request = None
    with socket.socket(fileno=channel) as line, contextlib.suppress(OSError):  # the worker went before our answer
        request = _serve(line, scores, rules)
    if request is None:
        kernels.end_children()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # nothing to tidy up
    _be_a_kernel(request)


def _serve(line: socket.socket, scores: str, rules: str) -> dict[str, Any] | None:
    """Answer until the worker is gone; return None then, and in a child what it was asked to be."""
    with line.makefile("rw", encoding="utf-8") as stream:
        try:
            _warm_up(scores, rules)
        except Exception as error:  # whatever it is, the worker says it and starts kernels cold
            _say(stream, {"failed": f"{type(error).__name__}: {error}"})
            return None
        _say(stream, {"ready": os.getpid()})
        kernel = 0
        for row in stream:
            request = json.loads(row)
            if request["do"] == "fork":
                kernel = kernels.fork()
                if kernel == 0:
                    return dict(request)
                _say(stream, {"pid": kernel})
            elif request["do"] == "poll":
                _say(stream, {"code": kernels.ended(kernel)})
            elif request["do"] == "end":
                if kernel:
                    kernels.end_child(kernel)
                kernels.end_children()
                kernel = 0
                _say(stream, {})
    return None


def _say(stream: Any, answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer) + "\n")
    stream.flush()


def _warm_up(scores: str, rules: str) -> None:
    os.environ["MPLBACKEND"] = (
        "module://matplotlib_inline.backend_inline"  # as a kernel has it before pyplot is imported
    )
    for name in MODULES:
        importlib.import_module(name)
    from ita_analysis.brief.warm_up import warm_up

    warm_up(scores, rules)
    if threading.active_count() != 1:
        raise RuntimeError(f"threads before a fork: {[thread.name for thread in threading.enumerate()]}")
    gc.collect()
    gc.freeze()


def _be_a_kernel(request: dict[str, Any]) -> None:
    import ipykernel_launcher  # type: ignore[import-untyped]
    import numpy
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    class Kernel(IPKernelApp):
        def init_iopub(self, context: zmq.Context[Any]) -> None:
            context.setsockopt(zmq.SNDHWM, 0)  # outputs wait for the reader; the library's own drops what is over 1,000
            super().init_iopub(context)  # type: ignore[no-untyped-call]

    gc.enable()
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    numpy.random.seed()  # the standard library's generator does so by itself
    sys.argv = [ipykernel_launcher.__file__, *request["argv"]]
    Kernel.launch_instance(request["argv"])


if __name__ == "__main__":
    main()
