"""The page fonts: a Sarabun for PDF that every reader copies and searches right, and small web fonts.

Stock Sarabun moves Thai marks with positioning rules, and readers give them back doubled or lost. The PDF font has one
glyph for each Thai cluster (consonant, vowel, tone) instead, so a reader sees one glyph with its letters in order.
Both are made once into the cache folder; a run only reads them.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import tempfile
from base64 import b64encode
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import MachineError

PDF_FAMILY = "ITA Sarabun"
WEIGHTS = {"Regular": 400, "Medium": 500, "Bold": 700}
LICENCE_FILE = "OFL.txt"
SUMS_FILE = "SHA256SUMS"
PACKAGES = ("fontpkg-sarabun", "fonttools", "uharfbuzz", "brotli")


def pdf_font_file(style: str) -> str:
    """Return the file name of the PDF face `style`: "Regular", "Medium" or "Bold"."""
    return f"ITASarabun-{style}.ttf"


def web_font_file(style: str) -> str:
    """Return the file name of the web face `style`."""
    return f"Sarabun-{style}.woff2"


def font_folder() -> Path:
    """Return the folder of the page fonts, made first if it is absent or damaged.

    Returns:
        A folder inside the cache, named after the versions that made it: three PDF faces (TTF), three web faces
        (WOFF2), the licence and the sums of all. Two processes may ask at once; each gets a whole folder.

    Raises:
        MachineError: the cache folder can't be written.
    """
    return _ready(places.cache_folder() / "fonts" / recipe_key())


@functools.cache
def recipe_key() -> str:
    """Return the name of this recipe: a short hash of the packages' versions and of the modules that build."""
    here = Path(__file__)
    marks = [f"{name} {version(name)}" for name in PACKAGES]
    marks += [hashlib.sha256(part.read_bytes()).hexdigest() for part in (here, here.with_name("font_recipe.py"))]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]


@functools.cache
def web_font_css() -> str:
    """Return the `@font-face` rules of the page font, Thai and Latin, with the fonts inside as data addresses."""
    folder = font_folder()
    rules = []
    for style, weight in WEIGHTS.items():
        data = b64encode((folder / web_font_file(style)).read_bytes()).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{PDF_FAMILY}";font-style:normal;font-weight:{weight};'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(rules) + "\n"


def stock_font(style: str) -> Path:
    """Return the Sarabun face `style` as its package ships it."""
    return _package_folder() / "files" / f"Sarabun-{style}.ttf"


def build(folder: Path) -> None:
    """Write the page fonts into the empty `folder`; equal versions give equal bytes."""
    from ita_analysis.thai import font_recipe

    for style, weight in WEIGHTS.items():
        stock = stock_font(style)
        (folder / pdf_font_file(style)).write_bytes(font_recipe.pdf_font(stock, PDF_FAMILY, style, weight))
        (folder / web_font_file(style)).write_bytes(font_recipe.web_font(stock))
    shutil.copyfile(_package_folder() / "LICENSE", folder / LICENCE_FILE)
    files = sorted(folder.iterdir())
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (folder / SUMS_FILE).write_text(sums, encoding="ascii", newline="\n")
    for file in folder.iterdir():
        file.chmod(0o644)


def _package_folder() -> Path:
    spec = find_spec("fontpkg_sarabun")
    if spec is None or spec.origin is None:
        raise MachineError("ไม่พบชุดแบบอักษร Sarabun", todo="ติดตั้งสภาพแวดล้อมใหม่ด้วย make test")
    return Path(spec.origin).parent


@functools.cache
def _ready(folder: Path) -> Path:
    """Return `folder` after one check per process; build it where it is absent or damaged."""
    if _is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as workshop:
            made = Path(workshop) / "new"
            made.mkdir(mode=0o755)
            build(made)
            for attempt in range(5):
                if _moved(made, folder):
                    return folder
                if _is_whole(folder):  # another process was faster
                    return folder
                _moved(folder, Path(workshop) / f"damaged-{attempt}")
    except OSError as error:
        raise MachineError(
            f"สร้างแบบอักษรในโฟลเดอร์แคชไม่ได้: {error.strerror}",
            todo="ตรวจสิทธิ์และพื้นที่ว่างของโฟลเดอร์แคช หรือกำหนดโฟลเดอร์อื่นด้วยตัวแปร ITA_CACHE",
        ) from error
    raise MachineError("โฟลเดอร์แบบอักษรในแคชเสียหายและแทนที่ไม่ได้", todo="ลบโฟลเดอร์ fonts ในแคชแล้วเรียกใหม่")


def _moved(source: Path, target: Path) -> bool:
    """Return whether `source` now stands at `target`; false where something is in the way or gone."""
    try:
        os.rename(source, target)
    except OSError:
        return False
    return True


def _is_whole(folder: Path) -> bool:
    """Return whether every file of `folder` is there with the bytes it was made with."""
    try:
        lines = (folder / SUMS_FILE).read_text(encoding="ascii").splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        wanted = {LICENCE_FILE, *map(pdf_font_file, WEIGHTS), *map(web_font_file, WEIGHTS)}
        return set(sums) == wanted and all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items()
        )
    except (OSError, ValueError):
        return False
