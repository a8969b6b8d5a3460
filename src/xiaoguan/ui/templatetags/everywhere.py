"""What every template knows without {% load %} (the builtins of the settings): {% url %} and {% rows %}."""

from typing import Any

from django.template import Context, Library
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from xiaoguan.lib.addresses import address_of
from xiaoguan.ui.drawing import drawn

register = Library()


class AddressNode(URLNode):
    """Django's own tag with an address from ``lib.addresses``: a page asks for hundreds. ``current_app`` means nothing,
    because no room stands under two names."""

    def render(self, context: Context) -> str:
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        try:
            found = address_of(self.view_name.resolve(context), *args, **kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    node = django_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag(takes_context=True)
def rows(context: Context, template: str, /, **given: Any) -> SafeString:
    """The rows of a Jinja template (``ui.rows``): it knows what is given, the company's currency, no more."""
    return drawn(template, {"company_currency": context.get("company_currency"), **given})
