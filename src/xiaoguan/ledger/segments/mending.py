"""Files that are missing or not what was written: found, and made again from the table."""

from xiaoguan.ledger.models import Segment
from xiaoguan.ledger.segments import manifest
from xiaoguan.ledger.segments.books import BOOKS, Contents
from xiaoguan.ledger.segments.files import checksum_of, path_of, set_aside, write_range
from xiaoguan.ledger.segments.sealing import Clock


def is_lost(segment: Segment) -> bool:
    """Whether the file is gone or has another length: seen without reading it."""
    try:
        return path_of(segment.file).stat().st_size != segment.bytes
    except OSError:
        return True


def is_damaged(segment: Segment) -> bool:
    """Whether the file is gone or its contents are not those that were written."""
    return is_lost(segment) or checksum_of(path_of(segment.file)) != segment.checksum


def lost_segments() -> list[tuple[Contents, Segment]]:
    """What counts and cannot be read."""
    return [
        (contents, segment)
        for contents in BOOKS
        for segment in manifest.segments_of(contents, manifest.generation_of(contents))
        if is_lost(segment)
    ]


def set_damaged_aside() -> None:
    """Read every file and take those out of the way that are not what was written, so that they are made again."""
    for contents in BOOKS:
        for segment in manifest.segments_of(contents, manifest.generation_of(contents)):
            if is_damaged(segment):
                set_aside(segment.file)


def mend(contents: Contents, segment: Segment, clock: Clock) -> bool:
    """Export the same range again, under a new name."""
    written = write_range(contents, segment.generation, segment.lo, segment.hi)
    return manifest.replace(contents, [segment], written, clock(), level=segment.level)
