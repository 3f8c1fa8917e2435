"""What the whole suite shares: a cache of its own, and the real pack of Sathon, made once by the command line."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import Ended, ita
from hypothesis import HealthCheck, settings

CACHE = tempfile.mkdtemp(prefix="ita-suite-")
os.environ["ITA_CACHE"] = CACHE  # before anything of ours is imported
os.environ["PYTHAINLP_READ_ONLY"] = "1"
os.environ.pop("ITA_PLAIN", None)

# The laws are tried on the same examples each time, so that a red suite is never luck; ITA_EXAMPLES=random looks for others.
# No law is about time: a busy machine may take as long as it does.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **PATIENT)
settings.register_profile("random", **PATIENT)
settings.load_profile(os.environ.get("ITA_EXAMPLES", "same"))


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(CACHE, ignore_errors=True)


@pytest.fixture
def ita_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """The command line in this process: quick, for commands that are refused before anything heavy starts."""
    from ita_analysis import cli

    def run(*arguments: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["ita", *map(str, arguments)])
        code: object = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        said = capsys.readouterr()
        return Ended(int(str(code)), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def sathon_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the shipped case, made by the command line."""
    output = tmp_path_factory.mktemp("sathon")
    done = ita("brief", "--agency", "1028", "--year", "2566", "--output", output)
    assert done.returncode == 0, done.stderr
    return output / "brief-2566"


@pytest.fixture(scope="session")
def sathon_pack(sathon_run: Path) -> Path:
    """The pack of the shipped case: HTML, PDF, executed notebook, manifest."""
    return sathon_run / "1028"


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that lacks what only Linux has."""
    monkeypatch.setenv("ITA_PLAIN", "1")
    yield
