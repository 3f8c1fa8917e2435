"""The analyst's room in a real JupyterLab, by keyboard alone: search, pick, see it change, make a brief, export."""

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

import outloud
import pytest

from pages.test_accessible_pdf import FALSE_ALARMS

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "suite"
COPIED = ("ita_analysis", "notebooks", "data", "pyproject.toml", "requirements.lock")
FIGURES = "[role='img'][aria-label]"
SEARCH = "พิมพ์ชื่อหรือรหัส เช่น สาทร"

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of what `make lab` opens, in a copy of the project, and that copy."""
    root = tmp_path_factory.mktemp("desk")
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root)
    own = {name: str(root / ".jupyter" / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    runtime = root / ".jupyter" / "runtime"
    environment = {**os.environ, **own, "JUPYTER_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(root)}
    options = ("--no-browser", "--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}")
    with (root / "server.log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "ita_analysis.lab.desk", *options]
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        found: list[Path] = []
        while not found and time.monotonic() < deadline and server.poll() is None:
            time.sleep(0.2)
            found = list(runtime.glob("jpserver-*.json"))
        assert found, (root / "server.log").read_text(encoding="utf-8")[-2000:]
        yield json.loads(found[0].read_text(encoding="utf-8"))["url"], root
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def opened(desk: tuple[str, Path], browser: Any) -> Iterator[tuple[Any, list[str]]]:
    """The page that JupyterLab opens by itself, run from top to bottom, and what its console complained of."""
    page = browser.new_page(viewport={"width": 1400, "height": 1300})
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{desk[0]}?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook:visible", timeout=60_000)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']:visible", timeout=60_000)
    assert any(run_all(page) for _ in range(10)), "the command palette does not open"
    page.wait_for_selector("button:has-text('ทำชุดสรุปของหน่วยงานนี้')", timeout=60_000, state="attached")
    page.wait_for_timeout(1000)
    yield page, faults
    page.close()


def run_all(page: Any) -> bool:
    """Run the notebook by the command palette; false where the keys came before JupyterLab listened."""
    page.wait_for_timeout(1000)
    page.keyboard.press("Control+Shift+c")
    page.wait_for_timeout(500)
    page.keyboard.type("Run All Cells")
    page.wait_for_timeout(500)
    is_there = page.locator(".lm-CommandPalette-item.lm-mod-active:has-text('Run All Cells')").is_visible()
    page.keyboard.press("Enter" if is_there else "Escape")
    return is_there


def to_cell(page: Any, number: int) -> None:
    """Leave whatever has the focus and select a cell by its place, by keyboard."""
    page.keyboard.press("Escape")
    for _ in range(14):
        page.keyboard.press("ArrowUp")
    for _ in range(number):
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)


def tab_to(page: Any, text: str, most: int = 60) -> None:
    """Press Tab until what has the focus says `text`."""
    said = "(one => /INPUT|BUTTON/.test(one.tagName) ? one.placeholder || one.innerText : '')(document.activeElement)"
    for _ in range(most):
        page.keyboard.press("Tab")
        if text in page.evaluate(said):
            return
    raise AssertionError(f"no Tab leads to {text!r}")


def pick(page: Any, letters: str, name: str) -> float:
    """Search an agency and pick it, by keyboard; return the seconds until the first chart has changed."""
    before = page.locator(FIGURES).first.get_attribute("aria-label")
    to_cell(page, 2)
    tab_to(page, SEARCH)
    page.keyboard.press("Control+a")
    page.keyboard.type(letters)
    only = "name => [...document.querySelectorAll('.ita-hits button')].map(one => one.title).join() === name"
    page.wait_for_function(only, arg=name)
    tab_to(page, name)
    start = time.monotonic()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([query, old]) => document.querySelector(query).getAttribute('aria-label') !== old", arg=[FIGURES, before]
    )
    return time.monotonic() - start


def test_an_agency_is_searched_and_picked_by_keyboard_and_the_views_change(opened, count):
    page, faults = opened
    first = pick(page, "สาทร", "สำนักงานเขตสาทร (1028)")
    assert page.locator("text=สำนักงานเขตสาทร (1028) · ปีงบประมาณ 2566").count() >= 1
    back = pick(page, "ตัวอย่าง", "สำนักงานเขตตัวอย่าง (9901)")
    again = pick(page, "1028", "สำนักงานเขตสาทร (1028)")
    count(slowest_pick_in_ms=int(1000 * max(first, back, again)))
    assert faults == []


def test_a_picked_item_is_marked_in_the_views(opened):
    page, faults = opened
    to_cell(page, 2)
    tab_to(page, "รหัสข้อ เช่น E9")
    page.keyboard.type("E12")
    page.keyboard.press("Enter")
    page.wait_for_selector("td:has-text('› E12')", state="attached")
    page.wait_for_function("document.activeElement.value.startsWith('E12 ')")
    page.keyboard.press("Control+a")
    page.keyboard.type("E99")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role='alert']:has-text('ใกล้เคียง: E9')")
    assert faults == []


def test_thai_letters_are_there_without_a_thai_font_on_the_machine(opened):
    page, _ = opened
    assert page.evaluate("document.fonts.check('16px \"ITA Sarabun\"', 'ก')")
    for cell, part in ((0, ".jp-MarkdownOutput"), (2, ".ita-room button")):
        to_cell(page, cell)
        page.wait_for_selector(part)
        assert "ITA Sarabun" in page.locator(part).first.evaluate("one => getComputedStyle(one).fontFamily")


def test_a_button_makes_the_brief_and_links_to_it(opened, desk):
    page, faults = opened
    to_cell(page, 11)
    tab_to(page, "ทำชุดสรุปของหน่วยงานนี้")
    page.keyboard.press("Enter")
    page.wait_for_selector("a:has-text('เปิด brief.html')", timeout=60_000)
    address = page.locator("a:has-text('เปิด brief.html')").get_attribute("href")
    assert page.request.get(address).text() == (
        desk[1] / "outputs" / "lab-bangkok-district-2566" / "1028" / "brief.html"
    ).read_text(encoding="utf-8")
    assert page.locator("a:has-text('เปิด brief.pdf')").count() == 1
    assert faults == []


def test_the_export_shows_what_was_picked_and_no_widget(opened, desk, browser, axe):
    page, faults = opened
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    request = f"{desk[0]}nbconvert/ita_html/outputs/lab/explore.ipynb?download=true&token={TOKEN}"
    with urllib.request.urlopen(request, timeout=120) as answer:
        made = answer.read().decode("utf-8")
    exported = browser.new_page()
    exported.set_content(made)
    said = exported.evaluate("document.body.textContent")
    assert "สำนักงานเขตสาทร (1028)" in said and "สำนักงานเขตตัวอย่าง" not in said
    assert "› E12" in said
    assert "VBox" not in said and "room." not in said
    exported.evaluate(axe)
    found = exported.evaluate("async () => (await axe.run()).violations.map(one => [one.id, one.impact])")
    assert [one for one in found if one[1] in ("serious", "critical")] == []
    exported.close()
    assert faults == []


@pytest.mark.parametrize("name", ["explore", "item_deep_dive", "peer_comparison", "templates/question"])
def test_pages_of_the_notebooks_are_accessible(name, browser, axe, tmp_path, count):
    from ita_analysis.export import html, pdf
    from ita_analysis.export.document import read_document
    from ita_analysis.run.notebook import run_notebook

    done = run_notebook(PROJECT / "notebooks" / f"{name}.ipynb", {})
    assert done.failure is None
    document = read_document(done.notebook)
    for width in (1200, 360):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_content(html.render(document))
        page.evaluate(axe)
        result = page.evaluate("async () => { const found = await axe.run(); return [found.violations, found.passes] }")
        assert [one["id"] for one in result[0] if one["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        count(rules_passed=len(result[1]))
        page.close()
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf.render(document))
    found = outloud.check(str(file))
    assert found.error is None
    assert [f"{one.rule} {one.message}" for one in found.findings if one.rule not in FALSE_ALARMS] == []


def test_the_tracked_notebook_stays_as_it_is(opened, desk):
    shipped = (PROJECT / "notebooks" / "explore.ipynb").read_bytes()
    assert (desk[1] / "notebooks" / "explore.ipynb").read_bytes() == shipped
    assert (desk[1] / "outputs" / "lab" / "explore.ipynb").read_bytes() != shipped
