"""Which encoding a text file is in, decided strictly: the whole file must decode, or it is refused."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal

_BLOCK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 (BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 LE (BOM)"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 BE (BOM)"),
)
_MULTIBYTE_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_PAIR = re.compile(rb"[\x81-\xfe][\x30-\xfe]")


def recognise(path: Path) -> tuple[str, str]:
    """(codec, name for people) of a text file. Refusal where no encoding fits the whole file."""
    with path.open("rb") as stream:
        head = stream.read(4)
        for bom, codec, name in _BOMS:
            if head.startswith(bom):
                _check(stream, codec, name)
                return codec, name
        sample = head + stream.read(_BLOCK)
        if b"\x00" in sample:
            return _recognise_utf16(stream, sample)
        if _decodes(stream, "utf-8"):
            return "utf-8", "UTF-8"
        return _recognise_chinese(stream)


def _recognise_utf16(stream: BinaryIO, sample: bytes) -> tuple[str, str]:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    codec, name = ("utf-16-le", "UTF-16 LE") if odd > even else ("utf-16-be", "UTF-16 BE")
    newline = "\n".encode(codec)
    aligned = any(sample[at : at + 2] == newline for at in range(0, min(len(sample), 65_536) - 1, 2))
    if aligned and min(even, odd) == 0 and _decodes(stream, codec):
        return codec, name
    raise Refusal(
        _("This is not a text table: it contains zero bytes. Save it from the spreadsheet program as XLSX or as CSV."),
        code="not_text",
    )


def _recognise_chinese(stream: BinaryIO) -> tuple[str, str]:
    broken, good, line = _utf8_damage(stream)
    if good > 4 * broken:
        raise Refusal(
            _("The file is UTF-8 but line %(line)d has a broken character. Save it again as CSV UTF-8.")
            % {"line": line},
            code="broken_encoding",
        )
    if _decodes(stream, "gb18030") and _looks_chinese(stream):
        return "gb18030", "GB18030"
    raise Refusal(
        _(
            "The encoding cannot be recognised: it is neither UTF-8 nor UTF-16 nor GB18030 (line %(line)d). "
            "Save the file as CSV UTF-8 or as XLSX."
        )
        % {"line": line},
        code="unknown_encoding",
    )


def _check(stream: BinaryIO, codec: str, name: str) -> None:
    if not _decodes(stream, codec):
        raise Refusal(
            _("The file says that it is %(encoding)s but is damaged. Save it again as CSV UTF-8.") % {"encoding": name},
            code="broken_encoding",
        )


def _decodes(stream: BinaryIO, codec: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf8_damage(stream: BinaryIO) -> tuple[int, int, int]:
    """(characters that break UTF-8, characters of several bytes that keep it, line of the first break)."""
    stream.seek(0)
    broken, good, first_line, lines = 0, 0, 0, 0
    while block := stream.read(_BLOCK):
        block += stream.readline()
        text = block.decode("utf-8", "replace")
        damage = text.count("�")
        if damage and not broken:
            first_line = lines + text[: text.index("�")].count("\n") + 1
        broken += damage
        good += len(_MULTIBYTE_UTF8.findall(block))
        lines += block.count(b"\n")
    return broken, good, first_line


def _looks_chinese(stream: BinaryIO) -> bool:
    """Whether most two-byte characters are everyday ones: nearly every byte sequence decodes as GB18030."""
    stream.seek(0)
    pairs = _HIGH_PAIR.findall(stream.read(_BLOCK))
    everyday = sum(1 for pair in pairs if 0xA1 <= pair[0] <= 0xF7 and pair[1] >= 0xA1)
    return bool(pairs) and everyday >= 0.7 * len(pairs)
