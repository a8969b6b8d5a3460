"""What the living style page shows."""

from typing import Any


def samples() -> dict[str, Any]:
    """The template context of the style page."""
    return {}
