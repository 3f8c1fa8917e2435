"""Workbooks written part by part, so that any part can be wrong: `workbook([["code"], ["I1"]])`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PERCENT, DATE = 1, 2  # styles that every workbook here has


class Cell(str):
    """A cell given as XML, without its address: `Cell('<c t="e"><v>#N/A</v></c>')`."""


def styled(value: float | str, style: int) -> Cell:
    return Cell(f'<c s="{style}"><v>{value}</v></c>')


def formula(text: str, value: str = "") -> Cell:
    return Cell(f"<c><f>{escape(text)}</f>" + (f"<v>{value}</v></c>" if value else "</c>"))


def error(text: str = "#N/A") -> Cell:
    return Cell(f'<c t="e"><v>{text}</v></c>')


def boolean(value: bool = True) -> Cell:
    return Cell(f'<c t="b"><v>{int(value)}</v></c>')


def letters(column: int) -> str:
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def cell_xml(row: int, column: int, value: object) -> str:
    if value is None:
        return ""
    address = f'r="{letters(column)}{row}"'
    if isinstance(value, Cell):
        return value.replace("<c", f"<c {address}", 1)
    if isinstance(value, (int, float)):
        return f"<c {address}><v>{value!r}</v></c>"
    return f'<c {address} t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet_xml(
    rows: Sequence[Sequence[object]], *, before: str = "", after: str = "", hidden: Sequence[int] = ()
) -> str:
    lines = []
    for number, cells in enumerate(rows, start=1):
        mark = ' hidden="1"' if number in hidden else ""
        found = "".join(cell_xml(number, column, value) for column, value in enumerate(cells))
        lines.append(f'<row r="{number}"{mark}>{found}</row>')
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="d/m/yyyy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def parts(
    sheets: Mapping[str, str] | Sequence[Sequence[object]],
    *,
    states: Mapping[str, str] | None = None,
    strings: Sequence[str] = (),
) -> dict[str, str]:
    """Return the members of a workbook by name; `sheets` is name -> XML, or the rows of one sheet called Scores."""
    named = sheets if isinstance(sheets, Mapping) else {"Scores": sheet_xml(sheets)}
    links, books, found = [], [], {}
    for at, (name, xml) in enumerate(named.items(), start=1):
        state = f' state="{states[name]}"' if states and name in states else ""
        books.append(f'<sheet name="{escape(name)}" sheetId="{at}"{state} r:id="rId{at}"/>')
        links.append(f'<Relationship Id="rId{at}" Type="{LINKS}/worksheet" Target="worksheets/sheet{at}.xml"/>')
        found[f"xl/worksheets/sheet{at}.xml"] = xml
    links.append(f'<Relationship Id="rIdS" Type="{LINKS}/styles" Target="styles.xml"/>')
    found["xl/styles.xml"] = STYLES
    if strings:
        links.append(f'<Relationship Id="rIdT" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>')
        found["xl/sharedStrings.xml"] = (
            f'<sst xmlns="{MAIN}">' + "".join(f"<si>{one}</si>" for one in strings) + "</sst>"
        )
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{"".join(books)}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{"".join(links)}</Relationships>',
        **found,
    }


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """Return the members as the bytes of a zip file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook of one sheet with `rows` as bytes."""
    return packed(parts(rows))
