"""The parameters of a notebook are its own `parameters` cell; what does not fit it is refused before anything runs."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ita_analysis.errors import ParameterError, Problem, nearest

TAG = "parameters"
_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: name, type, default and the comment that says what it is."""

    name: str
    type: str
    default: Any
    comment: str


def parameters_of(notebook: Mapping[str, Any], file: str) -> dict[str, Parameter]:
    """Return the parameters of `notebook` by name, in the order of its parameters cell.

    Raises:
        ParameterError: there is no such cell, more than one, or a line of it is not `name: type = value`.
    """
    cells = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and TAG in cell.get("metadata", {}).get("tags", [])
    ]
    if len(cells) != 1:
        found = "ไม่มีเซลล์ parameters" if not cells else f"เซลล์ parameters {len(cells)} เซลล์"
        raise _refused(
            file, [_problem(file, "parameters-cell", found, "เซลล์ parameters หนึ่งเซลล์", "ติดป้าย parameters ให้เซลล์เดียว")]
        )
    source = "".join(cells[0]["source"])
    try:
        body = ast.parse(source).body
        comments = _comments(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as error:
        place = f"บรรทัด {error.lineno} " if isinstance(error, SyntaxError) else ""
        fault = _problem(file, "parameters-syntax", f"{place}อ่านไม่ได้", "ชื่อ: ชนิด = ค่า", "แก้เซลล์ parameters")
        raise _refused(file, [fault]) from error
    found_all: dict[str, Parameter] = {}
    problems = []
    for statement in body:
        made = _parameter(statement, comments)
        if made is None:
            problems.append(
                _problem(
                    file,
                    "parameters-form",
                    f"บรรทัด {statement.lineno}",
                    "ชื่อ: ชนิด = ค่า",
                    "ใช้ชนิด str int float bool และค่าคงที่",
                )
            )
        elif made.name in found_all:
            problems.append(
                _problem(file, "parameters-twice", f"{made.name} สองบรรทัด", "ชื่อละบรรทัด", "ลบบรรทัดที่เกิน", made.name)
            )
        else:
            found_all[made.name] = made
    if problems:
        raise _refused(file, problems)
    return found_all


def _comments(source: str) -> dict[int, str]:
    """Return the comment of each line that has one; a # inside quotes begins none."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ").strip() for token in tokens if token.type == tokenize.COMMENT}


def _parameter(statement: ast.stmt, comments: Mapping[int, str]) -> Parameter | None:
    if (
        not isinstance(statement, ast.AnnAssign)
        or not isinstance(statement.target, ast.Name)
        or statement.value is None
    ):
        return None
    kind = ast.unparse(statement.annotation)
    try:
        default = ast.literal_eval(statement.value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if kind not in _TYPES or not _fits(default, kind):
        return None
    return Parameter(statement.target.id, kind, default, comments.get(statement.end_lineno or 0, ""))


def _fits(value: Any, kind: str) -> bool:
    """Return whether `value` has the type `kind`; a whole number fits float, True and False fit bool alone."""
    if kind == "float":
        return type(value) is float or (type(value) is int and abs(value) < 2**53)  # a greater one would be rounded
    return type(value) is _TYPES[kind]


def checked(declared: Mapping[str, Parameter], given: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return `given` as the notebook takes it, whole numbers made float where it says float.

    Raises:
        ParameterError: a name that the notebook does not have (with the nearest), or a value of another type; all at once.
    """
    problems = []
    for name, value in given.items():
        if name not in declared:
            close = " ".join(nearest(name, declared)) or " ".join(declared)
            problems.append(
                _problem(file, "parameter-unknown", f"'{name}'", "พารามิเตอร์ที่สมุดงานมี", f"ใกล้เคียง: {close}", name)
            )
        elif not _fits(value, declared[name].type):
            found = f"{value!r} ({type(value).__name__})"
            problems.append(_problem(file, "parameter-type", found, declared[name].type, "แก้ค่าให้ถูกชนิด", name))
    if problems:
        raise _refused(file, problems)
    return {name: float(value) if declared[name].type == "float" else value for name, value in given.items()}


def _problem(file: str, code: str, found: str, expected: str, fix: str, column: str = "") -> Problem:
    return Problem(code=code, file=file, column=column, found=found, expected=expected, fix=fix)


def _refused(file: str, problems: list[Problem]) -> ParameterError:
    return ParameterError(f"พารามิเตอร์ของ {file} ใช้ไม่ได้ จึงยังไม่ได้รัน", problems)
