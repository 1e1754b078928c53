"""A client in ten lines, of the standard library alone: URL=… USER=… PASSWORD=… python examples/client.py"""

import json
import os
from urllib.request import Request, urlopen


def call(path: str, body: object, token: str = "") -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urlopen(Request(os.environ["URL"] + path, json.dumps(body).encode(), headers)) as response:
        return json.load(response)


token = call("/login", {"username": os.environ["USER"], "password": os.environ["PASSWORD"]})["access_token"]
flight = {"month": 7, "carrier": "UA", "origin": "EWR", "part_of_day": "evening"}
print(json.dumps(call("/predict", {"instances": [flight]}, token)))
