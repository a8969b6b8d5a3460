"""A posting before it is stored: what a fact counts for, as a value.

Modules write their posting rules as data (``ledger.rules.Rule``); one small function turns fact and stamp into lines.
"""

from datetime import date
from typing import NamedTuple


class Line(NamedTuple):
    """One posting line.

    ``quantity`` is an exact integer in 1/10,000 (of original currency, of days); ``units`` says how many; ``rate``
    turns it into company currency, in 1/10^8.
    """

    account: str
    quantity: int = 0
    units: int = 0
    on_date: date | None = None
    due_on: date | None = None
    why: str | None = None
    person_id: int | None = None
    customer_id: int | None = None
    object_key: int | None = None
    product_id: int | None = None
    product_line_id: int | None = None
    source_id: int | None = None
    stage_id: int | None = None
    is_new: bool | None = None
    currency: str | None = None
    rate: int | None = None
    tax: int | None = None
