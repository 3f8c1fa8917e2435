"""What is wrong with a rule file: every fault of its schema and of its parts beside each other, all at once."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from ita_analysis.errors import Problem
from ita_analysis.framework.codes import level_of
from ita_analysis.framework.model import Framework, Item, Sourced
from ita_analysis.framework.words import words

_SHOWN_LENGTH = 60  # letters of a found value that a message shows
_HARMLESS = {
    "kind": "survey",
    "confidence": "unknown",
    **dict.fromkeys(("note", "name_th", "short_th", "topic_th"), ""),
}


class RuleProblem(Problem):
    """A fault of a rule file; its `column` holds the place inside the file, such as `items › (code) › parents`."""

    def line_th(self) -> str:
        """Return the problem as one Thai line: place, found, expected, what to do."""
        said: dict[str, str] = words()["message"]
        row = [] if self.row is None else [said["line_number"].format(row=self.row)]
        place = " · ".join([self.file, *row, *([self.column] if self.column else [])])
        return said["line"].format(place=place, found=self.found, expected=self.expected, fix=self.fix)


@dataclass(frozen=True)
class Fault:
    """One fault before it has its words: `kind` names a table of `[fault]` or `[schema]` in `words.toml`."""

    kind: str
    place: str
    found: str
    row: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    table: str = "fault"

    def problem(self, file: str) -> Problem:
        """Return the fault as a problem of `file`, in Thai."""
        table = words()[self.table]
        said = table.get(self.kind, words()["schema"]["other"])
        return RuleProblem(
            code=f"rules-{self.kind.replace('_', '-')}",
            file=file,
            found=self.found if len(self.found) <= _SHOWN_LENGTH else f"{self.found[:_SHOWN_LENGTH]}…",
            expected=said["expected"].format(**self.values),
            fix=said["fix"],
            row=self.row,
            column=self.place,
        )


def faults_of(
    tables: dict[str, Any], file_name: str, schemes: Mapping[str, tuple[str, bool]]
) -> tuple[Framework | None, list[Fault]]:
    """Return the rules and every fault in them; the rules are None where the schema is broken.

    Args:
        tables: a rule file as TOML gives it.
        file_name: the file's name without its ending, which must be `<scheme>-<year>`.
        schemes: scheme -> (Thai name, made up or not) of the schemes that ship.
    """
    raw = _tuples(tables)
    try:
        framework = Framework.model_validate(raw)
        return framework, list(_cross_checks(framework, file_name, schemes, broken=frozenset()))
    except ValidationError as error:
        faults = [_schema_fault(raw, dict(one)) for one in error.errors(include_url=False)]
        rest, broken = _sound_rest(raw, error, file_name)
    with contextlib.suppress(
        ValidationError
    ):  # too little may be left to compare; the schema's own faults are reported
        faults += _cross_checks(Framework.model_validate(rest), file_name, schemes, broken=broken)
    return None, faults


def _tuples(value: Any) -> Any:
    """Return TOML values with every list as a tuple, which is what the strict schema takes."""
    if isinstance(value, dict):
        return {key: _tuples(one) for key, one in value.items()}
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _sound_rest(raw: dict[str, Any], error: ValidationError, file_name: str) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the file without its broken parts, and the names of the tables that lost one.

    A part stays where its only fault lies in a field that nothing else rests on (a name, a confidence, a field too
    many): so a slip of the pen does not hide what else is wrong with the file.
    """
    sources = raw.get("sources")
    harmless = {**_HARMLESS, "source": next(iter(sources), "") if isinstance(sources, dict) else ""}
    tables = {table: dict(enumerate(value)) if isinstance(value, tuple) else value for table, value in raw.items()}
    broken: set[str] = set()
    for one in error.errors(include_url=False):
        table, *inside = one["loc"]
        rows = tables.get(str(table))
        if not inside or not isinstance(inside[0], int) or not isinstance(rows, dict):
            tables.pop(str(table), None)
            broken.add(str(table))
            continue
        at, name = inside[0], str(inside[1]) if len(inside) == 2 else ""
        if at in rows and name and one["type"] == "extra_forbidden":
            rows[at] = {key: value for key, value in rows[at].items() if key != name}
        elif at in rows and name in harmless:
            rows[at] = {**rows[at], name: harmless[name]}
        elif at in rows:
            del rows[at]
            broken.add(str(table))
    rest = {table: tuple(value.values()) if isinstance(raw[table], tuple) else value for table, value in tables.items()}
    scheme, _, year = file_name.rpartition("-")
    stand_ins = {"schema_version": 1, "scheme": scheme, "scheme_th": "", "sources": {}}
    return {**stand_ins, "fiscal_year_be": int(year) if year.isdecimal() else 0, **rest}, frozenset(broken)


