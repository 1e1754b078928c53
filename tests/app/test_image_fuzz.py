"""No image and no form makes the service fail: hundreds of seeded mutations, bounded memory, bounded time."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time

import pytest
from PIL import Image

from inference_app.hosts.assembly import Application
from inference_app.serving.answer import answer
from inference_app.serving.messages import Request
from tests.app.support.drawings import draw, form, saved
from tests.app.support.process import ROOT

PATH = "/models/picture/predict"
FORM = "multipart/form-data; boundary=xyz"


def seeds() -> list[bytes]:
    """Small files of every sort that is read."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    colours = Image.merge("RGBA", [draw(digit) for digit in (3, 5, 8, 0)]).resize((60, 40))
    grey = draw(7).resize((48, 48))
    palette = colours.convert("RGB").quantize(16)
    return [
        saved(grey),
        saved(colours),
        saved(palette, transparency=3),
        saved(colours, exif=exif, dpi=(72, 72)),
        saved(grey, save_all=True, append_images=[draw(1).resize((48, 48))]),
        saved(grey, "JPEG"),
        saved(colours.convert("RGB"), "JPEG", progressive=True, exif=exif),
        saved(colours.convert("CMYK"), "JPEG"),
        saved(colours.convert("RGB"), "MPO", save_all=True, append_images=[colours.convert("RGB")]),
    ]


def mutated(content: bytes, dice: random.Random) -> bytes:
    """The content with bytes changed, taken out, put in twice or cut off."""
    changed = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        at = dice.randrange(len(changed) or 1)
        kind = dice.random()
        if kind < 0.6 and changed:
            changed[at] = dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256)))
        elif kind < 0.75:
            del changed[at : at + dice.randrange(1, 30)]
        elif kind < 0.9:
            changed[at:at] = changed[at : at + dice.randrange(1, 200)]
        else:
            del changed[at + 1 :]
    return bytes(changed)


def ask(application: Application, token: str, content: bytes, content_type: str) -> int:
    """The status; every answer must be JSON."""
    headers = {"authorization": f"Bearer {token}", "content-type": content_type}
    reply = answer(Request("POST", PATH, "", headers, content, "", "fuzz-0003"), application.services)
    assert json.loads(reply.body) is not None
    return reply.status


@pytest.mark.parametrize("number", range(len(seeds())))
def test_no_mutated_picture_makes_the_service_fail(number: int, application: Application, token: str) -> None:
    content = seeds()[number]
    dice = random.Random(number)
    assert ask(application, token, content, "image/png") == 200
    seen = {ask(application, token, mutated(content, dice), "image/png") for _ in range(150)}
    assert seen <= {200, 400, 413}
    assert 400 in seen  # the dice break something


def test_no_mutated_form_makes_the_service_fail(application: Application, token: str) -> None:
    dice = random.Random(12)
    content = form(seeds()[0])
    seen = set()
    for _ in range(800):
        head = content.index(b"\r\n\r\n") + 4
        where = dice.random()
        if where < 0.5:
            body = mutated(content[:head], dice) + content[head:]
        elif where < 0.8:
            body = content[:-40] + mutated(content[-40:], dice)
        else:
            body = mutated(content, dice)
        seen.add(ask(application, token, body, FORM))
    assert seen <= {200, 400, 413}
    assert {200, 400} <= seen


def test_no_boundary_makes_the_service_fail(application: Application, token: str) -> None:
    dice = random.Random(13)
    for _ in range(300):
        noise = "".join(dice.choice("xyz\"=;, \t-\\*'%\x00é0") for _ in range(dice.randrange(80)))
        content_type = dice.choice(
            (f"multipart/form-data; boundary={noise}", f"multipart/form-data; {noise}")
        )
        assert ask(application, token, form(seeds()[0]), content_type) in (200, 400), content_type


@pytest.mark.parametrize(
    "content",
    [
        b"\r\n" * 2 * 2**20,
        b"\r\n--" * 2**20,
        b"-" * 2**22,
        b"\r\n--xyz\r\n" * 400_000,
        b"--xyz\r\na: " + b"b" * 2**22,
    ],
    ids=["lines", "dashes", "dash", "boundaries", "a header"],
)
def test_a_hostile_form_of_4_mib_is_refused_in_a_moment(
    content: bytes, application: Application, token: str
) -> None:
    started = time.process_time()
    for body in (content, form(content)):
        assert ask(application, token, body, FORM) in (400, 413)
    assert time.process_time() - started < 3


MEASURE = """
import resource, struct, sys, zlib
from inference_app.errors import ApiError
from inference_app.models.inputs import Input
from inference_app.serving.images import image_from
from inference_app.serving.messages import Request

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

def png(side, depth, colour, bits):
    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0)
    pack = zlib.compressobj(9)
    pixels = b"".join([*(pack.compress(bytes(1 + side * bits // 8)) for _ in range(side)), pack.flush()])
    return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

item = Input("image", "image", "", 0.0, 16.0, shape=(8, 8), width=8, height=8, mode="L", scale=16.0)
def ask(content):
    image_from(Request("POST", "", "", {"content-type": "image/png"}, content, "", ""), item)

ask(png(8, 8, 0, 8))
files = [png(4096, *kind) for kind in ((8, 6, 32), (16, 6, 64), (16, 0, 16), (1, 0, 1))]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for content in files:
    ask(content)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_the_largest_pictures_take_under_128_mib() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert int(done.stdout) < 128


def test_fuzzing_left_no_memory_behind(application: Application, token: str) -> None:
    large = saved(Image.new("RGB", (3000, 3000)), "JPEG")
    ask(application, token, large, "image/jpeg")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10):
        assert ask(application, token, large, "image/jpeg") == 200
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024
