"""Every address of the program, from Django's own resolver, with plausible values for its parameters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.guards.world import World
from xiaoguan.journal import kinds
from xiaoguan.journal.models import Entry
from xiaoguan.org.models import Member

# Behind the sign-in, but about nothing that could be somebody else's: the person himself, or no data at all.
FOR_EVERY_MEMBER: Final = {
    "home": "the person's own home; every part of it stands under the policy of its room",
    "sign-out": "ends one's own session",
    "password": "one's own password",
    "org:preferences": "one's own language and appearance",
    "ui:gallery": "the style page shows made-up samples only",
}
_MOST_VISIBLE, _MOST_HIDDEN = 5, 2


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern. ``policy`` is what the view's decorator says it stands on."""

    name: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def policy(self) -> tuple[Any, ...] | None:
        return getattr(self.view, "policy", None)

    @property
    def asks_sign_in(self) -> bool:
        return bool(getattr(self.view, "login_required", True))

    def path(self, **values: Any) -> str:
        return reverse(self.name, kwargs=values)


@dataclass(frozen=True, slots=True)
class Visit:
    """An address with values. ``visible`` None: what it names is nobody's secret."""

    address: Address
    path: str
    visible: bool | None


@cache
def addresses() -> tuple[Address, ...]:
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(
                pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
        else:
            if not pattern.name:
                raise AssertionError(f"{pattern.pattern} has no name: guards and templates speak of addresses by name")
            yield Address(f"{namespace}{pattern.name}", tuple(pattern.pattern.converters), pattern.callback)


def visits(world: World, role: str) -> list[Visit]:
    """Every address, with rows that the role may see and rows that it may not. The role "visitor" sees none."""
    return [visit for address in addresses() for visit in _visits(address, world, role)]


def _visits(address: Address, world: World, role: str) -> Iterator[Visit]:
    combinations: list[tuple[dict[str, Any], bool | None]] = [({}, None)]
    for name in address.parameters:
        if name in _WORDS:
            combinations = _shared_out(combinations, name, _WORDS[name])
        else:
            combinations = [
                ({**values, name: value}, _worse(visible, seen))
                for values, visible in combinations
                for value, seen in _values(address, name, world, role, values)
            ]
    for values, visible in combinations:
        yield Visit(address, address.path(**values), visible)


def _shared_out(
    combinations: list[tuple[dict[str, Any], bool | None]], name: str, words: tuple[Any, ...]
) -> list[tuple[dict[str, Any], bool | None]]:
    """Each word with some row and each row with some word: all of them with all would take minutes."""
    most = max(len(combinations), len(words)) if combinations else 0
    pairs = zip(cycle(combinations), cycle(words), range(most), strict=False)
    return [({**values, name: word}, visible) for (values, visible), word, _number in pairs]


def _worse(one: bool | None, other: bool | None) -> bool | None:
    known = [value for value in (one, other) if value is not None]
    return all(known) if known else None


def _values(
    address: Address, name: str, world: World, role: str, chosen: dict[str, Any]
) -> list[tuple[Any, bool | None]]:
    if name == "kind":
        return [(kind, None) for kind in _KINDS]
    model = _model(_KINDS[chosen["kind"]]) if name == "object_id" else _model_of(address, name)
    if model is not None:
        label = model._meta.label_lower
        if world.has(label) and label != "org.member":
            return list(_planted(world, label, role))
        latest = list(model._default_manager.order_by("-pk").values_list("pk", flat=True)[:2])
        return [(pk, None) for pk in latest or [1]]
    if name == "entry_id":
        return [(pk, None) for pk in Entry.objects.order_by("-pk").values_list("pk", flat=True)[:2]]
    raise AssertionError(f"{address.name}: tell tests/guards/addresses.py what <{name}> can be")


def _planted(world: World, label: str, role: str) -> Iterator[tuple[Any, bool | None]]:
    for visible, most in ((True, _MOST_VISIBLE), (False, _MOST_HIDDEN)):
        yield from ((pk, visible) for pk in _spread(world.rows(label, role, visible=visible), most))


_KINDS: Final = {kinds.CUSTOMER: "crm.customer", kinds.DEAL: "deals.deal", kinds.CONTACT: "crm.contact"}
_MODELS: Final = {
    "customer_id": "crm.customer",
    "deal_id": "deals.deal",
    "contact_id": "crm.contact",
    "product_id": "crm.product",
    "run_id": "transfer.importrun",
    "member_id": "org.member",
    "stage_id": "deals.stage",
}
_WORDS: Final[dict[str, tuple[Any, ...]]] = {
    "role": ("manager", "no-such-role"),
    "field": ("stage", "owner", "customer", "amount", "due", "no-such-field"),
    "what": ("name", "amount", "due", "next", "customer", "product", "source", "no-such-thing"),
}


def _model_of(address: Address, name: str) -> type[models.Model] | None:
    """What a parameter named ``pk`` is the id of is said by the view's policy; others by their name."""
    if name in _MODELS:
        return _model(_MODELS[name])
    if name != "pk":
        return None
    on = (address.policy or (None,))[0]
    if callable(on):
        found: type[models.Model] = on(Member.objects.order_by("pk")[0]).model
        return found
    return _model(_PK_OF[address.name]) if address.name in _PK_OF else None


def _model(label: str) -> type[models.Model]:
    return apps.get_model(label)


# Views that look their row up themselves, because a permission alone decides.
_PK_OF: Final = {"org:forget_holiday": "org.holiday", "deals:stage": "deals.stage", "deals:reason": "deals.lossreason"}


def _spread(ids: list[int], most: int) -> list[int]:
    """At most so many, from all over the list: the world's rows differ by their place."""
    if len(ids) <= most:
        return ids
    return [ids[i * (len(ids) - 1) // (most - 1)] for i in range(most)]
