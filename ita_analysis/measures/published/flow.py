"""The rows of a report as items: texts and scores joined over pages, and the blocks of measures that items share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ita_analysis.measures.published.codes import Printed, has_letter, readings, token_at_start
from ita_analysis.measures.published.lists import last_number, marker_of
from ita_analysis.measures.published.markup import Cell
from ita_analysis.measures.published.pages import Heading, Pages, heading_of, is_rule, letters
from ita_analysis.measures.published.parts import Block, Draft, Inner, Shown, extend, segments, without_own
from ita_analysis.measures.published.scores import Figure, figures_in
from ita_analysis.measures.published.source import Row, words


@dataclass
class Flow:
    """Goes through the rows of a report once."""

    drafts: list[Draft] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    others: list[Row] = field(default_factory=list)  # rows that are no part of an item
    tables: list[Inner] = field(default_factory=list)  # tables beside or below an item
    heads: int = 0
    are_cells_whole: bool = False  # a Word file: no sentence goes on in the row below
    _pages: Pages = field(default_factory=Pages)
    _instrument: str = ""
    _heading: Heading | None = None
    _heading_page: int = 0
    _block: Block | None = None
    _group: list[Row] = field(default_factory=list)
    _bare: int = -1  # column of the last paragraphs on a page without columns; -1: none yet

    def read(self, rows: Sequence[Row]) -> None:
        """Take every row in order."""
        for row in rows:
            if not row.is_table and row.text and heading_of(row) is None:
                self._group.append(row)
                continue
            self._end_group()
            if self._pages.is_head(row):
                self.heads, self._bare = self.heads + 1, -1
            elif heading := heading_of(row):
                self._under(heading)
            elif self.heads and is_rule(row):
                continue
            elif self.heads and self._pages.is_content(row):
                self._row(row)
            elif row.text:
                self._other(row)
        self._end_group()

    def _under(self, heading: Heading) -> None:
        self.headings.append(heading)
        self._block = None
        self._instrument = heading.instrument or self._instrument
        if heading.indicator_no:
            self._heading, self._heading_page = heading, self.heads

    def _other(self, row: Row) -> None:
        texts = tuple(cell.text for cell in row.cells)
        if self._pages.is_copy(row):
            self._copy(row.line, texts)
            return
        self.others.append(row)
        if row.is_table:
            if self.tables and self.tables[-1].is_loose and self.tables[-1].rows[-1][0] == row.line - 1:
                self.tables[-1].rows.append((row.line, texts))
            else:
                self.tables.append(Inner([(row.line, texts)], is_loose=True, block=self._block))
        if self._block and self._bare >= words()["head"]["order"].index("result") and row.is_table:
            self._show_below(row)

    def _copy(self, line: int, texts: tuple[str, ...]) -> None:
        """Note that a line gives a row of a table above once more: the row has a line of its own from now on."""
        if self._block and self._block.shown and self._block.shown[-1].last == line - 1:
            self._block.shown[-1].last = line
        rows = self.tables[-1].rows if self.tables else []
        for place, (own, known) in enumerate(rows):
            is_next = place == 0 or rows[place - 1][0] in (line - 1, own + 1)
            if own < line and is_next and known == texts[: len(known)]:
                rows[place] = (line, known)
                return

    def _show_below(self, row: Row) -> None:
        """Take a table below the columns of a page without them as evidence, as far as its rows go without a break."""
        assert self._block is not None
        table = (tuple(cell.text for cell in row.cells),)
        shown = self._block.shown
        if not shown:
            shown.append(Shown(row.line, row.line, Cell(tables=(table,))))
        elif shown[-1].last == row.line - 1:
            shown[-1].last = row.line

    # --- rows of the table

    def _row(self, row: Row) -> None:
        self._bare = -1
        cells = {name: without_own(self._pages.cell(row, name)) for name in words()["head"]["order"]}
        pieces = list(segments(cells["item"].paragraphs))
        continues = bool(pieces) and not pieces[0][0] and bool(self.drafts)
        begun = [draft for draft in (self._segment(row.line, *segment) for segment in pieces) if draft]
        self._place(begun, cells, row, continues=continues)
        if self.drafts:
            owner = self.drafts[-1]
            if len(begun) + continues > 1 and cells["issue"].paragraphs:
                owner.whys.setdefault("issue_th", "text_two_items")
            extend(owner.issue, row.line, cells["issue"].paragraphs)
            owner.lines.add(row.line)
        if self._block is not None:
            self._show(row, cells["evidence"])
        self._pages.remember_inner(row)

    def _segment(self, line: int, token: str, text: str, figure: Figure | None) -> Draft | None:
        """Add a piece of an item cell to its item; return the item where it begins here."""
        draft = self._begin(token, line) if token else None
        owner = draft or (self.drafts[-1] if self.drafts else None)
        if owner:
            extend(owner.item, line, (text,))
            if figure:
                owner.figures.append((line, figure))
            owner.lines.add(line)
        return draft

    def _begin(self, token: str, line: int) -> Draft:
        draft = Draft(Printed(token, line, self._instrument), Block(), self._heading)
        draft.is_on_page_of_heading = self.heads == self._heading_page
        self.drafts.append(draft)
        return draft

    def _place(self, begun: Sequence[Draft], cells: dict[str, Cell], row: Row, *, continues: bool) -> None:
        """Put the items that begin in a row, and its measures and results, into the block they belong to."""
        issue = letters(" ".join(cells["issue"].paragraphs))
        texts = {name: self._fresh(name, cells[name].paragraphs, issue, row.line) for name in ("measure", "result")}
        dropped = {name for name in texts if cells[name].paragraphs and not texts[name]}
        for place, draft in enumerate(begun):
            why = self._joins(texts, is_later=place > 0 or continues)
            if why and self._block is not None:
                self._block.why[len(self._block.drafts)] = why
            else:
                self._block = Block()
            self._block.drafts.append(draft)
            draft.block = self._block
        if self._block is None:
            return
        for name in dropped:
            self._block.copied.append((row.line, name))
        extend(self._block.measure, row.line, texts["measure"])
        extend(self._block.result, row.line, texts["result"])

    def _fresh(self, name: str, paragraphs: Sequence[str], issue: str, line: int) -> tuple[str, ...]:
        """Return the paragraphs without those that only repeat the issue beside them or the end of the block above."""
        above = getattr(self._block, name)[-1:] if self._block else []
        least = words()["limits"]["shared_letters"]

        def is_copy(text: str) -> bool:
            plain = letters(text)
            if len(plain) < least or marker_of(text):
                return False
            return plain == issue or any(letters(part.text[-3 * len(text) :]).endswith(plain) for part in above)

        return tuple(text for text in paragraphs if not is_copy(text))

    def _joins(self, texts: dict[str, tuple[str, ...]], *, is_later: bool) -> str:
        """Return why an item that begins here shares the block above, or an empty string: it has its own."""
        block = self._block
        if block is None or not (block.measure or block.result):
            return ""
        if is_later:
            return "shared_cell"
        name = next((name for name in ("measure", "result") if texts[name]), "")
        if not name:
            return "shared_empty"
        before = last_number(getattr(block, name))
        marker = marker_of(texts[name][0])
        if marker.isdecimal():
            return "shared_runs" if before and int(marker) in (before + 1, before + 2) else ""
        return "shared_unnumbered" if not marker and before and not self.are_cells_whole else ""

    def _show(self, row: Row, cell: Cell) -> None:
        assert self._block is not None
        if cell.paragraphs or cell.tables or cell.picture:
            self._block.shown.append(Shown(row.line, row.line, cell))
        for table in cell.tables:
            self.tables.append(Inner([(row.line, texts) for texts in table if any(texts)], False, self._block))

    # --- pages without columns

    def _end_group(self) -> None:
        """Take paragraphs that stand together: an item, or the next column of the one above."""
        group, self._group = self._group, []
        if not group:
            return
        texts = [text for row in group for text in row.cells[0].paragraphs]
        token = token_at_start(texts[0]) if self.heads else ""
        has_score = any(figures_in(text) for text in texts)
        if token and (has_score or token[:1] in "IEO" and has_letter(token)) and readings(token, self._instrument):
            self._bare_item(group)
        elif self._bare < 0 or self._block is None:
            self.others += group
        else:
            self._bare_column(group)

    def _bare_item(self, group: Sequence[Row]) -> None:
        self._bare = 0
        for row in group:
            for token, text, figure in segments(row.cells[0].paragraphs):
                if token and row is group[0]:
                    draft = self._begin(token, row.line)
                    draft.block = self._block = Block([draft], is_bare=True)
                    draft.whys |= dict.fromkeys(("item_text_th", "issue_th"), "text_bare")
                    token = ""
                owner = self.drafts[-1]
                extend(owner.item, row.line, (f"{token} {text}" if token else text,))
                owner.lines.add(row.line)
                if figure:
                    owner.figures.append((row.line, figure))

    def _bare_column(self, group: Sequence[Row]) -> None:
        order = words()["head"]["order"]
        self._bare += 1
        is_list = bool(marker_of(group[0].cells[0].text))
        if is_list and self._bare < order.index("measure"):
            self._bare = order.index("measure")
        if self._bare >= order.index("evidence") or self._block is None:
            self.others += group
            return
        name = order[self._bare]
        into = self.drafts[-1].issue if name == "issue" else getattr(self._block, name)
        for row in group:
            extend(into, row.line, row.cells[0].paragraphs)
            self.drafts[-1].lines.add(row.line)
