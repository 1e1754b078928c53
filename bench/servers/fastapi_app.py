"""FastAPI with a pydantic model; under uvicorn and under granian."""

import io
from typing import Annotated, Any

import numpy as np
from common import RefusedError, answer, check, load
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field, FiniteFloat


class Row(BaseModel):
    """One row."""

    data: list[FiniteFloat] = Field(min_length=37, max_length=37)


class Rows(BaseModel):
    """Rows."""

    instances: list[list[FiniteFloat]] = Field(min_length=1, max_length=10_000)


def bearer(authorization: Annotated[str | None, Header()] = None) -> None:
    """Verifies the token."""
    try:
        check(authorization)
    except RefusedError:
        raise HTTPException(401, "unauthorized", {"WWW-Authenticate": "Bearer"}) from None


app = FastAPI(dependencies=[Depends(bearer)])
estimator = load()


@app.post("/predict")
def predict(row: Row) -> dict[str, Any]:
    """Class and probability of one row."""
    return answer(estimator, [row.data])


@app.post("/rows")
def predict_rows(rows: Rows) -> dict[str, Any]:
    """The same of many."""
    return answer(estimator, rows.instances)


@app.post("/image")
async def predict_image(request: Request) -> dict[str, Any]:
    """Class and probability of an image: decoded, resized and scaled as the manifest of digits says. (Mode F:
    means of eight bits a channel would be rounded.)"""
    from PIL import Image

    with Image.open(io.BytesIO(await request.body()), formats=("PNG", "JPEG")) as image:
        small = image.convert("L").convert("F").resize((8, 8), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64).reshape(1, -1) * (16 / 255)
    return answer(estimator, pixels)
