"""Choosing a person in a form: out of a list where they are few; where they are many by typing a part of the name, so
that no page carries thousands of them."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiaoguan.org.models import Member

FEW: Final = 100
OFFERED: Final = 20
_BETWEEN: Final = " · "


def people_among(ids: set[int] | None, today: date) -> QuerySet[Member]:
    """Those of these members (None: of all) who have not left."""
    people = Member.objects.filter(removed=False).exclude(left_on__lte=today)
    return people if ids is None else people.filter(pk__in=ids)


class PersonField(forms.Field):
    """One of these people; comes out as the member. ``find`` is the address that offers some for what was typed
    (``people_offered``), ``nobody`` the words for none, where none may be chosen."""

    def __init__(self, people: QuerySet[Member], find: str, *, nobody: object = None, **kwargs: Any) -> None:
        self.people = people
        few = list(people.order_by("name", "pk").values_list("pk", "name")[: FEW + 1])
        self.in_list = len(few) <= FEW
        nothing: list[tuple[Any, Any]] = [] if nobody is None else [("", nobody)]
        widget = forms.Select(choices=[*nothing, *few]) if self.in_list else _Typed(find, placeholder=nobody)
        super().__init__(**{"required": nobody is None, "widget": widget, **kwargs})

    def clean(self, value: Any) -> Member | None:
        """The member who is meant, by id or by what was typed."""
        text = str(value or "").strip()
        if not text:
            super().clean("")
            return None
        found = list(self._meant(text)[:2])
        if len(found) == 1:
            return found[0]
        raise ValidationError(self._why_not(found) % {"value": text[:80]})

    def _why_not(self, found: list[Member]) -> str:
        if self.in_list:
            return str(forms.ChoiceField.default_error_messages["invalid_choice"])
        if found:
            return _("Several people are called “%(value)s”. Pick one from the list: it says their usernames too.")
        return _("Nobody called “%(value)s” can be chosen here. Type a part of the name and pick from the list.")

    def prepare_value(self, value: Any) -> Any:
        """The id in a list; in a line of text the person it stands for."""
        if self.in_list or not isinstance(value, int):
            return value
        person = Member.objects.filter(pk=value).first()
        return "" if person is None else _label(person)

    def _meant(self, text: str) -> QuerySet[Member]:
        if self.in_list:
            is_id = text.isascii() and text.isdigit() and len(text) < 16
            return self.people.filter(pk=int(text)) if is_id else self.people.none()
        name, between, username = text.replace("\x00", "").rpartition(_BETWEEN)
        return self.people.filter(name=name, username=username) if between else self.people.filter(name=username)


class _Typed(forms.TextInput):
    """A line of text whose list is filled while one types."""

    def __init__(self, find: str, placeholder: object) -> None:
        shown = placeholder or _("Name or username")
        super().__init__({"autocomplete": "off", "maxlength": 240, "placeholder": shown, "data-retyped": ""})
        self._find = find

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The line and its list."""
        names = f"{(attrs or {}).get('id', name)}-people"
        asking = {
            "list": names, "hx-get": self._find, "hx-target": f"#{names}", "hx-swap": "innerHTML",
            "hx-trigger": "input changed delay:200ms, focus once",
        }  # fmt: skip
        line = super().render(name, value, {**(attrs or {}), **asking}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', line, names)


def people_offered(request: HttpRequest, people: QuerySet[Member]) -> HttpResponse:
    """Some of these people for what was typed in the field that asks."""
    typed = (request.GET.get("owner") or request.GET.get("member") or "")[:80].replace("\x00", "").strip()
    name = typed.partition(_BETWEEN)[0]
    fitting = people.filter(Q(name__icontains=name) | Q(username__istartswith=name)) if name else people
    found = [_label(person) for person in fitting.order_by("name", "pk")[:OFFERED]]
    return render(request, "org/people_offered.html", {"found": found})


def _label(person: Member) -> str:
    """Names come more than once in a large company."""
    return f"{person.name}{_BETWEEN}{person.username}"
