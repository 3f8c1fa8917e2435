"""How a block looks inside JupyterLab: escaped HTML with its own small style; exported pages never use it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ita_analysis.brief.block_parts import BaseBlock, Cell, Line, Run
    from ita_analysis.brief.blocks import Dataset

FIRST_ROWS = 5  # of a dataset
_STYLE = "font-family:'ITA Sarabun',Sarabun,sans-serif;line-height:1.5;max-width:174mm"
_COLOURS = {
    "ink": "#1f2933",
    "muted": "#5b6770",
    "accent": "#0b5c8a",
    "below": "#b3261e",
    "above": "#1b6e4b",
    "waiting": "#7a4f00",
}


def preview(block: BaseBlock) -> str:
    """Return escaped HTML of `block` for a notebook's screen."""
    from ita_analysis.brief import blocks

    if isinstance(block, blocks.Cover):
        head = " · ".join(filter(None, [block.eyebrow, block.badge]))
        body = f"<p>{escape(head)}</p><h1>{escape(block.title)}</h1><p>{escape(block.subtitle)}</p>"
    elif isinstance(block, blocks.Kpis):
        body = "".join(
            f"<div style='display:inline-block;vertical-align:top;width:24%'>{escape(tile.label)}"
            f"<div style='font-size:200%;color:{_COLOURS[tile.tone]}'><b>{escape(tile.value)}</b> <small>{escape(tile.unit)}</small></div>"
            f"{'<br>'.join(_line(runs) for runs in tile.lines)}</div>"
            for tile in block.tiles
        )
    elif isinstance(block, blocks.Checklist):
        tasks = "".join(
            f"<li><b>{escape(task.action)}</b><br>{escape(task.detail)} · {escape(task.owner)} · {escape(task.due)}</li>"
            for task in block.tasks
        )
        body = f"<h2>{escape(block.title)}</h2><ol>{tasks}</ol>"
    elif isinstance(block, blocks.Table):
        sides = [column.align for column in block.columns]
        head = "".join(f"<th style='text-align:{one.align}'>{escape(one.label)}</th>" for one in block.columns)
        rows = "".join(
            f"<tr>{_cell(row.cells[0], 'left', len(sides)) if row.group else ''.join(map(_cell, row.cells, sides))}</tr>"
            for row in block.rows
        )
        body = f"<h2>{escape(block.title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        body += f"<p><small>{escape(block.note)}</small></p>"
    elif isinstance(block, blocks.Chart):
        body = f"<h2>{escape(block.title)}</h2><div role='img' aria-label='{escape(block.alt)}'>{block.svg}</div>"
        body += f"<p><small>{escape(block.note)}</small></p>"
    elif isinstance(block, blocks.Text):
        body = f"<h2>{escape(block.title)}</h2>" if block.title else ""
        body += "".join(f"<p>{_line(runs)}</p>" for runs in block.paragraphs)
        if block.bullets:
            body += "<ul>" + "".join(f"<li>{_line(runs)}</li>" for runs in block.bullets) + "</ul>"
    elif isinstance(block, blocks.Dataset):
        body = _dataset(block)
    else:
        body = ""
    return f'<div style="{_STYLE}">{body}</div>'


def _dataset(block: Dataset) -> str:
    """Return the first rows of a dataset, and how many there are."""
    head = "".join(f"<th>{escape(column.label)}</th>" for column in block.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{'' if value is None else escape(str(value))}</td>" for value in values) + "</tr>"
        for values in block.rows[:FIRST_ROWS]
    )
    said = f"annex.xlsx · {block.description} · {min(FIRST_ROWS, len(block.rows))}/{len(block.rows)}"
    return (
        f"<h3>{escape(block.title)}</h3><p><small>{escape(said)}</small></p>"
        f"<div style='overflow-x:auto'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _line(runs: Line) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    """Return one run; ink is the colour of the notebook's own text, which may be light on dark."""
    text = f"<b>{escape(run.text)}</b>" if run.bold else escape(run.text)
    return text if run.tone == "ink" else f"<span style='color:{_COLOURS[run.tone]}'>{text}</span>"


def _cell(cell: Cell, side: str, span: int = 1) -> str:
    wide = f" colspan='{span}'" if span > 1 else ""
    return f"<td{wide} style='text-align:{side}'>{'<br>'.join(_line(runs) for runs in cell.lines)}</td>"
