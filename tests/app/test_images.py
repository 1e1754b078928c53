"""An image is an array as the manifest says, by every way it may come; a bad one is refused by name."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_app.errors import ApiError
from inference_app.models.inputs import Input
from inference_app.models.loader import load
from inference_app.models.manifest import read_manifest
from inference_app.serving.images import image_from
from inference_app.serving.messages import Request
from inference_app.settings import Release
from inference_app.sources.files import Files
from tests.app.support.doors import Asked, Door
from tests.app.support.drawings import draw, form, saved
from tests.app.support.process import ROOT
from tests.app.support.published import release_of

MIB = 1024 * 1024
PNG = {"Content-Type": "image/png"}
JPEG = {"Content-Type": "image/jpeg"}
FORM = {"Content-Type": "multipart/form-data; boundary=xyz"}
PATH = "/models/picture/predict"
DIGITS = ROOT / "model_artifacts" / "digits"


def grey(
    width: int = 8, height: int = 8, scale: float = 255, mode: str = "L", datatype: str = "float64"
) -> Input:
    """An input as a manifest describes it."""
    shape = (height, width) if mode == "L" else (height, width, 3)
    size: dict[str, Any] = {"width": width, "height": height, "mode": mode, "shape": shape, "scale": scale}
    return Input("image", "image", "", 0.0, scale, datatype, **size)


def read(content: bytes, item: Input, content_type: str = "image/png") -> Any:
    """What the model would get."""
    asked = Request("POST", PATH, "", {"content-type": content_type}, content, "", "read-0001")
    (values,) = image_from(asked, item)["image"]
    return values


def refused(content: bytes, content_type: str = "image/png") -> tuple[int, str, str]:
    """Status, code and sentence of the refusal."""
    with pytest.raises(ApiError) as caught:
        read(content, grey(), content_type)
    return caught.value.status, caught.value.code, caught.value.message


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG by hand, for what no library would write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


# What it becomes


def test_the_values_are_the_pixels_scaled() -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
    content = saved(Image.fromarray(pixels))
    assert read(content, grey(scale=255)).tolist() == pixels.astype(float).tolist()
    sixteenth = read(content, grey(scale=16))
    assert sixteenth.dtype == np.float64
    assert sixteenth.tolist() == (pixels * 16.0 / 255).tolist()
    assert read(saved(Image.new("L", (8, 8), 255)), grey(scale=16)).max() == 16.0


def test_the_array_is_of_the_manifests_datatype() -> None:
    content = saved(Image.new("L", (8, 8), 200))
    assert read(content, grey(scale=1, datatype="float32")).dtype == np.float32
    whole = read(content, grey(scale=16, datatype="uint8"))
    assert (whole.dtype, set(whole.ravel().tolist())) == (np.uint8, {13})  # 12.55


def test_each_value_is_the_mean_of_the_area_that_it_stands_for() -> None:
    pixels = np.zeros((200, 200), dtype=np.uint8)
    pixels[:25, :25] = 255
    pixels[25:50, 25:50:5] = 255  # every fifth column
    values = read(saved(Image.fromarray(pixels)), grey())
    assert values[0, 0] == 255
    assert values[1, 1] == 51
    assert values.sum() == 255 + 51


def test_rows_are_rows_and_columns_are_columns() -> None:
    image = Image.new("RGB", (6, 2), (0, 0, 0))
    image.putpixel((4, 1), (255, 0, 128))
    values = read(saved(image), grey(width=6, height=2, mode="RGB"))
    assert values.shape == (2, 6, 3)
    assert values[1, 4].tolist() == [255, 0, 128]
    assert values.sum() == 255 + 128


def test_colours_become_grey_and_grey_becomes_colours() -> None:
    assert read(saved(Image.new("RGB", (8, 8), (255, 0, 0))), grey())[0, 0] == 76  # ITU-R 601: 0.299
    assert read(saved(Image.new("L", (8, 8), 9)), grey(mode="RGB"))[0, 0].tolist() == [9, 9, 9]


@pytest.mark.parametrize(
    ("image", "options", "value"),
    [
        (Image.new("1", (8, 8), 1), {}, 255),
        (Image.new("LA", (8, 8), (200, 255)), {}, 200),
        (Image.new("LA", (8, 8), (200, 0)), {}, 0),
        (Image.new("RGBA", (8, 8), (100, 100, 100, 128)), {}, 50),
        (Image.new("RGBA", (8, 8), (255, 255, 255, 0)), {}, 0),
        (Image.new("L", (8, 8), 7), {"transparency": 7}, 0),
        (Image.fromarray(np.full((8, 8), 0x7F80, dtype=np.uint16)), {}, 0x7F),
    ],
    ids=["one bit", "opaque", "transparent", "half", "invisible white", "transparent grey", "16 bits"],
)
def test_odd_modes_become_what_one_sees_on_black(
    image: Image.Image, options: dict[str, Any], value: int
) -> None:
    assert set(read(saved(image, **options), grey()).ravel().tolist()) == {value}


def test_a_palettes_colours_count_and_its_transparent_ones_are_black() -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 255, 255, 255])
    assert read(saved(image), grey())[0, 0] == 255
    assert read(saved(image, transparency=1), grey())[0, 0] == 0


def test_colours_of_16_bits_keep_their_upper_half() -> None:
    line = b"\0" + struct.pack(">HHH", 0xFF00, 0x8040, 0x0000) * 8
    content = png(8, 8, chunk(b"IDAT", zlib.compress(line * 8)), depth=16, colour=2)
    assert read(content, grey(mode="RGB"))[3, 3].tolist() == [255, 128, 0]


def test_a_jpeg_for_print_is_read_too() -> None:
    assert read(saved(Image.new("CMYK", (16, 16), (0, 0, 0, 0)), "JPEG"), grey()).min() >= 254


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_as_its_exif_data_say(kind: str, orientation: int) -> None:
    upright = np.zeros((40, 80), dtype=np.uint8)
    upright[:10, :10] = 255  # top left
    upright[:10, 70:] = 128  # top right
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: upright.T[::-1],
        7: upright.T[::-1, ::-1],
        8: upright.T[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(Image.fromarray(np.ascontiguousarray(turned)), kind, exif=exif)
    values = read(content, grey(width=8, height=4))
    near = 6 if kind == "PNG" else 40  # a JPEG's edges are soft
    assert values.shape == (4, 8)
    assert abs(values[0, 0] - 255) < near
    assert abs(values[0, 7] - 128) < near
    assert values[1:].max() < near


# By which ways it comes


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


def test_a_model_of_images_is_never_answered_in_place() -> None:
    assert load(Release(**release_of(DIGITS)), Files()).short is False
    assert load(Release(**release_of(DIGITS.parent / "flight_delay")), Files()).short is True


# The model digits


def digits(pictures: list[bytes]) -> list[int]:
    model = load(Release(**release_of(DIGITS)), Files())
    item = read_manifest((DIGITS / "manifest.json").read_bytes()).inputs[0]
    arrays = np.stack([read(picture, item) for picture in pictures])
    answers: list[int] = model.predict({"image": arrays}).values.tolist()
    return answers


@pytest.mark.parametrize(
    ("width", "one"), [(16, 3), (20, 3), (22, 3), (26, 3), (30, 1)], ids=lambda value: str(value)
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_drawn_digits_are_recognised_but_for_the_one_of_a_thin_pen(width: int, one: int, kind: str) -> None:
    pictures = [saved(draw(digit, width), kind) for digit in range(10)]
    assert digits(pictures) == [0, one, 2, 3, 4, 5, 6, 7, 8, 9]


def test_the_manifests_own_examples_are_recognised_as_pictures(tmp_path: Path) -> None:
    manifest = read_manifest((DIGITS / "manifest.json").read_bytes())
    pictures = []
    for example in manifest.examples:
        pixels = np.rint(np.array(example.instance) * 255 / 16).astype(np.uint8)
        (tmp_path / "digit.png").write_bytes(
            saved(Image.fromarray(pixels.repeat(25, axis=0).repeat(25, axis=1)))
        )
        pictures.append((tmp_path / "digit.png").read_bytes())
    assert digits(pictures) == list(range(10))


def test_an_image_of_one_pixel_is_an_image() -> None:
    file = io.BytesIO(saved(Image.new("L", (1, 1), 40)))
    assert set(read(file.getvalue(), grey()).ravel().tolist()) == {40}
