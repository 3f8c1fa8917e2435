"""The forked kernel of one run as nbclient manages it; `forked_kernel` is the other side of its socket."""

from __future__ import annotations

import asyncio
import base64
import codecs
import contextlib
import json
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from functools import cached_property
from queue import Empty
from typing import Any

from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

from ita_analysis.run.frames import SIZE, Frames, FrameTooLongError, framed
from ita_analysis.run.warm import ForkedKernel, WarmParent

READ_BYTES = 1 << 18
STREAMS = ("stdout", "stderr")


class ForkedManager:
    """Manages a kernel forked from a warm parent, as jupyter_client's manager would.

    Args:
        warm: a parent that is ready.
        message_bytes: what one message of the kernel may hold.
    """

    def __init__(self, warm: WarmParent, message_bytes: int) -> None:
        self.mark = secrets.token_hex(16)
        self.has_kernel = False
        self._warm, self._message_bytes = warm, message_bytes
        self._process: ForkedKernel | None = None
        self._client: ForkedClient | None = None

    @property
    def pid(self) -> int:
        """Return the number of the kernel's process."""
        return self._process.pid if self._process else 0

    async def start_kernel(self, *, env: dict[str, str], cwd: str, extra_arguments: object = None) -> None:
        """Fork the kernel; its arguments are those that its parent has.

        Raises:
            WarmParentDied: it did.
        """
        ours, theirs = socket.socketpair()
        pipes = {name: os.pipe() for name in STREAMS}
        self._client = ForkedClient(ours, {name: pipe[0] for name, pipe in pipes.items()}, self._message_bytes)
        self._client.is_alive = self.is_alive
        try:
            self._process = self._warm.fork(env, cwd, (theirs.fileno(), *(pipe[1] for pipe in pipes.values())))
        finally:
            theirs.close()
            for pipe in pipes.values():
                os.close(pipe[1])
        self.has_kernel = True

    def client(self) -> ForkedClient | None:
        """Return the other end of the kernel's line."""
        return self._client

    async def is_alive(self) -> bool:
        """Return whether the kernel runs."""
        return self._process is not None and self._process.poll() is None

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel at once: all cells are done, or it does not matter any more."""
        self.end()

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Do nothing: a kernel of this kind leaves no file."""

    def end(self) -> None:
        """End the kernel and everything it started, however it left the group."""
        process, self._process, self.has_kernel = self._process, None, False
        if self._client is not None:
            self._client.stop_channels()
        if process is not None:
            process.end()


