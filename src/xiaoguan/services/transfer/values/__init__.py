"""Pure parsers of cells: a value, None for an empty cell, or ``Unreadable`` with reason and hint."""

from xiaoguan.services.transfer.values.amounts import Amount, parse_amount
from xiaoguan.services.transfer.values.common import Unreadable, cell_error, evened, is_empty
from xiaoguan.services.transfer.values.dates import Order, decide_order, from_serial, parse_date
from xiaoguan.services.transfer.values.plain import parse_bool, parse_choice, parse_int, parse_text

__all__ = [
    "Amount", "Order", "Unreadable", "cell_error", "decide_order", "evened", "from_serial",
    "is_empty", "parse_amount",
    "parse_bool", "parse_choice", "parse_date", "parse_int", "parse_text",
]  # fmt: skip
