"""What the page suite needs once: the demo packs, one browser, and the counts that it publishes.

A missing tool is a failure here, never a skip: a suite that checks nothing must not look green.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ita_analysis.run.city import make_city
from pages.packs import Pack, packs_in, run_pages_in

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
COUNTS = pytest.StashKey[list[str]]()
# a run of `ita demo` and the overview made beside its packs
CITIES = (
    ("demo-2567", 2567, "demo-2567"),
    ("brief-2566", 2566, "bangkok-district-2566"),
    ("brief-2567", 2567, "national-2567"),
)
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Count = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COUNTS] = []


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.stash[COUNTS]:
        terminalreporter.section("counted on the pages")
        for line in config.stash[COUNTS]:
            terminalreporter.line(line)


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Count:
    """Publish how much a test checked: `count(words=812)`; nothing checked is a failure."""

    def published(remark: str = "", **numbers: int) -> None:
        said = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in numbers.items())
        line = f"{request.node.name}: {said}{' · ' + remark if remark else ''}"
        print(line)
        request.config.stash[COUNTS].append(line)
        assert all(number > 0 for number in numbers.values()), f"nothing was checked: {line}"

    return published


def tool(*names: str) -> str:
    """Return the path of the first of `names` that is on this machine, or fail."""
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.fail(f"{names[-1]} is missing: .ci/run installs what this suite needs", pytrace=False)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make every demo pack once, as a user would, and the overviews beside them; return the folder of the runs."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "ita_analysis.cli", "demo", "--output", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for run, year, framework in CITIES:
        make_city(folder / run, year, framework, 90.0)
    return folder


@pytest.fixture(scope="session")
def packs(demo: Path) -> list[Pack]:
    """Return the demo packs: all that the command line promises, and the overviews: full and with little known."""
    from ita_analysis.cli import DEMO, DEMO_REPORTS

    made = packs_in(demo)
    assert len(made) >= len(DEMO) + len(DEMO_REPORTS) + len(CITIES) > 0
    return made


@pytest.fixture(scope="session")
def run_pages(demo: Path) -> list[Path]:
    """Return the pages that list the packs of each run."""
    return run_pages_in(demo)


@pytest.fixture(scope="session")
def node() -> str:
    """Return Node's path; the packages of package.json must be installed."""
    found = tool("node", "nodejs")
    if not (HERE / "node_modules" / "pdfjs-dist").is_dir() or not (HERE / "node_modules" / "axe-core").is_dir():
        pytest.fail("run `npm install --prefix tests/pages` first (.ci/run does)", pytrace=False)
    return found


@pytest.fixture(scope="session")
def axe(node: str) -> str:
    """Return axe-core's source."""
    return (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start the system's Chromium once."""
    from playwright.sync_api import sync_playwright

    path = tool("/usr/bin/chromium", "chromium", "chromium-browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield started
        started.close()
