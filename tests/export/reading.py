"""Reads our pages back with tools that know nothing of them: an HTML parser, PDFium."""

import ctypes
import re
from html.parser import HTMLParser

import pypdfium2
import pypdfium2.raw as pdfium


class Page(HTMLParser):
    """The texts, attribute values and tags of an HTML page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._in_style = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def values(self, name: str) -> list[str]:
        """Return all values of the attribute `name`."""
        return [value for _, given, value in self.attributes if given == name]


def squeezed(text: str) -> str:
    """Return `text` without white space."""
    return re.sub(r"\s", "", text)


def stands_in(wanted: str, shown: str, breaks: int) -> bool:
    """Return whether `wanted` stands in `shown` in one piece, or in order over at most `breaks` ends of pages."""
    start = 0
    for _ in range(breaks + 1):
        if wanted in shown[start:]:
            return True
        low, high = 0, len(wanted)  # the longest beginning that is there
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if wanted[:middle] in shown[start:] else (low, middle - 1)
        if low < 8:
            return False
        start = shown.index(wanted[:low], start) + low
        wanted = wanted[low:]
    return False


def pdf_text(made: bytes) -> str:
    """Return the text of a PDF as PDFium gives it, a line a line."""
    return "\n".join(page_texts(made))


def page_texts(made: bytes) -> list[str]:
    """Return the text of each page."""
    read = pypdfium2.PdfDocument(made)
    return [page.get_textpage().get_text_range().replace("\x02", "").replace("\ufffe", "") for page in read]


def figures(made: bytes) -> list[str]:
    """Return the alternative text of every Figure of a tagged PDF ("" where it has none)."""
    found: list[str] = []
    read = pypdfium2.PdfDocument(made)
    for page in read:
        tree = pdfium.FPDF_StructTree_GetForPage(page)
        if not tree:
            continue
        for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at), found)
        pdfium.FPDF_StructTree_Close(tree)
    return found


def _walk(element: object, found: list[str]) -> None:
    if not element:
        return
    if _string(pdfium.FPDF_StructElement_GetType, element) == "Figure":
        found.append(_string(pdfium.FPDF_StructElement_GetAltText, element))
    for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
        _walk(pdfium.FPDF_StructElement_GetChildAtIndex(element, at), found)


def _string(call: object, element: object) -> str:
    size = call(element, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le")
