"""Everything that is marked for translation, read from Python files and templates, and what the catalogues say.

Without the gettext tools, which a machine that runs the tests may not have.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE: Final = Path(__file__).resolve().parents[2] / "src" / "xiaoguan"
_SINGLE: Final = {"_", "gettext", "gettext_lazy", "gettext_noop", "words"}
_PLURAL: Final = {"ngettext", "ngettext_lazy"}
_CONTEXT: Final = {"pgettext", "pgettext_lazy"}
_CONTEXT_PLURAL: Final = {"npgettext", "npgettext_lazy"}
_ALL: Final = _SINGLE | _PLURAL | _CONTEXT | _CONTEXT_PLURAL
_CALL: Final = re.compile(r"\b(npgettext|pgettext|ngettext|gettext|_)\(")


@dataclass(frozen=True, slots=True)
class Marked:
    """A msgid with its context and plural, and where it stands."""

    text: str
    plural: str | None
    context: str | None
    where: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def marked() -> Iterator[Marked]:
    """Every marked string of the program."""
    for path in sorted(SOURCE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield from _in_python(path.read_text(), str(path.relative_to(SOURCE)))
    for path in sorted([*SOURCE.rglob("templates/**/*"), *SOURCE.rglob("jinja2/**/*")]):
        if path.is_file():
            yield from _in_template(path.read_text(), str(path.relative_to(SOURCE)))


def _in_python(source: str, where: str) -> Iterator[Marked]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found = _from_call(name, node, where)
            if found:
                yield found


def _from_call(name: str, node: ast.Call, where: str) -> Marked | None:
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    strings = [text for text in texts if isinstance(text, str)]
    place = f"{where}:{node.lineno}"
    if name in _SINGLE and strings:
        return Marked(strings[0], None, None, place)
    if name in _PLURAL and len(strings) > 1:
        return Marked(strings[0], strings[1], None, place)
    if name in _CONTEXT and len(strings) > 1:
        return Marked(strings[1], None, strings[0], place)
    if name in _CONTEXT_PLURAL and len(strings) > 2:
        return Marked(strings[1], strings[2], strings[0], place)
    return None


def _in_template(source: str, where: str) -> Iterator[Marked]:
    """Django turns a template into text in which calls of gettext stand; each is cut out and read as Python."""
    calls = templatize(source)
    for start in _CALL.finditer(calls):
        node = _call_at(calls, start.start())
        found = _from_call(start.group(1), node, where) if node else None
        if found:
            line = calls.count("\n", 0, start.start()) + 1
            yield Marked(found.text, found.plural, found.context, f"{where}:{line}")


def _call_at(text: str, start: int) -> ast.Call | None:
    end = start
    while (end := text.find(")", end + 1)) != -1:
        try:
            parsed = ast.parse(text[start : end + 1], mode="eval").body
        except SyntaxError:
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None


def catalogues(locale: str = "zh_Hans") -> dict[str, Catalog]:
    """The catalogue of each room, by the room's folder."""
    result = {}
    for path in sorted(SOURCE.glob(f"**/locale/{locale}/LC_MESSAGES/django.po")):
        with path.open("rb") as stream:
            result[str(path.relative_to(SOURCE).parents[3])] = read_po(stream, locale=locale)
    return result