class ForkedClient:
    """The client of a forked kernel, as nbclient speaks to one.

    Everything comes over `line`, in order. What other programs write to the kernel's files comes through `files`, and
    stands at the end of their cell: how the two would mix is a matter of chance.
    """

    allow_stdin = False

    is_alive: Callable[[], Awaitable[bool]]  # as its manager has it

    def __init__(self, line: socket.socket, files: dict[str, int], message_bytes: int) -> None:
        self.language_info: dict[str, Any] = {}
        self.shell_channel, self.iopub_channel = _Channel(self.send), _Channel(self.send)
        line.setblocking(False)  # a kernel at work reads nothing, and may itself wait until we read
        self._line, self._files = line, files
        self._outgoing = bytearray()
        self._frames, self._limit = Frames(message_bytes), message_bytes
        self._decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in files}
        self._aside: dict[str, list[str]] = {name: [] for name in files}
        self._aside_bytes = 0
        self._cut = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked = 0

    def start_channels(self) -> None:
        """Begin to read."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._line.fileno(), self._read)
        for name, file in self._files.items():
            os.set_blocking(file, False)
            self._loop.add_reader(file, self._read_file, name)

    def stop_channels(self) -> None:
        """Stop reading, and close what was read."""
        self._unread()
        self._line.close()
        while self._files:
            os.close(self._files.popitem()[1])

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel's first word.

        Raises:
            RuntimeError: the kernel died, or gave none in time.
        """
        came = asyncio.ensure_future(self.shell_channel.get_msg(timeout))
        cut = asyncio.ensure_future(self._cut.wait())
        await asyncio.wait((came, cut), return_when=asyncio.FIRST_COMPLETED)
        cut.cancel()
        if not came.done() or came.exception():
            came.cancel()
            raise RuntimeError("the forked kernel died at its start or gave no word in time")
        self.language_info = came.result()["content"]["language_info"]

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Send a cell and return the number by which its outputs are known."""
        self._asked += 1
        header = {"msg_id": f"{self._asked}", "msg_type": "execute_request"}
        content = {"code": code, "store_history": store_history, "stop_on_error": stop_on_error}
        self.send({"header": header, "parent_header": {}, "metadata": {}, "content": content})
        return header["msg_id"]

    @cached_property
    def session(self) -> Session:
        """Return what makes messages; widgets of outputs send their own."""
        return Session()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message, as much as goes now and the rest as the kernel reads."""
        self._outgoing += framed(json.dumps(message, default=json_default).encode("ascii"))
        self._write()

    def kernel_info(self) -> str:
        """Ask nothing: the kernel told at its start."""
        return ""

    async def is_cut(self, seconds: float) -> bool:
        """Return whether the line was cut, waiting so long for it: the kernel died, or a message was too long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._cut.wait(), seconds)
        return self._cut.is_set()

    def _stop(self) -> None:
        self._unread()
        self._cut.set()

    def _unread(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            for file in (self._line.fileno(), *self._files.values()):
                if file >= 0:
                    self._loop.remove_reader(file)
                    self._loop.remove_writer(file)

    def _write(self) -> None:
        try:
            while self._outgoing:
                del self._outgoing[: self._line.send(self._outgoing)]
        except BlockingIOError:
            if self._loop is not None:
                self._loop.add_writer(self._line.fileno(), self._write)
            return
        except OSError:  # a kernel that died is found by those who wait for its answer
            self._outgoing.clear()
        if self._loop is not None and self._line.fileno() >= 0:
            self._loop.remove_writer(self._line.fileno())

    def _read(self) -> None:
        try:
            data = self._line.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        try:
            for row in self._frames.of(data):
                self._take(json.loads(row.decode("utf-8", "replace")), len(row))
        except FrameTooLongError:
            data = b""
        if not data:
            self._stop()

    def _take(self, message: dict[str, Any], size: int) -> None:
        message[SIZE] = size
        if parts := message.get("buffers"):
            message["buffers"] = [memoryview(base64.b64decode(part)) for part in parts]
        if message["msg_type"].endswith("_reply"):
            self.shell_channel.put(message)
            return
        if message["content"].get("execution_state") == "idle":
            self._show_aside(message["parent_header"])
        self.iopub_channel.put(message)

    def _read_file(self, name: str) -> bool:
        """Take in what stands in a file now; return whether there may be more."""
        try:
            data = os.read(self._files[name], READ_BYTES)
        except BlockingIOError:
            return False
        self._aside[name].append(self._decoders[name].decode(data))
        self._aside_bytes += len(data)
        if self._aside_bytes > self._limit:
            self._stop()
            return False
        if not data and self._loop is not None:  # the kernel closed it
            self._loop.remove_reader(self._files[name])
        return bool(data)

    def _show_aside(self, parent: dict[str, Any]) -> None:
        """Add what other programs wrote to the outputs of the cell that ends now."""
        for name in STREAMS:
            while self._read_file(name):
                pass
            text = "".join(self._aside[name])
            self._aside[name].clear()
            if text:
                content = {"name": name, "text": text}
                self.iopub_channel.put(
                    {
                        "header": {"msg_type": "stream"},
                        "msg_type": "stream",
                        "parent_header": parent,
                        "metadata": {},
                        "content": content,
                        SIZE: self._aside_bytes,
                    }
                )
        self._aside_bytes = 0


class _Channel:
    """Messages of one kind as they came."""

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self.send = send
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put(self, message: dict[str, Any]) -> None:
        """Add a message."""
        self._queue.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message.

        Raises:
            Empty: there was none in so many seconds.
        """
        if not self._queue.empty():
            return self._queue.get_nowait()
        try:
            return await asyncio.wait_for(self._queue.get(), timeout)
        except TimeoutError:
            raise Empty from None