def _schema_fault(raw: dict[str, Any], error: dict[str, Any]) -> Fault:
    steps: list[str] = []
    value: Any = raw
    for step in error["loc"]:
        value = value[step] if _has(value, step) else None
        code = value.get("code") or value.get("name_th") or value.get("previous") if isinstance(value, dict) else None
        steps.append(f"{step + 1}{f' ({code})' if code else ''}" if isinstance(step, int) else str(step))
    missing = error["type"] == "missing"
    found = words()["message"]["nothing"] if missing else repr(error["input"])
    values = {**error.get("ctx", {}), "message": error["msg"]}
    return Fault(error["type"], " › ".join(steps), found, values=values, table="schema")


def _has(value: Any, step: Any) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, tuple) and isinstance(step, int) and step < len(value)


def _cross_checks(
    framework: Framework, file_name: str, schemes: Mapping[str, tuple[str, bool]], *, broken: frozenset[str]
) -> Iterator[Fault]:
    """Yield the faults that show only where parts stand beside each other; tables in `broken` are not held against others."""
    if not broken & {"scheme", "fiscal_year_be"} and framework.name != file_name:
        yield Fault("file_name", "", file_name, values={"expected": f"{framework.name}.toml"})
    if framework.scheme in schemes and not broken & {"scheme_th", "is_synthetic"}:
        said = (framework.scheme_th, framework.is_synthetic)
        for place, found, expected in zip(("scheme_th", "is_synthetic"), said, schemes[framework.scheme], strict=True):
            if found != expected:
                yield Fault("scheme_said", place, str(found), values={"expected": expected})
    yield from _codes(framework)
    yield from _parents(framework, broken)
    if "instruments" not in broken:
        yield from _weights(framework)
    if not broken & {"items", "sub_indicators", "indicators"}:
        yield from _lists(framework)
    if "sources" not in broken:
        for place, part in sourced_parts(framework):
            if part.source not in framework.sources:
                yield Fault("no_such_source", f"{place} › source", part.source)
        crosswalk = framework.crosswalk
        if crosswalk is not None and crosswalk.source not in framework.sources:
            yield Fault("no_such_source", "crosswalk › source", crosswalk.source)
    yield from _levels(framework)
    yield from _links(framework, broken)


def sourced_parts(framework: Framework) -> Iterator[tuple[str, Sourced]]:
    """Yield every fact of `framework` that carries a source, with its place in the file."""
    if framework.pass_line is not None:
        yield "pass_line", framework.pass_line
    for table in ("instruments", "indicators", "sub_indicators", "items"):
        for part in getattr(framework, table):
            yield f"{table} › {part.code}", part
    for instrument in framework.instruments:
        for piece in instrument.parts:
            yield f"instruments › {instrument.code} › parts › {piece.code}", piece
    for scale in framework.scales:
        yield f"scales › {scale.instrument}", scale
    for level in framework.levels:
        yield f"levels › {level.name_th}", level
    if framework.crosswalk is not None:
        for link in framework.crosswalk.links:
            yield f"crosswalk › links › {link.code or link.previous}", link


def _codes(framework: Framework) -> Iterator[Fault]:
    pieces = tuple(piece for instrument in framework.instruments for piece in instrument.parts)
    levels: Sequence[tuple[str, str, Sequence[Any]]] = (
        ("instruments", "instrument", (*framework.instruments, *pieces)),
        ("indicators", "indicator", framework.indicators),
        ("sub_indicators", "sub_indicator", framework.sub_indicators),
        ("items", "item", framework.items),
    )
    for table, level, parts in levels:
        seen: set[str] = set()
        for part in parts:
            if level_of(part.code) != level:
                yield Fault(
                    "code_form", f"{table} › {part.code}", part.code, values={"expected": words()["example"][level]}
                )
            if part.code in seen:
                yield Fault("code_twice", f"{table} › {part.code}", part.code)
            seen.add(part.code)


