"""An address made without the resolver is the one that the resolver makes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse, set_script_prefix
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoguan.lib.addresses import address_of

_NUMBERS = st.integers(0, 10**18)
_TEXTS = st.from_regex(r"[-a-zA-Z0-9_]{1,20}", fullmatch=True)


def _names(resolver: Any = None, space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named address with its parameters and what converts them."""
    for item in (resolver or get_resolver()).url_patterns:
        if isinstance(item, URLResolver):
            yield from _names(item, f"{space}{item.namespace}:" if item.namespace else space)
        elif isinstance(item, URLPattern) and item.name:
            yield f"{space}{item.name}", item.pattern.converters


ALL = sorted((name, tuple((key, type(kind).__name__) for key, kind in kinds.items())) for name, kinds in _names())


@pytest.mark.parametrize(("name", "kinds"), ALL, ids=[name for name, _kinds in ALL])
def test_every_address_is_the_same(name: str, kinds: tuple[tuple[str, str], ...]) -> None:
    @settings(max_examples=10, deadline=None)
    @given(st.tuples(*(_NUMBERS if kind == "IntConverter" else _TEXTS for _key, kind in kinds)))
    def same(values: tuple[Any, ...]) -> None:
        by_name = dict(zip((key for key, _kind in kinds), values, strict=True))
        assert address_of(name, *values) == reverse(name, args=values)
        assert address_of(name, **by_name) == reverse(name, kwargs=by_name)

    same()


def test_no_room_stands_under_two_names() -> None:
    """Only then does {% url %} need no ``current_app``."""
    rooms = get_resolver().app_dict.values()
    assert all(len(instances) == 1 for instances in rooms)


@pytest.mark.parametrize("value", ["7", SafeString("7"), True, 7.0])
def test_what_is_no_plain_number_is_left_to_the_resolver(value: Any) -> None:
    try:
        expected = reverse("deals:deal", args=[value])
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            address_of("deals:deal", value)
    else:
        assert address_of("deals:deal", value) == expected


@pytest.mark.parametrize(
    ("name", "values"), [("deals:deal", (-1,)), ("deals:deal", (None,)), ("deals:deal", ()), ("nobody", ())]
)
def test_an_address_that_is_none_says_so(name: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        address_of(name, *values)


def test_a_program_under_a_path_of_a_host() -> None:
    assert address_of("deals:deal", 7) == "/deals/7/"
    set_script_prefix("/sales/")
    try:
        assert address_of("deals:deal", 7) == "/sales/deals/7/"
    finally:
        set_script_prefix("/")
