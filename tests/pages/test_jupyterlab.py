"""The brief's notebook in a real JupyterLab: runs from top to bottom, and the menu exports the pages of the pack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "suite"

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address and root folder of a JupyterLab that holds a copy of the notebook."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copy(PROJECT / "notebooks" / "district_brief.ipynb", root)
    own = {name: str(root / ".jupyter" / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    runtime = root / ".jupyter" / "runtime"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
        *(f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={TOKEN}"),
    ]
    with (root / "server.log").open("w", encoding="utf-8") as log:
        environment = {**os.environ, **own, "JUPYTER_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(PROJECT)}
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        found: list[Path] = []
        while not found and time.monotonic() < deadline and server.poll() is None:
            time.sleep(0.2)
            found = list(runtime.glob("jpserver-*.json"))
        assert found, (root / "server.log").read_text(encoding="utf-8")[-2000:]
        address = json.loads(found[0].read_text(encoding="utf-8"))["url"]
        yield address, root
    finally:
        server.terminate()
        server.wait(timeout=30)


def ran_all(page: Any, notebook: Path) -> bool:
    """Choose Run All Cells and save until the saved notebook shows every cell run; the menu may open before it works."""
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+s")
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        if all(cell["execution_count"] for cell in cells if cell["cell_type"] == "code"):
            page.wait_for_timeout(1000)
            return True
    return False


def test_the_notebook_runs_in_jupyterlab_and_the_menu_exports_the_same_pages(lab, browser, sathon_pack):
    address, root = lab
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}lab/tree/district_brief.ipynb?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook:visible", timeout=60_000)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']:visible", timeout=60_000)
    assert any(ran_all(page, root / "district_brief.ipynb") for _ in range(3)), "Run All Cells did not end"
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    page.click(".lm-MenuBar-itemLabel:text-is('File')")
    page.hover(".lm-Menu-itemLabel:text-is('Save and Export Notebook As')")
    page.wait_for_selector(".lm-Menu-itemLabel:text-is('Ita_html')", timeout=30_000)
    names = page.locator(".lm-Menu-itemLabel").all_inner_texts()
    assert {"Ita_html", "Ita_pdf"} <= set(names)
    page.screenshot(path=os.environ.get("ITA_SHOT", str(root / "lab.png")))
    page.close()

    for kind in ("html", "pdf"):
        request = urllib.request.Request(
            f"{address}nbconvert/ita_{kind}/district_brief.ipynb?download=true&token={TOKEN}"
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            made = answer.read()
        assert made == (sathon_pack / f"brief.{kind}").read_bytes(), kind
    assert faults == []
