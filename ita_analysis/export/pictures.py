"""Pictures made of dots on their way into a page: decoded under limits and written anew, so nothing else comes along."""

from __future__ import annotations

import io
import warnings
from base64 import b64decode, b64encode
from functools import lru_cache

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_DOTS = 50_000_000
WIDEST = 2000  # dots; more than a page can show
STEEPEST = 12


@lru_cache(maxsize=32)
def clean_png(encoded: str) -> str | None:
    """Return the picture `encoded` (base64) as a fresh PNG (base64) in sRGB without metadata; None where it is none."""
    from PIL import Image, ImageOps

    try:
        blob = io.BytesIO(b64decode("".join(encoded.split()), validate=True))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(blob, formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_DOTS:
                    return None
                picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except Exception:  # a decoder may raise anything on a broken file, and warnings are errors here
        return None
    if max(picture.width / picture.height, picture.height / picture.width) > STEEPEST:
        return None
    picture.thumbnail((WIDEST, WIDEST * 2))
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    made = io.BytesIO()
    flat.save(made, "PNG", optimize=True)
    return b64encode(made.getvalue()).decode("ascii")


def size_of(clean: str) -> tuple[int, int]:
    """Return width and height in dots of a picture that `clean_png` made."""
    head = b64decode(clean[:64])
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
