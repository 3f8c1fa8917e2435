"""Pictures made of dots on their way into a page: decoded under limits and written anew, so nothing else comes along."""

from __future__ import annotations

import io
import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_DOTS = 50_000_000
WIDEST = 2000  # dots; more than a page can show
STEEPEST, STEEPEST_PHOTO = 12, 20  # times higher than wide, or wider than high; evidence is taken in up to 20
JPEG_QUALITY = 85
_PICTURE_SEGMENTS = frozenset((0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD))  # frames, Huffman and quantisation tables, restarts
_PLAIN_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"  # the one application segment that says nothing but the dots' shape


@dataclass(frozen=True)
class CleanPhoto:
    """A picture of evidence that may stand on a page: its bytes, what they are, width and height in dots."""

    data: bytes
    kind: Literal["jpeg", "png"]
    width: int
    height: int

    @property
    def encoded(self) -> str:
        """Return the bytes in base64."""
        return b64encode(self.data).decode("ascii")

    @property
    def media_type(self) -> str:
        """Return what a page calls this kind of file."""
        return f"image/{self.kind}"


@lru_cache(maxsize=64)
def clean_photo(encoded: str) -> CleanPhoto | None:
    """Return the evidence `encoded` (base64) as a picture that surely decodes and carries nothing else; None where it is none.

    A JPEG without metadata stays as it is, byte for byte: written anew it would lose a little each time. One with
    metadata is written anew, turned upright; every other format becomes a fresh PNG.
    """
    opened = _opened(encoded, lambda picture: (picture.format, picture.mode, picture.size), STEEPEST_PHOTO)
    if opened is None:
        return None
    form, mode, (width, height) = opened
    data = b64decode("".join(encoded.split()))
    if form == "JPEG" and mode in ("L", "RGB") and max(width, height) <= WIDEST and _is_plain_jpeg(data):
        is_whole = _opened(encoded, lambda picture: picture.load() is not None, STEEPEST_PHOTO)
        return CleanPhoto(data, "jpeg", width, height) if is_whole else None
    picture = _opened(encoded, _flat, STEEPEST_PHOTO)
    if picture is None:
        return None
    kind: Literal["jpeg", "png"] = "jpeg" if form in ("JPEG", "MPO") else "png"
    return CleanPhoto(_written(picture, kind), kind, picture.width, picture.height)


@lru_cache(maxsize=32)
def clean_png(encoded: str) -> str | None:
    """Return the picture `encoded` (base64) as a fresh PNG (base64) in sRGB without metadata; None where it is none."""
    picture = _opened(encoded, _flat, STEEPEST)
    return None if picture is None else b64encode(_written(picture, "png")).decode("ascii")


def _opened(encoded: str, use: Callable[[Any], Any], steepest: int) -> Any:
    """Return what `use` makes of the picture, or None where it can't be opened within the limits."""
    from PIL import Image

    try:
        blob = io.BytesIO(b64decode("".join(encoded.split()), validate=True))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(blob, formats=FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_DOTS or max(width, height) > steepest * min(width, height):
                    return None
                return use(opened)
    except Exception:  # a decoder may raise anything on a broken file, and warnings are errors here
        return None


def _flat(opened: Any) -> Any:
    """Return the picture upright, in RGB on white paper, no larger than a page can show."""
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(opened).convert("RGBA")
    picture.thumbnail((WIDEST, WIDEST * 2))
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat


def _written(picture: Any, kind: Literal["jpeg", "png"]) -> bytes:
    made = io.BytesIO()
    if kind == "jpeg":
        picture.save(made, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        picture.save(made, "PNG", optimize=True)
    return made.getvalue()


def _is_plain_jpeg(data: bytes) -> bool:
    """Return whether a JPEG holds its picture and nothing else: no metadata, no comment, no profile, nothing behind it."""
    if not data.startswith(_PLAIN_HEAD) or data[18:20] != b"\0\0":
        return False
    at = 20
    while data[at : at + 1] == b"\xff":
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xD9:
            return at + 2 == len(data)
        if marker == 0xDA:  # a scan: its dots run up to the next marker that is none of theirs
            at = _scan_end(data, at + 2 + size)
        elif marker in _PICTURE_SEGMENTS and size >= 2:
            at += 2 + size
        else:
            return False
        if at + 1 >= len(data):
            return False
    return False


def _scan_end(data: bytes, at: int) -> int:
    """Return where the dots of a scan end: at an 0xFF that is neither data nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
    return len(data)


def size_of(clean: str) -> tuple[int, int]:
    """Return width and height in dots of a picture that `clean_png` made."""
    head = b64decode(clean[:64])
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
