"""Each printed page is whole: page 1 stands alone, no page is nearly empty, nothing leaves the margins."""

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from export.reading import page_texts, squeezed

pytestmark = pytest.mark.pages
MM = 72 / 25.4
SIDE = {False: 18, True: 12}  # millimetres, portrait and landscape
BODY_TOP, BODY_BOTTOM = 18.5, 16.5  # millimetres between the page's edges and its text
SLACK = 1.2  # points that a letter may overhang its own place, as ไ does


def opened(pack):
    return pypdfium2.PdfDocument(pack.pdf.read_bytes())


def test_page_1_stands_alone(packs, count):
    checked = 0
    for pack in packs:
        first = squeezed(page_texts(pack.pdf.read_bytes())[0])
        wanted = [pack.cover.get(name, "") for name in ("eyebrow", "title", "subtitle", "badge", "footer")]
        for block in pack.blocks:
            if block["kind"] == "kpis":
                wanted += [tile.get(name, "") for tile in block["tiles"] for name in ("label", "value", "unit")]
            elif block["kind"] == "checklist" and pack.cover.get("orientation") != "landscape":
                wanted += [
                    block["title"],
                    *(task.get(name, "") for task in block["tasks"] for name in ("action", "owner", "due")),
                ]
        missing = [text for text in wanted if squeezed(text) not in first]
        assert not missing, f"{pack.label}: {missing}"
        if pack.charts and pack.cover.get("form") != "page":  # a title page has no chart
            assert squeezed(pack.charts[0]["title"]) in first, pack.label
            lowest = drawing_ends(opened(pack)[0])
            assert lowest is not None and lowest > BODY_BOTTOM * MM, f"{pack.label}: chart 1 is not on page 1"
        checked += len([text for text in wanted if text])
    count(packs=len(packs), texts=checked)


def drawing_ends(page):
    """Return how far down (points above the page's lower edge) the curves of the page's drawing reach."""
    found = [item.get_bounds()[1] for item in page.get_objects() if item.type == pdfium.FPDF_PAGEOBJ_PATH]
    return min(found, default=None)


def test_no_page_but_the_last_is_nearly_empty(packs, count):
    pages = 0
    for pack in packs:
        read = opened(pack)
        for number, page in enumerate(read, start=1):
            picture = page.render(scale=1, grayscale=True).to_numpy()
            height = picture.shape[0]
            top, bottom = int(BODY_TOP * MM), int(height - BODY_BOTTOM * MM)
            inked = [row for row in range(top, bottom) if picture[row].min() < 200]
            assert inked, f"{pack.label}: page {number} is empty"
            share = (max(inked) - top) / (bottom - top)
            pages += 1
            if number < len(read):
                assert share > 1 / 3, f"{pack.label}: page {number} is filled to {share:.0%}"
    count(packs=len(packs), pages=pages)


def test_nothing_stands_outside_the_margins(packs, count):
    letters = 0
    for pack in packs:
        for number, page in enumerate(opened(pack), start=1):
            width, height = page.get_size()
            side = SIDE[width > height] * MM - SLACK
            text = page.get_textpage()
            for at in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(at)
                if right <= left:
                    continue
                letters += 1
                where = f"{pack.label}, page {number}: {text.get_text_range(at, 1)!r} at {left / MM:.1f}–{right / MM:.1f} mm"
                assert left >= side and right <= width - side, where
                assert bottom >= 6 * MM and top <= height - 8 * MM, where
    count(packs=len(packs), letters=letters)


def test_no_letter_is_smaller_than_8_points(packs, count):
    letters, small = 0, set()
    for pack in packs:
        for number, page in enumerate(opened(pack), start=1):
            text = page.get_textpage()
            for at in range(text.count_chars()):
                size = pdfium.FPDFText_GetFontSize(text, at)
                if size and text.get_text_range(at, 1).strip():
                    letters += 1
                    matrix = pdfium.FS_MATRIX()
                    pdfium.FPDFText_GetMatrix(text, at, matrix)
                    drawn = size * (matrix.c**2 + matrix.d**2) ** 0.5
                    if drawn < 7.95:
                        small.add((pack.label, number, round(drawn, 1), text.get_text_range(max(0, at - 10), 20)))
    count(letters=letters)
    assert not small, sorted(small)[:10]
