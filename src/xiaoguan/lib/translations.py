"""Compile every room's .po to .mo with Babel, so that a clean clone needs no gettext tools.

``python -m xiaoguan.lib.translations`` compiles what is older than its source and prints how many.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_all(root: Path = ROOT) -> int:
    """Compile the catalogues below ``root`` whose .mo is missing or older; return how many were written."""
    written = 0
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3])
        with target.open("wb") as stream:
            write_mo(stream, catalogue)
        written += 1
    return written


if __name__ == "__main__":
    print(compile_all())  # noqa: T201  a set-up command speaks to its caller
