"""Is this machine fit to make briefs: small checks, each with one Thai sentence and what to do where it fails."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import ItaError

NEEDED_BYTES = 500_000_000
KERNEL_S = 60
WORDS = ("ที่", "น้ำ", "ปู่", "กตัญญู")  # marks above and below, stacked, and letters that lose their foot
REINSTALL = "สร้างสภาพแวดล้อมใหม่: ลบโฟลเดอร์ .venv แล้วสั่ง make demo"


@dataclass(frozen=True)
class Result:
    """What one check found; `todo` is empty where all is well."""

    name: str
    ok: bool
    said: str
    todo: str = ""

    def as_record(self) -> dict[str, object]:
        """Return the fields that `ita doctor --json` prints."""
        return asdict(self)


Look = Callable[[], Result]


def checks(output: Path) -> Mapping[str, Look]:
    """Return the checks by name, cheapest first."""
    return {
        "versions": versions,
        "write-outputs": lambda: can_write("write-outputs", output, "เลือกโฟลเดอร์อื่นด้วย --output"),
        "write-cache": lambda: can_write("write-cache", places.cache_folder(), "กำหนดโฟลเดอร์อื่นด้วยตัวแปร ITA_CACHE"),
        "disk-outputs": lambda: has_room("disk-outputs", output),
        "disk-cache": lambda: has_room("disk-cache", places.cache_folder()),
        "fonts": fonts,
        "shaping": shaping,
        "kernel": kernel,
    }


def run_check(name: str, look: Look) -> Result:
    """Return what `look` found; one that breaks has failed, with what it said."""
    try:
        return look()
    except ItaError as error:
        return Result(name, False, error.message, error.todo or REINSTALL)
    except Exception as error:  # a check must never be the thing that falls over
        return Result(name, False, f"ตรวจ {name} ไม่สำเร็จ: {type(error).__name__}: {error}", REINSTALL)


def versions(package: str = "ita-analysis") -> Result:
    """Return whether every package that ours asks for is there and new enough."""
    wrong = []
    asked = [line for line in requires(package) or () if "extra ==" not in line]
    for line in asked:
        parts = re.match(r"([A-Za-z0-9._-]+)\s*(?:>=\s*([0-9.]+))?", line)
        name, least = (parts[1], parts[2] or "0") if parts else (line, "0")
        try:
            found = version(name)
        except PackageNotFoundError:
            wrong.append(f"ไม่มี {name}")
            continue
        if _number(found) < _number(least):
            wrong.append(f"{name} {found} ต้องเป็น {least} ขึ้นไป")
    if wrong:
        return Result("versions", False, f"แพ็กเกจไม่ครบ: {' · '.join(wrong)}", REINSTALL)
    return Result("versions", True, f"แพ็กเกจครบ {len(asked)} รายการ")


def _number(text: str) -> tuple[int, ...]:
    """Return the release number as a tuple; 1.2 and 1.2.0 are equal."""
    head = re.match(r"[0-9.]*", text)
    numbers = [int(part) for part in (head[0] if head else "").split(".") if part]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def can_write(name: str, folder: Path, other: str) -> Result:
    """Return whether a file can be written in `folder`, or where it would be made; leaves nothing behind."""
    place = _standing(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".ita-doctor-") as stream:
            stream.write(b"ita")
            stream.flush()
    except OSError as error:
        return Result(name, False, f"เขียนลง {folder} ไม่ได้ ({error.strerror})", f"ตรวจสิทธิ์ หรือ{other}")
    return Result(name, True, f"เขียนลง {folder} ได้")


def has_room(name: str, folder: Path, needed: int = NEEDED_BYTES) -> Result:
    """Return whether the disk of `folder` has `needed` bytes free."""
    free = shutil.disk_usage(_standing(folder)).free
    said = f"เนื้อที่ว่างของ {folder}: {free / 1e9:,.1f} GB"
    if free < needed:
        return Result(name, False, said, f"ทำให้ว่างอย่างน้อย {needed / 1e9:,.1f} GB")
    return Result(name, True, said)


def _standing(folder: Path) -> Path:
    """Return `folder`, or the nearest one above it that stands."""
    folder = folder.absolute()
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)


def fonts() -> Result:
    """Return whether the page fonts are in the cache, made first where they are not."""
    from ita_analysis.thai import fonts as page_fonts

    folder = page_fonts.font_folder()
    return Result("fonts", True, f"แบบอักษรพร้อม ({len(list(folder.iterdir()))} ไฟล์)")


def shaping(words: tuple[str, ...] = WORDS) -> Result:
    """Return whether Thai words set by typst stand in the PDF as every reader copies them: a glyph for each cluster.

    Where a cluster takes several glyphs, readers give its marks back doubled, lost or out of order.
    """
    import typst

    from ita_analysis.thai import fonts as page_fonts

    loaded = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[page_fonts.font_folder()]
    )
    page = f'#set text(font: "{page_fonts.PDF_FAMILY}", lang: "th", fallback: false)\n{" ".join(words)}'
    made = typst.Compiler(page.encode("utf-8"), font_paths=loaded).compile(format="pdf")
    assert isinstance(made, bytes)
    spoken = texts_of_glyphs(made)
    lost = [word for word in words if not _is_spelt(word, spoken)]
    if lost:
        return Result("shaping", False, f"อักษรไทยใน PDF อ่านกลับไม่ได้: {' '.join(lost)}", "ลบโฟลเดอร์ fonts ในแคชแล้วสั่งใหม่")
    return Result("shaping", True, f"อักษรไทยใน PDF อ่านกลับได้ครบ: {' '.join(words)}")


def texts_of_glyphs(document: bytes) -> set[str]:
    """Return what each glyph of a PDF says to a reader who copies it; nothing where some text takes more than a glyph."""
    spoken: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        with contextlib.suppress(zlib.error):
            stream = zlib.decompressobj().decompress(stream)
        if b"/ActualText" in stream:
            return set()
        if b"beginbfchar" in stream:
            for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", stream):
                with contextlib.suppress(ValueError):
                    spoken.add(bytes.fromhex(code.decode("ascii")).decode("utf-16-be"))
    return spoken


def _is_spelt(word: str, spoken: set[str]) -> bool:
    """Return whether every consonant of `word` has a glyph that says it together with its marks."""
    return all(cluster in spoken for cluster in re.findall(r".[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*", word))


def kernel() -> Result:
    """Return whether a kernel starts and can import us."""
    from jupyter_client.manager import KernelManager

    from ita_analysis.run.folders import own_folders

    with own_folders(), tempfile.TemporaryDirectory(prefix="ita-doctor-", ignore_cleanup_errors=True) as scratch:
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(extra_arguments=["--IPKernelApp.log_level=50"], cwd=scratch)
        client = manager.blocking_client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=KERNEL_S)
            reply = client.execute_interactive(
                "import ita_analysis.brief.district", timeout=KERNEL_S, allow_stdin=False, output_hook=lambda _: None
            )
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    if reply["content"]["status"] != "ok":
        said = f"เคอร์เนลใช้ชุดงานนี้ไม่ได้: {reply['content'].get('ename')}: {reply['content'].get('evalue')}"
        return Result("kernel", False, said, REINSTALL)
    return Result("kernel", True, "เคอร์เนล python3 เริ่มทำงานและใช้ชุดงานนี้ได้")
