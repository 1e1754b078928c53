"""Pictures of digits, drawn with a round pen: large, white on black, from edge to edge."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

SIDE = 200


class Pen:
    """Draws on a black square of SIDE pixels with a pen of `width` pixels."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.image = Image.new("L", (SIDE, SIDE), 0)
        self._draw = ImageDraw.Draw(self.image)

    def line(self, *points: tuple[int, int]) -> Pen:
        """A line through the points, with round ends and corners."""
        self._draw.line(points, fill=255, width=self.width, joint="curve")
        for x, y in points:
            radius = self.width / 2
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        return self

    def arc(self, box: tuple[int, int, int, int], start: int, end: int) -> Pen:
        """A part of the ellipse in `box`, in degrees, clockwise from the right."""
        self._draw.arc(box, start, end, fill=255, width=self.width)
        return self


def draw(digit: int, width: int = 22) -> Image.Image:
    """The digit as a person might write it."""
    pen = Pen(width)
    drawn = {
        0: lambda: pen.arc((50, 15, 150, 185), 0, 360),
        1: lambda: pen.line((75, 50), (105, 20), (105, 180)),
        2: lambda: pen.arc((50, 15, 150, 105), 180, 30).line((143, 82), (55, 178), (150, 178)),
        3: lambda: pen.arc((50, 12, 145, 102), 200, 90).arc((50, 95, 150, 188), -90, 160),
        4: lambda: pen.line((120, 180), (120, 20), (45, 125), (155, 125)),
        5: lambda: pen.line((145, 20), (65, 20), (62, 90)).arc((45, 75, 150, 185), -120, 150),
        6: lambda: pen.arc((50, 85, 150, 185), 0, 360).line((120, 15), (62, 110), (58, 135)),
        7: lambda: pen.line((50, 22), (150, 22), (90, 180)),
        8: lambda: pen.arc((58, 12, 142, 100), 0, 360).arc((50, 90, 150, 188), 0, 360),
        9: lambda: pen.arc((50, 15, 150, 115), 0, 360).line((140, 70), (138, 100), (110, 185)),
    }
    drawn[digit]()
    return pen.image


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The image as a file of that kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def form(
    content: bytes, field: str = "image", filename: str | None = "digit.png", boundary: str = "xyz"
) -> bytes:
    """A multipart/form-data body with one part."""
    name = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"{name}\r\n\r\n'
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
