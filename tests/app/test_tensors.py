"""Named arrays become a model's arrays under the same rules as JSON, and are refused with the same words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inference_app.errors import ApiError
from inference_app.models.inputs import Input, Tensor
from inference_app.serving.validation import arrays_from, arrays_of_tensors
from tests.app.support.described import ARRAY, SINGLE, manifest


def test_the_tensors_of_a_model_are_named_with_the_protocols_words() -> None:
    table = manifest(Input("a", "number"), Input("b", "number", minimum=0))
    assert table.tensors == (Tensor("instances", "FP64", (-1, 2)),)
    image = Input("image", "image", datatype="float32", shape=(8, 9, 3), mode="RGB")
    assert manifest(image).tensors == (("image", "FP32", (-1, 8, 9, 3)),)
    mixed = manifest(SINGLE["int64"], Input("s", "string", datatype="string"), Input("z", "number"))
    assert mixed.tensors == (("x", "INT64", (-1,)), ("s", "BYTES", (-1,)), ("z", "FP64", (-1,)))
    words = {name: item.tensor.datatype for name, item in SINGLE.items()}
    assert (words["bool"], words["uint8"], words["words"], words["levels"]) == (
        "BOOL",
        "UINT8",
        "BYTES",
        "INT64",
    )


@pytest.mark.parametrize(
    ("item", "tensor", "expected"),
    [
        (SINGLE["int64"], np.array([1, 2], dtype=np.int32), [1, 2]),
        (SINGLE["float32"], np.array([1, 2], dtype=np.int16), [1.0, 2.0]),
        (SINGLE["bool"], np.array([True]), [True]),
        (SINGLE["string"], np.array([b"\xc3\xa9", "b"], dtype=object), ["é", "b"]),
        (SINGLE["words"], np.array([b"a"], dtype=object), ["a"]),
        (SINGLE["levels"], np.array([3]), [3]),
        (ARRAY, np.arange(6, dtype=np.int32).reshape(1, 2, 3), [[[0, 1, 2], [3, 4, 5]]]),
    ],
)
def test_tensors_become_the_arrays_that_json_gives(item: Input, tensor: Any, expected: Any) -> None:
    array = arrays_of_tensors({"x": tensor}, manifest(item))["x"]
    assert array.tolist() == expected
    assert (
        array.dtype
        == arrays_from({"instances": [[v] if not item.shape else v for v in expected]}, manifest(item))[
            "x"
        ].dtype
    )


@pytest.mark.parametrize(
    ("item", "tensors", "said"),
    [
        (SINGLE["int64"], {}, 'The inputs x expected; "x": it is missing'),
        (SINGLE["int64"], {"x": np.array([1]), "y": np.array([1])}, '"y": it is not an input'),
        (SINGLE["int64"], {"x": np.array([[1]])}, "input 'x': the shape [-1] expected"),
        (SINGLE["int64"], {"x": np.array(1)}, "input 'x': the shape [-1] expected"),
        (SINGLE["int64"], {"x": np.array([], dtype=np.int64)}, "a row or more"),
        (SINGLE["int64"], {"x": np.array([1.0])}, "input 'x': INT64 expected, float64 came"),
        (SINGLE["int64"], {"x": np.array([True])}, "input 'x': INT64 expected, bool came"),
        (SINGLE["uint8"], {"x": np.array([1])}, "input 'x': UINT8 expected, int64 came"),
        (
            SINGLE["uint8"],
            {"x": np.array([9, 201], np.uint8)},
            "row 1, input 'x': a whole number from 0 to 200 expected, 201",
        ),
        (
            SINGLE["float32"],
            {"x": np.array([np.nan], np.float32)},
            "row 0, input 'x': a finite number (float32) expected, NaN",
        ),
        (SINGLE["string"], {"x": np.array([1])}, "input 'x': BYTES expected, int64 came"),
        (SINGLE["string"], {"x": np.array([b"a", b"\xff"], object)}, "row 1, input 'x': a string expected"),
        (
            SINGLE["short"],
            {"x": np.array(["abcd"], object)},
            'a string of at most 3 characters expected, "abcd"',
        ),
        (SINGLE["words"], {"x": np.array([b"c"], object)}, 'one of "a", "b" expected, "c" came'),
        (SINGLE["levels"], {"x": np.array([1, 4])}, "row 1, input 'x': one of 1, 2, 3 expected, 4 came"),
        (
            ARRAY,
            {"x": np.array([[[0, 1, 2], [3, 4, -5]]], np.int32)},
            "row 0, input 'x'[1][2]: a whole number",
        ),
        (
            Input("x", "number", shape=(2,)),
            {"x": np.array([[1.0, np.inf]])},
            "row 0, input 'x'[1]: a finite number expected, a number too large came",
        ),
        (ARRAY, {"x": np.zeros((1, 3, 2), np.int32)}, "the shape [-1, 2, 3] expected"),
        (
            Input("a", "number", maximum=1),
            {"instances": np.array([[1.0], [2.0]])},
            "row 1, input 'a': a number of at most 1",
        ),
        (
            Input("a", "number"),
            {"instances": np.array([[np.inf]])},
            "row 0, input 'a': a finite number expected",
        ),
        (
            Input("a", "number"),
            {"instances": np.zeros((10_001, 1))},
            "at most 10000 rows expected, 10001 came",
        ),
    ],
)
def test_a_wrong_tensor_is_refused_with_the_same_words(item: Input, tensors: Any, said: str) -> None:
    with pytest.raises(ApiError) as refused:
        arrays_of_tensors(tensors, manifest(item))
    assert refused.value.status == (413 if "10001" in said else 400)
    assert said in refused.value.message


def test_tensors_of_different_lengths_are_no_table() -> None:
    described = manifest(SINGLE["int64"], Input("y", "number"))
    with pytest.raises(ApiError, match="as many in each input"):
        arrays_of_tensors({"x": np.array([1, 2]), "y": np.array([1.0])}, described)
