"""JSON as it is stored, written fast: one encoder for all texts.

``json.dumps`` and ``JSONEncoder.encode`` build the encoder in C anew for every text, which takes twice
as long as using it.
"""

import json
from collections.abc import Callable
from json import encoder
from typing import Any

_make: Callable[..., Callable[[Any, int], tuple[str, ...]]] | None = getattr(encoder, "c_make_encoder", None)


def _refused(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _writer() -> Callable[[Any], str]:
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    if _make is None:
        return plain.encode
    chunks = _make(None, _refused, encoder.encode_basestring, None, ":", ",", False, False, True)
    return lambda value: plain.encode(value) if isinstance(value, str) else "".join(chunks(value, 0))


compact: Callable[[Any], str] = _writer()
"""A value as JSON, without blanks and with its characters as they are."""
