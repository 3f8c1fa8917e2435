"""The kernel that a fork becomes: ipykernel's own, made before the fork and spoken to over one socket.

A run needs few of a kernel's ways to be spoken to: it sends one cell after the other and takes in what comes. So the
four ZeroMQ channels, with a thread each, are one socket here, and shell, magics and displays are those of any kernel.
`forked_manager` is the other side.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import sys
import threading
from io import StringIO, TextIOBase
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipykernel_launcher  # type: ignore[import-untyped]
import numpy
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session, extract_header
from tornado import ioloop
from traitlets import default
from traitlets.config.loader import Config, DeferredConfigString

from ita_analysis.run import kernels
from ita_analysis.run.frames import Frames, framed
from ita_analysis.run.limits import MEGABYTE

READ_BYTES = 1 << 18
FLUSH_S = 0.2  # as ipykernel's streams
FLUSH_CHARACTERS = 1 << 16
GROWN_BYTES = 128 * MEGABYTE  # more than it began with: then a kernel looks after each cell for what it can give back
_FILES = {"stdout": 1, "stderr": 2}


class LineSession(Session):
    """A session that sends every message over one socket, as JSON in a frame; `attach` it in the process that uses it."""

    _line: socket.socket | None = None
    _lock = threading.Lock()

    def attach(self, line: socket.socket) -> None:
        """Take the socket, in the process that holds it."""
        self._line, self._lock, self.pid = line, threading.Lock(), os.getpid()

    def is_attached(self) -> bool:
        """Return whether messages can be sent: not before the fork, and not from a child of this process."""
        return self._line is not None and os.getpid() == self.pid

    def send(
        self,
        stream: object,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: object = None,
        buffers: Any = None,
        track: bool = False,
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """Send a message; what a child of this process says is dropped, as by any kernel."""
        is_made = isinstance(msg_or_type, dict)
        message: Any = msg_or_type if is_made else self.msg(str(msg_or_type), content, parent, header, metadata)
        if self._line is None or not self.is_attached():
            return None
        if parts := buffers or message.get("buffers"):
            message["buffers"] = [base64.b64encode(part).decode("ascii") for part in parts]
        try:
            row = framed(self.pack(message))
        except UnicodeEncodeError:  # half a character, which JSON can name and UTF-8 cannot
            row = framed(json.dumps(message, default=json_default).encode("ascii"))
        with self._lock, contextlib.suppress(OSError):  # the run is over, and this process soon
            self._line.sendall(row)
        return dict(message)

    def feed_identities(self, msg_list: Any, copy: bool = True) -> tuple[list[bytes], Any]:
        """Return no identities: there is one other side."""
        return [], msg_list

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Return the message that is alone in its list."""
        return dict(self.unpack(msg_list[-1]))


