"""A table wider than the screen, in a browser: it scrolls in its own box, by keyboard too, and the page stays in place."""

from __future__ import annotations

import pytest
from export.notebooks import code, markdown, notebook, shown
from export.test_wide_tables import figures, source

from ita_analysis.export import html
from ita_analysis.export.document import read_document
from pages.test_browser import Watched

pytestmark = pytest.mark.pages


@pytest.mark.parametrize("width", [360, 1100])
def test_a_wide_table_scrolls_in_its_box_by_keyboard_and_the_page_does_not(browser, tmp_path, width):
    frame = figures(4, 30)
    cells = markdown("# ตารางกว้าง"), code(shown({"text/html": source(frame)}))
    path = tmp_path / "wide.html"
    path.write_text(html.render(read_document(notebook(*cells))), encoding="utf-8")
    with Watched(browser, path.as_uri(), width) as watched:
        page = watched.page
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "scroll"
        last = page.get_by_role("cell", name="r3c29z")
        assert last.bounding_box()["x"] > width
        for _ in range(200):
            page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "(wide) => [...document.querySelectorAll('td')].at(-1).getBoundingClientRect().right <= wide", arg=width
        )
        first = page.get_by_role("rowheader", name="3", exact=True).bounding_box()
        assert 0 <= first["x"] < width / 2  # the key stays in sight
        watched.inert(path.as_uri())
