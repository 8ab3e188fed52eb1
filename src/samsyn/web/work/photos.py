"""Pictures of places before and after: read, made anew without anything but pixels, kept by content.

A picture from a telephone says where and when it was taken, and with what. Nothing of that is kept: the
pixels are drawn on a new picture. Faces and plates are not blurred here; whoever sends the picture has to
say that none can be seen.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps, UnidentifiedImageError

from samsyn.domain.errors import SamsynError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82


class PhotoRefused(SamsynError):
    """A picture that cannot be kept."""

    code = "SAM665"
    template = _("The picture cannot be kept: %(why)s.")
    mend = _("Send a JPEG, PNG or WebP under 10 MB that you have looked through.")


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A picture made anew: the bytes of a JPEG with nothing but pixels in it."""

    content: bytes
    width: int
    height: int
    sha256: str


def clean(data: bytes, *, confirmed: bool) -> CleanPhoto:
    """Return the picture drawn anew, at most 1600 pixels long, turned as it was held.

    Raises
    ------
    PhotoRefused
        Nobody has looked it through, it is too large, or it is no picture.
    """
    if not confirmed:
        raise PhotoRefused(why=_("nobody has looked it through"))
    if len(data) > MOST_BYTES:
        raise PhotoRefused(why=_("it is larger than 10 MB"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source = Image.open(io.BytesIO(data), formats=FORMATS)
            if source.width * source.height > MOST_PIXELS:
                raise PhotoRefused(why=_("it has too many pixels"))
            turned = ImageOps.exif_transpose(source)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            pixels = turned.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PhotoRefused(why=_("it is no picture that can be read")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoRefused(why=_("it has too many pixels")) from error
    paper = Image.new("RGB", pixels.size, "white")
    paper.paste(pixels, mask=pixels.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=QUALITY, optimize=True)
    content = written.getvalue()
    return CleanPhoto(content, paper.width, paper.height, hashlib.sha256(content).hexdigest())


def path_of(workspace_slug: str, sha256: str) -> Path:
    """Return where a picture's file lies."""
    return Path(settings.SAMSYN_HOME) / "media" / workspace_slug / sha256[:2] / f"{sha256}.jpg"


def keep(workspace_slug: str, photo: CleanPhoto) -> None:
    """Write the file, unless the same picture lies there already."""
    path = path_of(workspace_slug, photo.sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(photo.content)
    part.replace(path)