class RunStream(TextIOBase):
    """What `print` writes to: sent before every output, at a cell's end, and a moment after it was written."""

    encoding = "UTF-8"

    def __init__(self, session: LineSession, _: object, name: str, **__: object) -> None:
        self.session, self.name = session, name
        self._written, self._length = StringIO(), 0
        self._parent: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None

    def set_parent(self, parent: dict[str, Any]) -> None:
        """Take what is written from now on for a part of this request."""
        self._parent = extract_header(parent)

    def fileno(self) -> int:
        """Return the file of the stream; what is written there is part of the outputs too."""
        return _FILES[self.name]

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, text: str) -> int:
        """Take in text; in a child of the kernel, which may not send, it goes the way of other programs' outputs."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if not self.session.is_attached():
            left = text.encode("utf-8", "replace")
            while left:
                left = left[os.write(self.fileno(), left) :]
            return len(text)
        with self._lock:
            self._length += self._written.write(text)
            if self._length >= FLUSH_CHARACTERS:
                self.flush()
            elif self._timer is None:
                self._timer = threading.Timer(FLUSH_S, self.flush)
                self._timer.daemon = True
                self._timer.start()
        return len(text)

    def flush(self) -> None:
        """Send what was written and not yet sent."""
        if not self._length or not self.session.is_attached():
            return
        with self._lock:
            text, self._written, self._length = self._written.getvalue(), StringIO(), 0
            timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
            if text:
                self.session.send(None, "stream", {"name": self.name, "text": text}, self._parent)


class RunKernel(IPythonKernel):
    """ipykernel's kernel without its channels and the threads that serve them."""

    _supports_kernel_subshells = False
    _execute_sleep = 0  # it lets channels catch up with each other

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort nothing: no cell is sent before the one before it ended."""


class RunKernelApp(IPKernelApp):
    """ipykernel's application in two halves: all that every run needs alike before the fork, the socket after it."""

    kernel_class = RunKernel
    outstream_class = f"{__name__}.{RunStream.__name__}"

    @default("session")
    def _session(self) -> Session:
        return LineSession(parent=self)

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Take arguments as `--Class.trait=value`; the library's own parser of everybody's is a tenth of a start."""
        config = Config()
        for name, value in (argument.removeprefix("--").split("=", 1) for argument in argv or []):
            owner, trait = name.split(".")
            config[owner][trait] = DeferredConfigString(value)
        self.cli_config = config
        self.update_config(config)

    def init_connection_file(self) -> None:
        """Write none, here and below: there is nothing to connect to."""

    def write_connection_file(self, **_: Any) -> None:
        """Write none."""

    def log_connection_info(self) -> None:
        """Log none."""

    def init_poller(self) -> None:
        """Watch no parent: the system ends this process with it."""

    def init_heartbeat(self) -> None:
        """Start none: a run looks at the process itself."""

    def init_sockets(self) -> None:
        """Open none."""
        self.configure_tornado_logger()  # type: ignore[no-untyped-call]

    def init_kernel(self) -> None:
        """Make the kernel and its shell."""
        self.kernel = self.kernel_class.instance(
            parent=self, session=self.session, log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count

    def serve(self, line: socket.socket, files: list[int]) -> None:
        """Answer what comes over the line until it closes; `files` take what other programs write to stdout and stderr."""
        for file, number in zip(files, _FILES.values(), strict=True):
            os.dup2(file, number)
            os.close(file)
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as `init_gui_pylab` does
        sys.argv = [ipykernel_launcher.__file__, *kernels.ARGUMENTS]
        numpy.random.seed()  # the standard library's generator does so by itself
        shell: Any = self.shell
        shell.starting_dir, shell.history_manager.dir_hist[:] = str(Path.cwd()), [Path.cwd()]
        self.init_signal()  # type: ignore[no-untyped-call]
        self.session.attach(line)
        self._at_start = kernels.resident()
        loop: Any = ioloop.IOLoop.current()
        self.kernel.start()
        self.session.send(None, "kernel_info_reply", self.kernel.kernel_info)
        task = loop.asyncio_loop.create_task(self._answer(line, loop))
        with contextlib.suppress(KeyboardInterrupt):
            loop.start()
        task.cancel()

    async def _answer(self, line: socket.socket, loop: Any) -> None:
        """Hand the kernel one message after the other; a cell's own tasks go on between them."""
        frames, came = Frames(), asyncio.Event()
        loop.asyncio_loop.add_reader(line.fileno(), came.set)
        while True:
            await came.wait()
            came.clear()
            data = line.recv(READ_BYTES)
            if not data:
                loop.stop()
                return
            for message in frames.of(data):
                await self.kernel.dispatch_shell([b"", message])
                self._give_back()

    def _give_back(self) -> None:
        """Return what a cell of much data freed, before the next one takes its own."""
        if kernels.resident() > self._at_start + GROWN_BYTES:
            if arrow := sys.modules.get("pyarrow"):
                arrow.default_memory_pool().release_unused()
            kernels.give_back_memory()


def prepare() -> None:
    """Make the application as far as it is the same for every run, in the process that kernels are forked from."""
    RunKernelApp.instance().initialize(list(kernels.ARGUMENTS))  # type: ignore[no-untyped-call]


def serve(line: socket.socket, files: list[int]) -> None:
    """Be a kernel, in a child of the process that prepared it, until the line closes; `files` are for stdout and stderr."""
    RunKernelApp.instance().serve(line, files)
