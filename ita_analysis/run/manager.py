"""The kernel of one run as nbclient manages it, gone with everything it started when the run ends; here those that start cold.

A manager of our own sets its provisioner by itself, so that neither an entry point nor a kernel spec on disk is needed,
and what other programs start with Jupyter is as it was.
"""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from traitlets import default

from ita_analysis.run import kernels
from ita_analysis.run.forked_manager import ForkedManager
from ita_analysis.run.frames import SIZE
from ita_analysis.run.warm import WarmParent

LONGEST_SOCKET_PATH = 100  # of about 107 that Unix systems take
MESSAGE_S = 0.2
_CONTENT = 4  # its place among the parts of a message
KNOCK_MS = 5  # a kernel opens its channels a moment after it started; 100 is the library's own


@contextlib.contextmanager
def kernel_of_run(folder: Path, warm: WarmParent | None, message_bytes: int) -> Iterator[RunManager | ForkedManager]:
    """Yield the manager of one run's kernel; the kernel and all that it started end with the block.

    Args:
        folder: an own folder of the run, for the connection file and the sockets.
        warm: a parent that is ready, or None for a cold kernel.
        message_bytes: what one message of the kernel may hold.
    """
    manager = _cold(folder, message_bytes) if warm is None else ForkedManager(warm, message_bytes)
    try:
        yield manager
    finally:
        manager.end()


def _cold(folder: Path, message_bytes: int) -> RunManager:
    manager = RunManager(kernel_name="python3", connection_file=str(folder / "kernel.json"))
    manager.message_bytes = message_bytes
    manager.mark = secrets.token_hex(16)
    if len(str(folder)) < LONGEST_SOCKET_PATH and sys.platform != "win32" and not kernels.is_plain():
        manager.transport, manager.ip = "ipc", str(folder / "k")  # no port that another program could take or listen to
    return manager


class RunManager(AsyncKernelManager):
    """A manager that ends its kernel at once, and opens no channel that a run has no use for."""

    message_bytes = 0
    mark = ""
    is_ended = False

    def client(self, **named: Any) -> Any:
        """Return the client of a run, in a context of its own that refuses messages beyond the limit."""
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, self.message_bytes)
        context.setsockopt(
            zmq.RCVHWM, 0
        )  # else outputs are dropped, unsaid, where this process is slower than the kernel
        context.setsockopt(zmq.RECONNECT_IVL, KNOCK_MS)
        context.setsockopt(zmq.RECONNECT_IVL_MAX, 10 * KNOCK_MS)
        self.client_factory = RunClient
        return super().client(context=context, **named)

    @property
    def pid(self) -> int:
        """Return the number of the kernel's process."""
        return getattr(self.provisioner, "pid", None) or 0

    @default("session")
    def _session(self) -> Session:
        return RunSession(parent=self)

    async def _async_post_start_kernel(self, **_: Any) -> None:
        """Open no control channel: a run asks its kernel for cells alone."""

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        """End the kernel at once: all cells are done, or it does not matter any more."""
        self.end()

    def end(self) -> None:
        """End the kernel and everything it started, however it left the group; remove its connection file."""
        if self.is_ended:
            return
        self.is_ended = True
        provisioner: Any = self.provisioner
        process = getattr(provisioner, "process", None)
        if getattr(provisioner, "pgid", None):
            kernels.end_group(provisioner.pgid)
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()
        kernels.end_marked(self.mark)
        if provisioner is not None:
            provisioner.process = None
        self.cleanup_connection_file()
        self.cleanup_ipc_files()


class RunSession(Session):
    """A session whose messages say how long they were."""

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Return the message, and in it the bytes that its content took."""
        return super().deserialize(msg_list, content, copy) | {SIZE: len(msg_list[_CONTENT])}


class RunClient(AsyncKernelClient):
    """A client with the two channels that a run uses."""

    language_info: dict[str, Any]

    def start_channels(self, *_: Any, **__: Any) -> None:
        """Open the channels for requests and for outputs, and a watch on the second being cut."""
        super().start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
        self.watch = self.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)

    async def is_cut(self, seconds: float) -> bool:
        """Return whether outputs were cut off, waiting so long for it: the kernel died, or a message was too long."""
        return bool(await self.watch.poll(int(seconds * 1000)))

    def stop_channels(self) -> None:
        """Close them."""
        self.iopub_channel.socket.disable_monitor()
        self.shell_channel.stop()
        self.iopub_channel.stop()
        self.context.destroy(linger=0)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs arrive (jupyter_client's own then idles 0.2 s for silence).

        Raises:
            RuntimeError: the kernel died, or gave no answer in time.
        """
        deadline = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < deadline:
            self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=MESSAGE_S)
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
            else:
                if reply["msg_type"] == "kernel_info_reply":
                    self.language_info = reply["content"]["language_info"]
                    return
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")
