"""An image comes as a body, a form or values, to the same answer at every door; a bad one is refused."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_app.hosts.assembly import Application
from inference_app.models.inputs import Input
from inference_app.serving import decoding
from inference_app.serving.images import is_surely_quick
from inference_app.serving.messages import Request
from inference_app.settings import Release
from tests.app.support.doors import Asked, Door
from tests.app.support.drawings import draw, form, saved
from tests.app.support.pictures import chunk, grey, png, read, refused
from tests.app.support.process import ROOT
from tests.app.support.published import release_of

MIB = 1024 * 1024
PNG = {"Content-Type": "image/png"}
JPEG = {"Content-Type": "image/jpeg"}
FORM = {"Content-Type": "multipart/form-data; boundary=xyz"}
PATH = "/models/picture/predict"
DIGITS = ROOT / "model_artifacts" / "digits"


def test_a_body_a_form_and_the_values_get_the_same_answer_at_every_door(
    doors: dict[str, Door], bearer: dict[str, str]
) -> None:
    pixels = np.zeros((8, 8), dtype=np.uint8)
    pixels[:4, 4:] = 255  # the second quarter
    values = {"instances": [(pixels * 16 / 255).tolist()]}
    large = Image.fromarray(pixels.repeat(25, axis=0).repeat(25, axis=1))
    for content, headers in (
        (saved(large), PNG),
        (saved(large), JPEG),  # what it is, the content says
        (form(saved(large)), FORM),
        (json.dumps(values).encode(), {"Content-Type": "application/json"}),
    ):
        asked = Asked("POST", PATH, headers={**bearer, **headers, "X-Request-Id": "image-0001"}, body=content)
        answers = {door: ask(asked) for door, ask in doors.items()}
        expected = answers["wsgi"]
        assert (expected.status, json.loads(expected.body)["prediction"]) == (200, [1])
        assert sum(json.loads(expected.body)["probability"][0]) == pytest.approx(1)
        assert {door: reply.own for door, reply in answers.items()} == dict.fromkeys(answers, expected.own)


def test_a_photograph_of_4_mib_passes_and_a_byte_more_does_not(
    doors: dict[str, Door], bearer: dict[str, str]
) -> None:
    photograph = saved(Image.new("L", (8, 8), 255), "JPEG")
    largest = photograph + bytes(4 * MIB - len(photograph))
    for name, ask in doors.items():
        for content, headers, status in (
            (largest, JPEG, 200),
            (form(largest), FORM, 200),
            (largest + b"\0", JPEG, 413),
            (form(largest + b"\0"), FORM, 413),
        ):
            reply = ask(Asked("POST", PATH, headers={**bearer, **headers}, body=content))
            assert (name, len(content), reply.status) == (name, len(content), status)
            if status == 413:
                assert json.loads(reply.body)["code"] == "body_too_large"


REFUSALS: dict[str, tuple[bytes, dict[str, str], int, str, str]] = {
    "a GIF": (saved(draw(3), "GIF"), PNG, 400, "invalid_image", "a GIF came"),
    "a WebP": (b"RIFF0000WEBPVP8 ", PNG, 400, "invalid_image", "a WebP"),
    "a text": (b"three", PNG, 400, "invalid_image", "something else came"),
    "nothing": (b"", PNG, 400, "invalid_image", "an empty file came"),
    "a GIF's type": (
        saved(draw(3), "GIF"),
        {"Content-Type": "image/gif"},
        415,
        "unsupported_media_type",
        "image/gif",
    ),
    "no type": (saved(draw(3)), {"Content-Type": ""}, 415, "unsupported_media_type", "none came"),
    "compressed": (
        *(zlib.compress(saved(draw(3))), {**PNG, "Content-Encoding": "deflate"}),
        *(415, "unsupported_media_type", "without Content-Encoding"),
    ),
    "half a PNG": (saved(draw(3))[:-200], PNG, 400, "invalid_image", "cannot be read"),
    "half a JPEG": (saved(draw(3), "JPEG")[:1000], JPEG, 400, "invalid_image", "truncated"),
    "a PNG's first bytes": (b"\x89PNG\r\n\x1a\n", PNG, 400, "invalid_image", "cannot be read"),
    "too many pixels": (png(4097, 4096), PNG, 413, "too_many_pixels", "4097 by 4096 came"),
    "a bomb": (png(2**31 - 1, 2**31 - 1), PNG, 413, "too_many_pixels", "2147483647 by 2147483647 came"),
    "a form without a file": (form(b"3", filename=None), FORM, 400, "invalid_form", "text came"),
    "a form with another field": (form(saved(draw(3)), "photo"), FORM, 400, "invalid_form", "'photo' came"),
    "a form with nothing": (b"--xyz--\r\n", FORM, 400, "invalid_form", "none came"),
    "a form with two files": (
        form(saved(draw(3))).removesuffix(b"--\r\n") + b"\r\n" + form(saved(draw(4))),
        *(FORM, 400, "invalid_form", "2 came"),
    ),
    "a form with more than the file": (
        form(saved(draw(3))).removesuffix(b"--\r\n") + b"\r\n" + form(b"b", "a", None),
        *(FORM, 400, "invalid_form", "'a', 'image' came"),
    ),
    "a form of many parts": (
        form(b"b", "a", None).removesuffix(b"--\r\n") * 1
        + b"".join(b'\r\n--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\nb' for _ in range(20))
        + b"\r\n--xyz--\r\n",
        *(FORM, 413, "too_many_parts", "16 parts"),
    ),
    "a form without its end": (form(saved(draw(3)))[:-40], FORM, 400, "invalid_", ""),
    "a form without a boundary": (
        form(saved(draw(3))),
        {"Content-Type": "multipart/form-data"},
        *(400, "invalid_form", "boundary"),
    ),
    "a form's GIF": (form(saved(draw(3), "GIF")), FORM, 400, "invalid_image", "a GIF came"),
    "values outside the scale": (
        json.dumps({"instances": [[[0] * 8] * 7 + [[0] * 7 + [17]]]}).encode(),
        {"Content-Type": "application/json"},
        *(400, "invalid_input", "row 0, input 'image'[7][7]: a number from 0.0 to 16.0 expected, 17 came"),
    ),
    "values of another size": (
        json.dumps({"instances": [[[0] * 8] * 7]}).encode(),
        {"Content-Type": "application/json"},
        *(400, "invalid_input", "row 0, input 'image': a list of 8 by 8 values expected"),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_bad_image_is_refused_alike_at_every_door(
    name: str, doors: dict[str, Door], bearer: dict[str, str]
) -> None:
    content, headers, status, code, said = REFUSALS[name]
    asked = Asked("POST", PATH, headers={**bearer, **headers, "X-Request-Id": "image-0002"}, body=content)
    answers = {door: ask(asked) for door, ask in doors.items()}
    expected = answers["wsgi"]
    body = json.loads(expected.body)
    assert expected.status == status
    assert body["code"].startswith(code)
    assert said in body["error"]
    assert {door: reply.own for door, reply in answers.items()} == dict.fromkeys(answers, expected.own)


@pytest.mark.parametrize("headers", [PNG, JPEG, FORM])
def test_a_model_of_numbers_takes_no_image(
    headers: dict[str, str], ask: Door, bearer: dict[str, str]
) -> None:
    content = form(saved(draw(3))) if headers is FORM else saved(draw(3))
    for path in ("/predict", "/models/days/predict", "/predict_api"):
        reply = ask(Asked("POST", path, headers={**bearer, **headers}, body=content))
        assert (path, reply.status) == (path, 415)


def test_without_a_token_an_image_is_not_even_looked_at(ask: Door) -> None:
    reply = ask(Asked("POST", PATH, headers=PNG, body=png(2**31 - 1, 2**31 - 1)))
    assert reply.status == 401


def test_a_jpeg_of_many_scans_is_refused_before_it_is_decoded() -> None:
    photograph = saved(Image.new("L", (4096, 4096)), "JPEG", progressive=True)
    start = photograph.index(b"\xff\xda")
    bomb = photograph[:start] + photograph[start:-2] * 40 + photograph[-2:]
    assert bomb.count(b"\xff\xda") > 64
    status, code, message = refused(bomb, "image/jpeg")
    assert (status, code) == (400, "invalid_image")
    assert "at most 64 scans" in message


def test_comments_that_unfold_to_much_are_refused() -> None:
    comment = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(MIB - 1)))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + bytes(8)) * 8))
    assert read(png(8, 8, comment * 3, pixels), grey()).max() == 0
    assert refused(png(8, 8, comment * 8, pixels))[:2] == (400, "invalid_image")


def test_only_the_decoders_of_png_and_jpeg_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def opened(_: Any, formats: Any) -> None:
        asked.append(formats)
        raise OSError

    monkeypatch.setattr(Image, "open", opened)
    refused(saved(draw(3)))
    assert asked == [("PNG", "JPEG")]


def test_a_service_that_gets_no_image_imports_no_pillow_and_no_form_parser() -> None:
    code = (
        "import sys; from inference_app.serving import answer, images; "
        f"from inference_app.models.loader import load; load({Release(**release_of(DIGITS))!r}, Files()); "
        "print(*(name for name in sys.modules if name.split('.')[0] in ('PIL', 'werkzeug')))"
    )
    imports = "from inference_app.settings import Release; from inference_app.sources.files import Files; "
    done = subprocess.run([sys.executable, "-c", imports + code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"\n"


def _asked(content: bytes, content_type: str = "image/png") -> Request:
    return Request(
        "POST", "/models/digits/predict", "", {"content-type": content_type}, content, "", "id-00000"
    )


def _with_part(name: bytes) -> bytes:
    content = saved(Image.new("L", (8, 8)))
    return content[:33] + struct.pack(">I4s", 4, name) + b"aaaa" + b"crc." + content[33:]


@pytest.mark.parametrize(
    ("request_", "quick"),
    [
        (_asked(saved(Image.new("L", (256, 256)))), True),
        (_asked(saved(Image.new("L", (256, 257)))), False),
        (_asked(saved(Image.new("L", (8, 8))), "IMAGE/PNG; a=b"), True),
        (_asked(saved(Image.new("L", (8, 8)), "JPEG"), "image/jpeg"), False),
        (_asked(saved(Image.new("L", (8, 8)), "JPEG")), False),
        (_asked(b"", "image/png"), False),
        (_asked(saved(Image.new("L", (8, 8)))[:23]), False),
        (_asked(_with_part(b"zTXt")), False),
        (_asked(_with_part(b"iTXt")), False),
        (_asked(_with_part(b"iCCP")), False),
        (_asked(_with_part(b"tEXt")), True),
        (_asked(b"--a", "multipart/form-data; boundary=a"), False),
        (_asked(b"{}", "application/json"), True),
        (_asked(b"{}", ""), True),
    ],
)
def test_only_an_image_that_is_surely_small_is_answered_in_place(
    request_: Request, quick: bool, application: Application
) -> None:
    assert is_surely_quick(request_) is quick
    assert (application.exchange.at_once(request_) is not None) is quick


def test_large_images_are_decoded_one_at_a_time_and_small_ones_wait_for_none() -> None:
    item = Input("picture", "image", width=8, height=8, mode="L", scale=1.0)
    small, large = (saved(Image.new("L", (256, height), 255)) for height in (256, 257))
    with ThreadPoolExecutor(1) as other:
        with decoding._ONE_AT_A_TIME:
            assert decoding.decoded(small, item).mean() == 255
            waiting = other.submit(decoding.decoded, large, item)
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
        assert waiting.result(10).mean() == 255
