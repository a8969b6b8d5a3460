"""How commands print what they found: lines for people, JSON for programs."""

import argparse
import json
import sys
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def add_json(parser: argparse.ArgumentParser) -> None:
    """Give a command the option to answer programs."""
    parser.add_argument("--json", action="store_true", help="print JSON / 输出 JSON")


def print_json(value: Any) -> None:
    """One JSON document on standard output; characters stay as they are."""
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
    print()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"cannot print {type(value).__name__}")
