"""The run page in a browser without a network: search, filter and sort work, and without script it is a plain table."""

import json
import time

import pytest

from ita_analysis.run import index, pack

pytestmark = pytest.mark.pages
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
NAMES = {
    **{"1028": "สำนักงานเขตสาทร", "1004": "สำนักงานเขตบางรัก", "1029": "สำนักงานเขตบางซื่อ", "1033": HOSTILE},
    "1001": "สำนักงานเขตพระนคร",
}
FINDINGS = {"1028": 6, "1004": 12, "1029": 0, "1033": 1, "1001": 6}
TOTALS = {"1028": 88.15, "1004": 91.0, "1001": 9.5}
BY_CODE = ["1001", "1004", "1005", "1028", "1029", "1033"]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A run of six agencies: two good, two outdated (a failed remake, changed peers), one failed, one waiting; a city."""
    run = tmp_path_factory.mktemp("run") / "brief-2566"
    for code, name in NAMES.items():
        manifest = {
            "agency_code": code,
            "agency_name_th": name,
            "fiscal_year_be": 2566,
            "framework": "bangkok-district-2566",
            "is_synthetic": False,
            "findings": [{}] * FINDINGS[code],
            "documents_missing": ["O1"] if code == "1028" else None,
            "total": TOTALS.get(code),
            "page_key": "0123abcd",
        }
        files = {"brief.html": b"<p>", "brief.pdf": b"%PDF", "annex.xlsx": b"PK"}
        if code != "1033":
            pack.publish(run, code, files, manifest, time.monotonic())
        if code in ("1033", "1029"):
            reason = {"agency_code": code, "agency_name_th": name, "why": HOSTILE}
            pack.publish_failure(run, code, {"reason.html": b"<p>", "reason.json": json.dumps(reason).encode()})
    pack.publish(run, "city", {"overview.html": b"<p>", "overview.pdf": b"%PDF"}, {}, time.monotonic())
    index.write_index(run, waiting={"1005": "สำนักงานเขตบางเขน"}, stale={"1001": "ตัวเลขเทียบของ 3 หน่วยงานเปลี่ยน"})
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
    """Return the codes of the rows that are not hidden, in their order (rows off the screen are not painted yet)."""
    return page.locator("tbody tr").evaluate_all(
        "(rows) => rows.filter((row) => row.checkVisibility()).map((row) => row.cells[0].textContent)"
    )


@pytest.mark.parametrize("typed", ["สาทร", "1028", "๑๐๒๘", "เขตสาทร", "  สาทร 10"])
def test_an_agency_is_found_by_name_alias_or_code(opened, typed):
    page = opened()
    assert visible(page) == BY_CODE
    page.fill("#search", typed)
    assert visible(page) == ["1028"]
    assert page.inner_text("#shown") == "แสดง 1 จาก 6 หน่วยงาน"
    page.fill("#search", "")
    assert visible(page) == BY_CODE


def test_a_vowel_typed_in_two_parts_finds_the_same(opened):
    page = opened()
    page.fill("#search", "ส\u0e4d\u0e32นักงานเขตสาทร")  # nikhahit and aa, as some keyboards send sara am
    assert visible(page) == ["1028"]


def test_it_filters_by_state_together_with_the_search(opened):
    page = opened()
    found = {}
    for state in ("ok", "failed", "outdated", "waiting"):
        page.select_option("#state", state)
        found[state] = visible(page)
    assert found == {"ok": ["1004", "1028"], "failed": ["1033"], "outdated": ["1001", "1029"], "waiting": ["1005"]}
    page.fill("#search", "สาทร")
    assert visible(page) == []
    assert page.inner_text("#shown") == "แสดง 0 จาก 6 หน่วยงาน"


@pytest.mark.parametrize(
    ("least", "most", "found"),
    [
        ("6", "", ["1001", "1004", "1028"]),
        ("", "6", ["1001", "1028", "1029"]),
        ("1", "6", ["1001", "1028"]),
        ("0", "", ["1001", "1004", "1028", "1029"]),
        ("13", "", []),
    ],
)
def test_it_filters_by_the_number_of_findings_and_an_unknown_number_fits_none(opened, least, most, found):
    page = opened()
    page.fill("#from", least)
    page.fill("#to", most)
    assert visible(page) == found


def test_one_button_shows_all_again(opened):
    page = opened()
    assert not page.locator("#clear").is_visible()
    page.fill("#search", "สาทร")
    page.fill("#from", "1")
    page.select_option("#state", "ok")
    page.click("#clear")
    page.wait_for_function("document.activeElement.id === 'search'")
    assert visible(page) == BY_CODE and not page.locator("#clear").is_visible()


ORDERS = {  # by the name of the column; what is unknown stands last both ways
    "code": (BY_CODE, BY_CODE[::-1]),
    "name": (["1033", "1005", "1029", "1004", "1001", "1028"], ["1028", "1001", "1004", "1029", "1005", "1033"]),
    "state": (["1033", "1001", "1029", "1005", "1004", "1028"], ["1004", "1028", "1005", "1001", "1029", "1033"]),
    "findings": (["1029", "1001", "1028", "1004", "1005", "1033"], ["1004", "1001", "1028", "1029", "1005", "1033"]),
    "documents": (["1028", "1001", "1004", "1005", "1029", "1033"],) * 2,
    "total": (["1001", "1028", "1004", "1005", "1029", "1033"], ["1004", "1028", "1001", "1005", "1029", "1033"]),
}


@pytest.mark.parametrize("column", ORDERS)
@pytest.mark.parametrize("width", [360, 1000])
def test_every_column_sorts_both_ways_and_says_so(opened, column, width):
    page = opened(width)
    head = page.locator(f"th[data-sort={column}]")
    for order, said in zip(ORDERS[column], ("ascending", "descending"), strict=True):
        head.locator("button").click()
        assert visible(page) == order and head.get_attribute("aria-sort") == said
    assert page.locator("th[aria-sort]").count() == 1


def test_a_sorted_and_filtered_page_keeps_its_order(opened):
    page = opened()
    page.click("th[data-sort=findings] button")
    page.fill("#from", "6")
    assert visible(page) == ["1001", "1028", "1004"]
    page.click("th[data-sort=findings] button")
    assert visible(page) == ["1004", "1001", "1028"]


def test_the_keyboard_alone_reaches_and_works_everything(opened):
    page = opened()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        element = page.evaluate("(() => { const e = document.activeElement; return e.id || e.textContent })()")
        if page.evaluate("document.activeElement === document.body"):
            break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", element
        reached.append(element)
        if element == "search":
            page.keyboard.type("เขต")
        elif element == "state":
            page.keyboard.press("End")
        elif element == "from":
            page.keyboard.type("6")
        elif element == "ข้อต่ำกว่าเส้น":
            page.keyboard.press("Enter")
            page.keyboard.press("Space")
    assert visible(page) == ["1004", "1028"]
    assert reached[:2] == ["หน้าเว็บ", "PDF"]  # the city
    assert {"search", "state", "from", "to", "clear", "รหัส", "สำนักงานเขตสาทร", "Excel"} <= set(reached)


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_it_stays_a_table_to_a_screen_reader(opened, width):
    page = opened(width)
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert (roles.count("table"), roles.count("row"), roles.count("rowheader")) == (1, 7, 6)
    assert roles.count("columnheader") >= 6 and roles.count("cell") >= 6 * 5


def test_heading_reasons_and_links_say_what_the_record_says(opened, address):
    page = opened()
    heading = page.inner_text(".sum")
    assert "6 หน่วยงาน" in heading
    for said in ("พร้อมใช้ 2", "ชุดเก่า 2", "ทำไม่สำเร็จ 1", "ยังไม่ได้ทำ 1"):
        assert said in heading
    assert "ตัวเลขเทียบของ 3 หน่วยงานเปลี่ยน" in page.locator("tr", has_text="พระนคร").inner_text()
    folder = address.rpartition("/")[0]
    links = page.evaluate("[...document.links].map((link) => link.href)")
    assert len(links) == 2 + 4 * 3 + 2 and all(link.startswith(folder + "/") for link in links)
    assert [link.removeprefix(folder) for link in links[:2]] == ["/city/overview.html", "/city/overview.pdf"]


def test_without_script_it_is_a_plain_table_with_links(opened):
    page = opened(script=False)
    assert visible(page) == BY_CODE
    assert not page.locator("#search").is_visible() and page.locator("thead").is_visible()
    assert page.locator("td a, th a").count() == 4 * 3 + 2


def test_on_paper_every_row_stands(opened):
    from pypdfium2 import PdfDocument

    text = PdfDocument(opened().pdf())[0].get_textpage().get_text_range()
    assert all(code in text for code in BY_CODE) and "ค้นหา" not in text


@pytest.mark.parametrize("width", [320, 360, 800, 941, 1280])
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
