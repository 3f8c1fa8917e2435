"""Meets the workers of a Dask scheduler: which are there, and which would make the same packs as this machine."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
import warnings
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ita_analysis.errors import MachineError
from ita_analysis.run import ingredients, pack, remote
from ita_analysis.run.pool import LOOK_S
from ita_analysis.run.wording import say

CONNECT_S = 10.0  # for the scheduler to answer
WORKER_S = 30.0  # for a worker to come (back): one that died is started again by its nanny within seconds
SETTINGS = {
    "logging": dict.fromkeys(
        ("distributed", "distributed.client", "tornado", "bokeh"), "critical"
    ),  # we say it ourselves
    "distributed.admin.tick.interval": "1s",  # how often it looks whether it can keep up
}


class Meeting:
    """The workers of one scheduler. Use it as a context; a folder of its own in `output` shows who shares that.

    Args:
        address: of the scheduler.
        output: the folder of runs, absolute.
        files: digests of what packs are made from, as `remote.tell`.
    """

    def __init__(self, address: str, output: Path, files: Mapping[str, str]) -> None:
        self.address, self.output, self.files = address, output, files
        self.fit: set[str] = set()
        self.client: Any = None
        self._unfit: dict[str, MachineError] = {}
        self._folder = Path()
        self._looked = self._last_seen = 0.0
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Meeting:
        """Meet the workers.

        Raises:
            MachineError: the scheduler can't be reached, or has no worker, or one of them is not fit.
        """
        with contextlib.ExitStack() as stack:
            self.client = stack.enter_context(_connected(self.address))
            stack.callback(self._release)
            self._folder = stack.enter_context(pack.scratch(self.output))
            (self._folder / remote.TOKEN).write_text(secrets.token_hex(16), encoding="ascii")
            self._last_seen = time.monotonic()
            while not self.fit:
                self.look()
                if self._unfit:
                    raise next(iter(self._unfit.values()))
                time.sleep(0 if self.fit else LOOK_S)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def look(self) -> None:
        """See which workers came and went; now and then is enough, so that most calls do nothing.

        Raises:
            MachineError: the scheduler is gone, or the workers are and none came for a while.
        """
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        with self.while_connected():
            told = self.client.scheduler_info(n_workers=-1)["workers"]
        present = {address for address, worker in told.items() if worker["status"] in ("running", "paused")}
        self.fit &= present
        if new := present - self.fit - self._unfit.keys():
            self._meet(new)
        if self.fit:
            self._last_seen = now
        elif now - self._last_seen > WORKER_S:
            none = MachineError(say("cluster.no_workers", address=self.address), todo=say("cluster.no_workers_todo"))
            raise next(iter(self._unfit.values()), none)

    def end_worker(self, address: str) -> None:
        """End a worker whose job hangs; where it has a nanny, another comes in its place."""
        self.fit.discard(address)
        with contextlib.suppress(Exception):
            self.client.run(remote.leave, workers=[address], on_error="ignore")

    def gone(self) -> MachineError:
        """Return the error of a scheduler that is gone."""
        return MachineError(say("cluster.gone", address=self.address), todo=say("cluster.gone_todo"))

    @contextlib.contextmanager
    def while_connected(self) -> Iterator[None]:
        """Take whatever Dask raises in the block for the scheduler being gone.

        Raises:
            MachineError: it is.
        """
        try:
            yield
        except Exception as error:
            raise self.gone() from error

    def _meet(self, new: Collection[str]) -> None:
        """Find out which of the new workers are fit; one that gives no answer is asked again at the next look."""
        with self.while_connected():
            told = self.client.run(remote.tell, str(self._folder), self.files, workers=sorted(new), on_error="return")
        for address, answer in told.items():
            if isinstance(answer, OSError):
                continue  # it did not hear us, or is just ending
            fault = self._fault(address, answer if isinstance(answer, Mapping) else {})
            if fault is None:
                self.fit.add(address)
            else:
                self._unfit[address] = fault

    def _fault(self, address: str, told: Mapping[str, Any]) -> MachineError | None:
        """Return why a worker can't make the packs that this machine would; one without our package tells nothing."""
        host = told.get("host") or address
        if what := _other_version(told):
            return MachineError(say("cluster.version", host=host, what=what), todo=say("cluster.version_todo"))
        answer, token = self._folder / str(told["answer"]), self._folder / remote.TOKEN
        if not told["answer"] or remote.digest_of(answer) != remote.digest_of(token):
            return MachineError(say("cluster.folder", host=host, folder=self.output), todo=say("cluster.folder_todo"))
        if told["strange"]:
            names = " · ".join(Path(name).name for name in told["strange"])
            return MachineError(say("cluster.files", host=host, names=names), todo=say("cluster.files_todo"))
        return None

    def _release(self) -> None:
        """End the warm kernels of the workers."""
        if self.fit and self.client.status == "running":
            with contextlib.suppress(Exception):
                self.client.run(remote.release, workers=sorted(self.fit), on_error="ignore")


def _other_version(told: Mapping[str, Any]) -> str:
    """Return in what a worker's code differs from ours, empty where it does not."""
    if not told:
        return say("cluster.no_package")
    own = remote.versions()
    differ = [
        say("cluster.differs", name=name, theirs=told["versions"].get(name, "-"), own=own[name])
        for name in own
        if told["versions"].get(name) != own[name]
    ]
    if not differ and told["package"] != ingredients.package_digest():
        return say("cluster.other_code")
    return " · ".join(differ)


def _connected(address: str) -> Any:
    """Return a client of the scheduler at this address.

    Raises:
        MachineError: there is none, or this machine lacks Dask.
    """
    try:
        import dask

        dask.config.set(SETTINGS)
        import distributed
    except ImportError as error:
        raise MachineError(say("cluster.not_installed"), todo=say("cluster.not_installed_todo")) from error
    try:
        asyncio.run(asyncio.wait_for(_knock(address), CONNECT_S))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions of Dask: it works, or the next line says that it doesn't
            connect: Any = distributed.Client
            return connect(address, timeout=CONNECT_S, set_as_default=False, direct_to_workers=False, name="ita-batch")
    except Exception as error:  # whatever listens there can answer anything
        raise MachineError(say("cluster.unreachable", address=address), todo=say("cluster.unreachable_todo")) from error


async def _knock(address: str) -> None:
    """Ask what listens there: a client waits for ever where something else does.

    Raises:
        ValueError: no scheduler; whatever else Dask raises where nothing answers in time.
    """
    from distributed.core import rpc

    call: Any = rpc
    async with call(address, timeout=CONNECT_S) as there:
        if (await there.identity(n_workers=0))["type"] != "Scheduler":
            raise ValueError(address)
