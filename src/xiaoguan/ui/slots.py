"""Block tags with a second body: {% panel … %} … {% tools %} … {% endtools %} … {% endpanel %}.

Django's simple_block_tag renders its body before the function runs, so that an inner tag has nowhere to
leave its part. Here the block opens a place first, and {% tools %} fills the nearest one.
"""

import inspect
from collections.abc import Callable
from typing import Any

from django.template import Context, Library, Node, NodeList
from django.template.base import Parser, Token
from django.template.library import parse_bits
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

PLACE = "xg_slots"
# Typed openly: the stubs describe an older parse_bits, without takes_context.
parse: Callable[..., tuple[list[Any], dict[str, Any]]] = parse_bits


class SlotNode(Node):
    """Renders its body into the named place of the block around it, nothing where it stands."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        context[PLACE][self.name] = self.nodelist.render(context)
        return SafeString("")


class SlottedNode(Node):
    def __init__(self, show: Callable[..., str], args: list[Any], kwargs: dict[str, Any], nodelist: NodeList) -> None:
        self.show, self.args, self.kwargs, self.nodelist = show, args, kwargs, nodelist

    def render(self, context: Context) -> SafeString:
        slots: dict[str, SafeString] = {}
        with context.push(**{PLACE: slots}):
            content = self.nodelist.render(context)
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        # format_html has already escaped; a plain string from a careless tag is escaped here.
        return mark_safe(conditional_escape(self.show(content, slots, *args, **kwargs)))


def slot(register: Library, name: str) -> None:
    """Makes {% name %} … {% endname %} fill the slot `name`."""

    def compile_slot(parser: Parser, token: Token) -> SlotNode:
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return SlotNode(name, nodelist)

    register.tag(name, compile_slot)


def slotted(register: Library) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Registers f(content, slots, …) as a block tag of the same name."""

    def decorate(show: Callable[..., str]) -> Callable[..., str]:
        name = show.__name__
        spec = inspect.getfullargspec(show)

        def compile_block(parser: Parser, token: Token) -> SlottedNode:
            bits = token.split_contents()[1:]
            args, kwargs = parse(
                parser,
                bits,
                spec.args[2:],
                spec.varargs,
                spec.varkw,
                spec.defaults,
                spec.kwonlyargs,
                spec.kwonlydefaults,
                False,
                name,
            )
            nodelist = parser.parse((f"end{name}",))
            parser.delete_first_token()
            return SlottedNode(show, args, kwargs, nodelist)

        register.tag(name, compile_block)
        return show

    return decorate
