"""The kernel that a fork becomes: ipykernel's own, less what a run has no use for.

A run gives it a few arguments and then one cell after the other; it opens no heartbeat and writes little to the streams.
"""

from __future__ import annotations

from typing import Any

import zmq
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from traitlets.config.loader import Config, DeferredConfigString


class RunStream(OutStream):
    """A stream that wakes no thread where nothing was written: every output that is shown flushes both streams first."""

    def flush(self) -> None:
        """Send what was written and not yet sent."""
        if self._buffers:
            super().flush()  # type: ignore[no-untyped-call]


class RunKernel(IPKernelApp):
    """ipykernel's application for one run (arguments: `-f FILE --Class.trait=value …`, as `engine.ARGUMENTS`)."""

    outstream_class = f"{__name__}.{RunStream.__name__}"

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Take the arguments; the library's own parser of everybody's arguments is a tenth of a start."""
        _, self.connection_file, *given = argv or ["", ""]
        config = Config()
        for name, value in (argument.removeprefix("--").split("=", 1) for argument in given):
            owner, trait = name.split(".")
            config[owner][trait] = DeferredConfigString(value)
        self.cli_config = config
        self.update_config(config)

    def init_heartbeat(self) -> None:
        """Start none: a run looks at the process itself."""

    def init_iopub(self, context: zmq.Context[Any]) -> None:
        """Let outputs wait for their reader; the library's own drops what is over 1,000."""
        context.setsockopt(zmq.SNDHWM, 0)
        super().init_iopub(context)  # type: ignore[no-untyped-call]
