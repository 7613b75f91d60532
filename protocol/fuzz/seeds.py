#!/usr/bin/env python3
"""Writes what the vectors hold into the corpora that the fuzz targets begin with."""

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)


def keep(target, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def seed(text):
    keep("parsers", text.encode())
    # The first byte says what accept_and_open makes of the others: 2 seals them, 0 and 1 judge them as they are or
    # signed by somebody, as a post or (4) as a letter.
    keep("accept_and_open", bytes([2]) + text.encode())
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return
    keep("parsers", data)
    if len(data) > 400:
        for how in (0, 1, 4, 5):
            keep("accept_and_open", bytes([how]) + data)


for file in sorted((HERE.parent / "vectors").glob("*.json")):
    for text in texts(json.loads(file.read_text())):
        seed(text)