def _parents(framework: Framework, broken: frozenset[str]) -> Iterator[Fault]:
    sub_indicators = {part.code for part in framework.sub_indicators}
    if "instruments" not in broken:
        for indicator in framework.indicators:
            if indicator.instrument not in framework.instrument:
                place = f"indicators › {indicator.code} › instrument"
                yield Fault("no_such_instrument", place, indicator.instrument)
        for scale in framework.scales:
            if scale.instrument not in framework.instrument:
                yield Fault("no_such_instrument", f"scales › {scale.instrument}", scale.instrument)
            if scale.points and len(scale.points) != scale.steps:
                yield Fault("scale_points", f"scales › {scale.instrument} › points", str(len(scale.points)))
    if "indicators" not in broken:
        for part in framework.sub_indicators:
            if part.indicator not in framework.indicator:
                yield Fault("no_such_indicator", f"sub_indicators › {part.code} › indicator", part.indicator)
    for item in framework.items:
        place = f"items › {item.code}"
        if (item.status == "open") != (len(item.parents) > 1):
            yield Fault("open_status", f"{place} › status", f"{item.status}, {', '.join(item.parents)}")
        if not broken & {"indicators", "sub_indicators"}:
            for parent in item.parents:
                if parent not in framework.indicator and parent not in sub_indicators:
                    yield Fault("no_such_parent", f"{place} › parents", parent)
        if level_of(item.code) == "item" and not broken & {"indicators", "sub_indicators", "instruments"}:
            yield from _letter(framework, item, place)


def _letter(framework: Framework, item: Item, place: str) -> Iterator[Fault]:
    for code in framework.indicators_of(item.code):
        indicator = framework.indicator.get(code)
        if indicator is not None and indicator.instrument[:1] != item.code[:1]:
            values = {"expected": next((one for one in framework.instrument if one[0] == item.code[0]), item.code[0])}
            yield Fault("wrong_instrument", f"{place} › parents", f"{code} ({indicator.instrument})", values=values)


def _weights(framework: Framework) -> Iterator[Fault]:
    weights = {one.code: one.weight for one in framework.instruments if one.weight is not None}
    if weights and len(weights) < len(framework.instruments):
        missing = ", ".join(one for one in framework.instrument if one not in weights)
        yield Fault("some_weights", "instruments › weight", f"{words()['message']['nothing']} {missing}")
    elif weights and not math.isclose(sum(weights.values()), 1, abs_tol=1e-9):
        yield Fault("weights_sum", "instruments › weight", f"{sum(weights.values()):g}")
    for instrument in framework.instruments:
        total = sum(piece.share for piece in instrument.parts)
        if instrument.parts and not math.isclose(total, 1, abs_tol=1e-9):
            yield Fault("shares_sum", f"instruments › {instrument.code} › parts", f"{total:g}")


def _lists(framework: Framework) -> Iterator[Fault]:
    """Yield where `items_listed` or `mean_of` says something that the lists do not show."""
    listed = {code[:1].upper() for code in framework.item}
    for instrument in framework.instruments:
        if (instrument.items_listed == "none") == (instrument.code[:1] in listed):
            place = f"instruments › {instrument.code} › items_listed"
            yield Fault("no_items", place, instrument.items_listed)
    divided = {part.indicator for part in framework.sub_indicators}
    for indicator in framework.indicators:
        if indicator.mean_of != "unknown" and (indicator.mean_of == "sub-indicators") != (indicator.code in divided):
            yield Fault("mean_of", f"indicators › {indicator.code} › mean_of", indicator.mean_of)


def _levels(framework: Framework) -> Iterator[Fault]:
    for upper, lower in zip(framework.levels, framework.levels[1:], strict=False):
        heights = [
            (one.min_total, -1.0 if one.min_instrument is None else one.min_instrument) for one in (upper, lower)
        ]
        if heights[0] <= heights[1]:
            yield Fault("levels_order", f"levels › {lower.name_th}", f"{lower.min_total:g}")


def _links(framework: Framework, broken: frozenset[str]) -> Iterator[Fault]:
    crosswalk = framework.crosswalk
    if crosswalk is None:
        return
    if "fiscal_year_be" not in broken and crosswalk.from_year != framework.fiscal_year_be - 1:
        values = {"expected": framework.fiscal_year_be - 1}
        yield Fault("year_before", "crosswalk › from_year", str(crosswalk.from_year), values=values)
    seen: set[tuple[str, str]] = set()
    for link in crosswalk.links:
        place = f"crosswalk › links › {link.code or link.previous}"
        sides = {"new": (True, False), "gone": (False, True)}.get(link.relation, (True, True))
        if (bool(link.code), bool(link.previous)) != sides:
            yield Fault("link_sides", place, f"{link.relation}: code='{link.code}' previous='{link.previous}'")
        if link.code and link.code not in framework.item and "items" not in broken:
            yield Fault("no_such_code", place, link.code)
        for side, code in (("code", link.code), ("previous", link.previous)):
            if code and level_of(code) != "item":
                yield Fault("code_form", f"{place} › {side}", code, values={"expected": words()["example"]["item"]})
            if code and (side, code) in seen:
                yield Fault("linked_twice", f"{place} › {side}", code)
            seen.add((side, code))
