"""Addresses without the resolver: what ``reverse`` says of one record it says of all, with another number in it.

A page names hundreds of addresses, and ``reverse`` takes as long for each as the rest of a row. So it is asked once
for every name and kind of parameters, with numbers that stand for numbers; from then on the answer is filled in.
"""

from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse

_STANDS_FOR = 903_000_017
"""The first of the numbers that stand for a parameter; long and odd enough to be met in no address by chance."""


def address_of(name: str, *args: Any, **kwargs: Any) -> str:
    """The same as ``reverse(name, args=args, kwargs=kwargs)``."""
    given = args or tuple(kwargs.values())
    numbers = [value for value in given if type(value) is int and value >= 0]
    texts = tuple([value if isinstance(value, str) else None for value in given])
    if (args and kwargs) or texts.count(None) != len(numbers):
        return reverse(name, args=args, kwargs=kwargs)
    resolver = get_resolver(get_urlconf())
    pattern = _pattern(resolver, get_script_prefix(), name, tuple(kwargs), texts)
    return pattern % tuple(numbers) if pattern else reverse(name, args=args, kwargs=kwargs)


@lru_cache(maxsize=2_000)
def _pattern(
    resolver: URLResolver, prefix: str, name: str, names: tuple[str, ...], texts: tuple[str | None, ...]
) -> str | None:
    """The address with a place for each number; None where ``reverse`` has to be asked itself.

    Remembered for one set of addresses (``resolver``) under one ``prefix``.
    """
    stand_ins = [_STANDS_FOR + place for place in range(len(texts))]
    given = [number if text is None else text for number, text in zip(stand_ins, texts, strict=True)]
    try:
        found = reverse(name, kwargs=dict(zip(names, given, strict=True))) if names else reverse(name, args=given)
    except NoReverseMatch:
        return None
    pattern, at = found.replace("%", "%%"), -1
    for number in [number for number, text in zip(stand_ins, texts, strict=True) if text is None]:
        if pattern.count(str(number)) != 1 or pattern.index(str(number)) < at:
            return None
        at = pattern.index(str(number))
        pattern = pattern.replace(str(number), "%d")
    return pattern
