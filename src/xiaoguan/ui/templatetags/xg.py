"""{% load xg %}: every component. They live in ui/tags, one subject a file; README.md lists them."""

from django.template import Library

from xiaoguan.ui.tags import bars, blocks, choosing, figures, forms, frame, marks, numbers

register = Library()
for module in (bars, blocks, choosing, figures, forms, frame, marks, numbers):
    register.tags.update(module.register.tags)
    register.filters.update(module.register.filters)
