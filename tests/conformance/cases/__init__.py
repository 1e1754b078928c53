"""The table: every group of cases, made from what a service tells about itself."""

from collections.abc import Callable, Iterator

from ..case import Case, LeftOut
from ..service import Service
from . import (
    authorization,
    bad_input,
    bad_rows,
    describe,
    errors,
    images,
    limits,
    login,
    models,
    open_inference,
    open_inference_refused,
    page,
    predict,
)

Row = Case | LeftOut
Group = Callable[[Service], Iterator[Row]]

GROUPS: dict[str, Group] = {
    "describe": describe.cases,
    "page": page.cases,
    "login": login.cases,
    "authorization": authorization.cases,
    "models": models.cases,
    "predict": predict.cases,
    "bad input": bad_input.cases,
    "bad rows": bad_rows.cases,
    "images": images.cases,
    "open inference": open_inference.cases,
    "open inference refused": open_inference_refused.cases,
    "limits": limits.cases,
    "errors": errors.cases,
}


def table(service: Service) -> list[Row]:
    """Every row for `service`; each name stands once."""
    rows = [row for group in GROUPS.values() for row in group(service)]
    names = [row.title if isinstance(row, Case) else row.name for row in rows]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"these names stand twice in the table: {sorted(twice)}")
    return rows
