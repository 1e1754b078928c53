"""The prediction routes: which model, which rows, and its answer as each route words it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from numpy.typing import NDArray

from .. import strict_json
from ..errors import ApiError, bad_request, unavailable
from ..models.loaded_model import LoadedModel, Prediction, RowPrediction
from ..models.manifest import Manifest
from .body import JSON, check_json, json_body, media_type
from .images import image_from
from .messages import Answer, Predicted, Request, base_headers
from .one_row import predict_row
from .predicted_body import body_of
from .quick_json import object_of_one_key
from .services import Services
from .validation import Arrays, arrays_from, row_of, shown, single

DECIMAL = re.compile(
    r"-?[0-9]{1,400}(\.[0-9]{1,400})?"
)  # a plain decimal: no exponent, no underscore, no sign but -


def get_predict(request: Request, services: Services) -> Answer:
    """GET /predict?input=3 for the only one-input model; with a JSON body (old clients) the same as POST."""
    values = _query_values(request.query, "input")
    if not values and request.body:
        return post_predict(request, services)
    if len(values) != 1 or request.body:
        raise bad_request("Either one query parameter input (a decimal number) or a JSON body expected")
    model = _only_one_input_model(services)
    if not DECIMAL.fullmatch(values[0]):
        raise bad_request(f"input: a decimal number like 3 or 3.25 expected, {shown(values[0])} came")
    number = float(values[0]) if model.manifest.is_table or "." in values[0] else int(values[0])
    prediction = predict(model, single(number, model.manifest))
    content = strict_json.dump({"prediction": prediction.values.tolist()})
    return _answer(model, prediction, content, request)


def post_predict(request: Request, services: Services) -> Answer:
    """POST /predict: rows for the default model."""
    return _full(default_model(services), request)


def post_model_predict(request: Request, services: Services, name: str) -> Answer:
    """POST /models/{name}/predict: rows for that model."""
    return _full(named_model(services, name), request)


def post_predict_api(request: Request, services: Services) -> Answer:
    """POST /predict_api: {"data": [numbers]} for the default model; the class (or the number) as a JSON
    string."""
    model = default_model(services)
    check_json(request)
    if found := predict_row(model, object_of_one_key(request.body), ("data",)):
        return _answer(model, found, strict_json.dump(str(found.value)), request)
    prediction = predict(model, row_of(json_body(request), "data", model.manifest))
    return _answer(model, prediction, strict_json.dump(str(prediction.values.tolist()[0])), request)


def default_model(services: Services) -> LoadedModel:
    """The model that answers where no name is given. Raises ApiError 503 while it is not loaded."""
    name = services.default_model()
    model = services.models.current(name) if name is not None else None
    if model is None:
        raise unavailable("not_ready", "The model is not loaded yet")
    return model


def named_model(services: Services, name: str) -> LoadedModel:
    """The model called `name`. Raises ApiError 404, or 503 while it is not loaded."""
    model = services.models.current(name)
    if model is not None:
        return model
    if services.models.expects(name) is False:
        raise ApiError(404, "unknown_model", f"There is no model {shown(name)} here; GET /models lists them")
    raise unavailable("not_ready", "The model is not loaded yet")


def _only_one_input_model(services: Services) -> LoadedModel:
    if not services.models.complete:
        raise unavailable("not_ready", "The models are not loaded yet")
    narrow = [model for model in services.models.all() if model.manifest.lone_number]
    if len(narrow) != 1:
        which = "No model" if not narrow else "More than one model"
        raise bad_request(
            f"{which} of this service takes a single number; name one: POST /models/{{name}}/predict",
            "ambiguous_model",
        )
    return narrow[0]


def _full(model: LoadedModel, request: Request) -> Answer:
    found = _found(model, request)
    return _answer(model, found, body_of(model, found), request)


def _found(model: LoadedModel, request: Request) -> Prediction | RowPrediction:
    manifest = model.manifest
    if manifest.image and media_type(request) != JSON:
        return predict(model, image_from(request, manifest.image))
    check_json(request)
    document = object_of_one_key(request.body) if manifest.is_table else None
    return predict_row(model, document) or predict(model, _arrays(document, request, manifest))


def _arrays(document: dict[str, Any] | None, request: Request, manifest: Manifest) -> Arrays:
    """The arrays in `document`, which is what was read quickly, or in the body."""
    if document is not None:
        with suppress(ApiError):  # the general way's words are the same for whatever comes
            return arrays_from(document, manifest)
    return arrays_from(json_body(request), manifest)


def predict(model: LoadedModel, arrays: Arrays) -> Prediction:
    """The model's answer to `arrays`. Raises ApiError 400 when it cannot compute them, or when what it
    computes is not finite."""
    try:
        prediction = model.predict(arrays)
    except (ValueError, ArithmeticError) as error:  # trees refuse what does not fit float32, for instance
        raise bad_request(f"The model cannot compute these inputs: {error}") from error
    _check_finite(prediction.values)
    if prediction.probabilities is not None:
        _check_finite(prediction.probabilities)
    return prediction


def _check_finite(answers: NDArray[Any]) -> None:
    """A straight line at 1e308 predicts an infinity, which JSON cannot carry."""
    if answers.dtype.kind != "f" or (finite := np.isfinite(answers)).all():
        return
    row = int(np.argwhere(~finite)[0][0])
    raise bad_request(f"row {row}: the model's answer is not a finite number; the inputs are too large")


def _answer(
    model: LoadedModel, found: Prediction | RowPrediction, content: bytes, request: Request
) -> Answer:
    headers = base_headers(JSON, request.request_id, {"X-Model": model.label})
    return Answer(200, headers, content, prediction=Predicted(model.name, model.version, found))


def _query_values(query: str, name: str) -> list[str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise bad_request("At most 100 query parameters expected") from None
    return [value for key, value in pairs if key == name]
