"""What helps while typing in the register's workbook: drop-downs, hints, and the formula that says what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ita_analysis.measures.checks import unsaid
from ita_analysis.measures.form_plan import Form, Plan
from ita_analysis.measures.schema import Column, Table, suggestions
from ita_analysis.measures.words import say

LONGEST_LIST = 255  # characters that a drop-down of Excel takes
LONGEST_HELP = 255
LONGEST_FORMULA = 8_000  # Excel takes 8,192
_BREAKING = set(',"\n\t')


def is_exact(text: str) -> bool:
    """Return whether a number of ours is the same after Excel has kept it in 64 bits."""
    return Decimal(repr(float(text))) == Decimal(text)


def add_choices(sheet: Any, plan: Plan, plans: Mapping[str, Plan], form: Form) -> None:
    """Add drop-downs and hints to the open columns; reading checks everything again, for people paste past them."""
    for at, column in enumerate(plan.table.columns):
        if column.locked:
            continue
        rule = _rule(column, plans, form)
        year = int(form.head["fiscal_year_be"])
        text = column.help.format(year=year, before=year - 1)[:LONGEST_HELP]
        if rule is None and not text:
            continue
        rule = rule or {"validate": "any"}
        if text:
            rule |= {"input_title": column.label[:32], "input_message": text}
        sheet.data_validation(plan.first - 1, at, plan.last - 1, at, rule)


def _rule(column: Column, plans: Mapping[str, Plan], form: Form) -> dict[str, Any] | None:
    if column.choices:
        return {"validate": "list", "source": list(column.choices.values()), "error_message": say("form", "choose")}
    source = _source(column, plans, form)
    if source:
        return {
            "validate": "list",
            "source": source,
            "error_type": "information",
            "error_message": say("form", "other"),
        }
    if column.kind in ("number", "whole"):
        kind = "decimal" if column.kind == "number" else "integer"
        said = {"error_type": "warning", "error_message": say("form", "number")}
        return {"validate": kind, "criteria": ">=", "value": 0, **said}
    return None


def _source(column: Column, plans: Mapping[str, Plan], form: Form) -> str | list[str]:
    if column.list == "documents":
        return _fitting(form.document_codes)
    if column.list or column.refers in (("measures",), ("results",)):
        table = column.list or column.refers[0]
        plan = plans[table]
        return f"='{plan.table.sheet}'!{plan.range_of(plan.table.key[0])}" if plan.keys or plan.blank else ""
    if column.suggest:
        used = [found[column.name] for plan in plans.values() for found in plan.rows.values() if column.name in found]
        return _fitting(dict.fromkeys([*suggestions(column.suggest), *filter(None, used)]))
    return ""


def _fitting(names: Iterable[str]) -> list[str]:
    """Return as many names as a drop-down takes; a comma or a quotation mark would take it apart."""
    found: list[str] = []
    for name in names:
        joined = ",".join([*found, name])
        if not set(name) & _BREAKING and len(joined.encode("utf-16-le")) <= 2 * LONGEST_LIST:
            found.append(name)
    return found


# --- the line that says what is missing


def missing_now(table: Table, plans: Mapping[str, Plan]) -> str:
    """Return what the line on top of a sheet says of the rows as they are written."""
    plan = plans[table.name]
    gaps = [name for found in plan.rows.values() for name in unsaid(table.name, found)]
    counts = [(column.label, gaps.count(column.name)) for column in table.columns if column.wanted]
    parts = [say("form", "rows", label=label, count=count) for label, count in counts if count]
    parts += [say("form", "without", code=code) for code in _without(plans)] if table.name == "items" else []
    return say("form", "missing") + ("".join(parts) or say("form", "nothing"))


def _without(plans: Mapping[str, Plan]) -> Iterator[str]:
    """Yield the weak items that no measure names."""
    served = {code for found in plans["measures"].rows.values() for code in found["item_codes"].split()}
    yield from (code for code in _weak(plans) if code not in served)


def _weak(plans: Mapping[str, Plan]) -> list[str]:
    plan = plans["items"]
    return [code for code in plan.keys if plan.rows[code]["reason"] == "below"]


def missing_formula(table: Table, plans: Mapping[str, Plan]) -> str:
    """Return the same line as a formula of Excel, so that it counts while people type."""
    plan = plans[table.name]
    parts = [_count_part(table, column, plan) for column in table.columns if column.wanted]
    if table.name == "items":
        for code in _weak(plans):
            part = _without_part(code, plans["measures"])
            if len("".join([*parts, part])) < LONGEST_FORMULA:
                parts.append(part)
    joined = "&".join(parts) or '""'
    nothing = say("form", "nothing")
    if 2 * len(joined) > LONGEST_FORMULA:
        return f"={_quoted(say('form', 'missing'))}&{joined}"
    return f'={_quoted(say("form", "missing"))}&{joined}&IF(LEN({joined})=0,{_quoted(nothing)},"")'


def _count_part(table: Table, column: Column, plan: Plan) -> str:
    count = f'SUMPRODUCT({_applies(table, column, plan)}*({plan.range_of(column.name)}=""))'
    before, _, after = say("form", "rows", label=column.label, count="\0").partition("\0")
    return f'IF({count}>0,{_quoted(before)}&{count}&{_quoted(after)},"")'


def _applies(table: Table, column: Column, plan: Plan) -> str:
    """Return the part of the formula that is 1 in the rows of which `column` is wanted."""
    if column.wanted == "weak":
        reason = table.column("reason")
        return f"({plan.range_of(reason.name)}={_quoted(reason.shown('below'))})"
    others = [one.name for one in table.typed]
    used = "((" + ")+(".join(f'{plan.range_of(name)}<>""' for name in others) + ")>0)"
    if column.wanted == "file":
        basis = table.column("basis")
        return f"{used}*({plan.range_of(basis.name)}<>{_quoted(basis.shown('printed'))})"
    return used


def _without_part(code: str, measures: Plan) -> str:
    cells = f"'{measures.table.sheet}'!{measures.range_of('item_codes')}"
    found = f'SUMPRODUCT(--ISNUMBER(SEARCH(" {code} "," "&SUBSTITUTE({cells},","," ")&" ")))'
    return f'IF({found}=0,{_quoted(say("form", "without", code=code))},"")'


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
