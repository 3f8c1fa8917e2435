"""The run page in a browser without a network: search, filter and sort work, and without script it is a plain table."""

import json
import time

import pytest

from ita_analysis.run import index, pack

pytestmark = pytest.mark.pages
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
NAMES = {"1028": "สำนักงานเขตสาทร", "1004": "สำนักงานเขตบางรัก", "1029": "สำนักงานเขตบางซื่อ", "1033": HOSTILE}
FINDINGS = {"1028": 6, "1004": 12, "1029": 0, "1033": 1}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A run of four agencies: two good, one outdated, one failed."""
    run = tmp_path_factory.mktemp("run") / "brief-2566"
    for code, name in NAMES.items():
        manifest = {
            "agency_code": code,
            "agency_name_th": name,
            "fiscal_year_be": 2566,
            "framework": "bangkok-district-2566",
            "is_synthetic": False,
            "findings": [{}] * FINDINGS[code],
            "documents_missing": None,
            "page_key": "0123abcd",
        }
        files = {"brief.html": b"<p>", "brief.pdf": b"%PDF", "annex.xlsx": b"PK"}
        if code != "1033":
            pack.publish(run, code, files, manifest, time.monotonic())
        if code in ("1033", "1029"):
            reason = {"agency_code": code, "agency_name_th": name, "why": HOSTILE}
            pack.publish_failure(run, code, {"reason.html": b"<p>", "reason.json": json.dumps(reason).encode()})
    index.write_index(run)
    return (run / "index.html").as_uri()


@pytest.fixture
def opened(browser, address):
    """Open the page; nothing may be asked for, said or popped up."""
    contexts, faults = [], []

    def go(width=1000, script=True):
        context = browser.new_context(
            offline=True, viewport={"width": width, "height": 800}, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith(("data:", address)) or faults.append(request.url))
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []


def visible(page):
    return [row.locator("td").first.inner_text() for row in page.locator("tbody tr").all() if row.is_visible()]


@pytest.mark.parametrize("typed", ["สาทร", "1028", "๑๐๒๘", "เขตสาทร", "  สาทร 10"])
def test_an_agency_is_found_by_name_alias_or_code(opened, typed):
    page = opened()
    assert len(visible(page)) == 4
    page.fill("#search", typed)
    assert visible(page) == ["1028"]
    assert page.inner_text("#shown") == "แสดง 1 จาก 4 หน่วยงาน"
    page.fill("#search", "")
    assert len(visible(page)) == 4


def test_it_filters_by_state_together_with_the_search(opened):
    page = opened()
    found = {}
    for state in ("ok", "failed", "outdated"):
        page.select_option("#filter", state)
        found[state] = visible(page)
    assert found == {"ok": ["1004", "1028"], "failed": ["1033"], "outdated": ["1029"]}
    page.fill("#search", "สาทร")
    assert visible(page) == []


def test_it_sorts_by_number_and_says_so_to_a_screen_reader(opened):
    page = opened()
    head = page.locator("th[data-sort=number]").first
    head.locator("button").click()
    assert visible(page) == ["1033", "1029", "1028", "1004"] and head.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert visible(page) == ["1004", "1028", "1029", "1033"] and head.get_attribute("aria-sort") == "descending"


def test_without_script_it_is_a_plain_table_with_links(opened):
    page = opened(script=False)
    assert visible(page) == ["1004", "1028", "1029", "1033"]
    assert not page.locator("#search").is_visible()
    assert page.locator("a").count() == 3 * 3 + 2


@pytest.mark.parametrize("width", [360, 1000])
def test_it_keeps_its_width_and_shows_hostile_text_as_text(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert HOSTILE in page.inner_text("tbody")
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("width", [360, 1000])
def test_axe_finds_nothing_on_it(opened, axe, width):
    page = opened(width)
    page.evaluate(axe)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations', 'passes']})")
    assert result["violations"] == [] and len(result["passes"]) > 10
