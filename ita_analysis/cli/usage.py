"""What is said, in Thai, of a command line that means nothing: an unknown verb or option, a value that is missing or wrong."""

from __future__ import annotations

import difflib
import re
import sys
from typing import Any

from ita_analysis.errors import UsageError

_KINDS = {"int": "จำนวนเต็ม", "float": "ตัวเลข"}
_PANELS = {
    "OPTIONS_PANEL_TITLE": "ตัวเลือก",
    "COMMANDS_PANEL_TITLE": "คำสั่ง",
    "ARGUMENTS_PANEL_TITLE": "ค่าที่ต้องให้",
    "REQUIRED_LONG_STRING": "[ต้องมี]",
    "DEFAULT_STRING": "[ปกติ: {}]",
}


def usage_error(error: Any) -> UsageError:
    """Return what the reader is told of an error that typer found in the command line."""
    context = error.ctx
    verb = context.command_path if context else "ita"
    help_th = f"ดูทุกตัวเลือกด้วย {verb} --help"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = " หรือ ".join(error.possibilities or [])
        return UsageError(f"ไม่มีตัวเลือก {error.option_name}", todo=f"ใช้ {near} หรือ{help_th}" if near else help_th)
    if kind == "MissingParameter":
        return UsageError(f"ขาด {_name(error.param)}", todo=help_th)
    if kind == "BadOptionUsage":
        return UsageError(f"{error.option_name} ต้องมีค่าตามหลัง", todo=help_th)
    if kind == "BadParameter":
        found = error.__cause__.errors()[0] if hasattr(error.__cause__, "errors") else {"type": "", "input": ""}
        wanted = _KINDS.get(found["type"].partition("_")[0])
        said = f"ค่า {found['input']} ของ {_name(error.param)} ใช้ไม่ได้"
        return UsageError(said, todo=f"ต้องเป็น{wanted}" if wanted else help_th)
    verbs = list(getattr(context.command, "commands", {})) if context else []
    if verbs:
        given = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
        near = " หรือ ".join(difflib.get_close_matches(given, verbs, 2))
        return UsageError(f"ไม่มีคำสั่ง {given}", todo=f"ใช้ {near} หรือ{help_th}" if near else help_th)
    words = re.search(r" \((.*)\)$", error.format_message())
    return UsageError(f"{verb} ไม่รับ {words[1] if words else error.format_message()}", todo=help_th)


def speak_thai() -> None:
    """Have the pages of help use Thai headings."""
    from typer import rich_utils

    for name, text in _PANELS.items():
        setattr(rich_utils, name, text)


def _name(parameter: Any) -> str:
    """Return an option as it is typed, an argument by its name."""
    return (
        str(parameter.opts[0]) if parameter.opts and parameter.opts[0].startswith("-") else str(parameter.name).upper()
    )
