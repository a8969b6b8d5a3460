"""Looking into a workbook's archive before any library opens it: sizes are counted, never believed."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.readers.table import Limits

_BLOCK = 1 << 18
_LOCAL_HEADER = 30
_SMALL = 8 * 1024 * 1024
"""below this a high ratio is harmless: tidy sheets of one repeated value pack very well"""


def check_workbook(path: Path, limits: Limits) -> None:
    """Refusal unless the file is a sound XLSX archive within the limits."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            entries = archive.infolist()
            _check_kind({entry.filename for entry in entries})
            _check_directory(entries, path.stat().st_size, limits)
            _check_contents(entries, stream, limits)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
        raise broken_workbook() from error


def broken_workbook() -> Refusal:
    return Refusal(
        _("The workbook is damaged and cannot be read. Open it in the spreadsheet program and save it again."),
        code="broken_workbook",
    )


def _check_kind(names: set[str]) -> None:
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise Refusal(
            _("This is an archive but not an XLSX workbook. Save the table as XLSX or CSV and choose that file."),
            code="not_a_workbook",
        )


def _check_directory(entries: list[zipfile.ZipInfo], file_bytes: int, limits: Limits) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal(_("The workbook is encrypted. Save it without a password and try again."), code="encrypted")
    if len(entries) > limits.archive_entries:
        raise _bomb(_("it has %(count)d parts") % {"count": len(entries)})
    if sum(entry.compress_size for entry in entries) > file_bytes:
        raise _bomb(_("its parts overlap"))
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise _too_large(limits)


def _check_contents(entries: list[zipfile.ZipInfo], stream: BinaryIO, limits: Limits) -> None:
    """Unpack every part into nothing and count: the directory may lie about sizes."""
    total = 0
    for entry in entries:
        size = _unpacked(entry, stream, limits.unpacked_bytes - total)
        total += size
        if total > limits.unpacked_bytes:
            raise _too_large(limits)
        if size > _SMALL and size > limits.unpacked_ratio * max(1, entry.compress_size):
            raise _bomb(
                _("a part unpacks to %(ratio)d times its size") % {"ratio": size // max(1, entry.compress_size)}
            )
        if size != entry.file_size:
            raise broken_workbook()


def _unpacked(entry: zipfile.ZipInfo, stream: BinaryIO, allowed: int) -> int:
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if header[:4] != b"PK\x03\x04":
        raise broken_workbook()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    stream.seek(name_length + extra_length, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise broken_workbook()
    return _inflated(stream, entry.compress_size, allowed)


def _inflated(stream: BinaryIO, compressed: int, allowed: int) -> int:
    unpacker = zlib.decompressobj(-15)
    size, left = 0, compressed
    while left > 0 and not unpacker.eof:
        block = stream.read(min(_BLOCK, left))
        if not block:
            raise EOFError
        left -= len(block)
        while block:
            size += len(unpacker.decompress(block, _BLOCK * 4))
            if size > allowed:
                return size
            block = unpacker.unconsumed_tail
    return size + len(unpacker.flush())


def _too_large(limits: Limits) -> Refusal:
    return Refusal(
        _("The workbook unpacks to more than %(limit)d MB, so it was not opened. Save the sheet as CSV instead.")
        % {"limit": limits.unpacked_bytes // (1024 * 1024)},
        code="too_large",
    )


def _bomb(what: str) -> Refusal:
    return Refusal(
        _("The workbook was not opened: %(what)s, as in files made to exhaust a computer. Save the sheet as CSV.")
        % {"what": what},
        code="zip_bomb",
    )
