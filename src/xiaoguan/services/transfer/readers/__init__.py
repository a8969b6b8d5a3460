"""Opening tables of other programs: CSV, TSV and XLSX, whatever their encoding, with refusals a person
understands.
"""

from pathlib import Path

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.readers.csv_reader import open_csv
from xiaoguan.services.transfer.readers.table import HeaderScore, Limits, Table
from xiaoguan.services.transfer.readers.xlsx_reader import open_xlsx

__all__ = ["HeaderScore", "Limits", "Table", "open_table"]

_DEFAULT = Limits()


def open_table(path: Path, *, limits: Limits = _DEFAULT, score: HeaderScore | None = None, sheet: str = "") -> Table:
    """Open a file by what it is, not by its name. Refusal for anything that cannot be read safely and
    surely.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(512)
    except OSError as error:
        raise Refusal(
            _("The file “%(name)s” cannot be opened. Check the path and that you may read it.") % {"name": path.name},
            code="no_file",
        ) from error
    _check(start, size, limits)
    if start.startswith(b"PK"):
        return open_xlsx(path, limits, score, sheet)
    return open_csv(path, limits, score)


def _check(start: bytes, size: int, limits: Limits) -> None:
    if not start.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise Refusal(_("The file is empty. Choose a file with a header line and at least one row."), code="empty")
    if size > limits.file_bytes:
        raise Refusal(
            _("The file has %(size)d MB; at most %(limit)d MB can be read. Split it into parts.")
            % {"size": size // 1_048_576, "limit": limits.file_bytes // 1_048_576},
            code="too_large",
        )
    for signature, sentence in _foreign():
        if start.lstrip().lower().startswith(signature):
            raise Refusal(sentence, code="not_a_table")


def _foreign() -> tuple[tuple[bytes, str], ...]:
    page = _("This is a web page, not a table, although its name may say so. Save it as XLSX or CSV first.")
    return (
        (
            b"\xd0\xcf\x11\xe0",
            _("This is an old XLS file or a workbook with a password. Save it as XLSX without a password."),
        ),
        (b"%pdf", _("This is a PDF, not a table. Export the table as XLSX or CSV.")),
        (b"<!doctype", page),
        (b"<html", page),
        (b"<?xml", page),
        (b"\x1f\x8b", _("This is a packed file. Unpack it and choose the table inside.")),
    )
