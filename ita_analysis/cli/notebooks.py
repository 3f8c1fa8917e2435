"""The verb for an analyst's own notebook: a copy of a checked template, under a name of its own."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from ita_analysis import places
from ita_analysis.cli.frame import app, say
from ita_analysis.errors import InputError, MachineError, UnknownNameError, UsageError, nearest

OWN = "own"  # folder of an analyst's own notebooks beside those that ship


@app.command(epilog="ตัวอย่าง: ita new my-question")
def new(
    name: Annotated[str, typer.Argument(help="ชื่อสมุดงาน ใช้ตัวอักษรอังกฤษ ตัวเลข - _", metavar="NAME")],
    template: Annotated[str, typer.Option("--template", help="แม่แบบใน notebooks/templates")] = "question",
) -> None:
    """คัดลอกแม่แบบสมุดงานที่ตรวจแล้วไปที่ notebooks/own เพื่อถามเรื่องของตนเอง"""
    stem = name.removesuffix(".ipynb")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", stem):
        raise UsageError(f"ชื่อ '{name}' ใช้ไม่ได้", todo="ใช้ตัวอักษรอังกฤษ ตัวเลข - _ ไม่เกิน 60 ตัว")
    known = {path.stem: path for path in sorted((places.notebooks_folder() / "templates").glob("*.ipynb"))}
    if template not in known:
        close = " ".join(nearest(template, known) or known)
        raise UnknownNameError(f"ไม่มีแม่แบบ '{template}'", todo=f"แม่แบบที่มี: {close}")
    made = places.notebooks_folder() / OWN / f"{stem}.ipynb"
    try:
        made.parent.mkdir(exist_ok=True)
        with made.open("xb") as stream:
            stream.write(known[template].read_bytes())
    except FileExistsError:
        raise InputError(f"มี {places.shown(made)} อยู่แล้ว จึงไม่ได้เขียนทับ", todo="ตั้งชื่ออื่น") from None
    except OSError as error:
        raise MachineError(
            f"เขียน {places.shown(made)} ไม่ได้: {error.strerror}", todo="ตรวจสิทธิ์และพื้นที่ว่างของโฟลเดอร์ notebooks"
        ) from error
    print(made)
    say("เปิดด้วย make lab แล้วเลือกไฟล์นี้ทางซ้าย แก้เซลล์ parameters แล้วเลือก Run All Cells")
