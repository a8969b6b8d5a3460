"""How large a demo company is."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``teams`` by region, ``sellers`` who are there at the end, ``known`` the share of customers from before.

    ``activities`` and ``tasks`` are how many are logged and given for a deal, on average.
    """

    teams: tuple[int, ...]
    sellers: int
    customers: int
    deals: int
    known: float = 0.4
    activities: float = 3.0
    tasks: float = 0.3
    heads: bool = True


SIZES: Final = {
    # As in the tests: everything that can happen, in a second.
    "tiny": Size(teams=(2, 2), sellers=6, customers=60, deals=150, activities=4.0, heads=False),
    "small": Size(teams=(2, 2, 1), sellers=20, customers=900, deals=3_000, activities=4.0, heads=False),
    "medium": Size(teams=(5, 4, 3, 2), sellers=127, customers=6_000, deals=30_000),
    "large": Size(teams=(10, 9, 8, 6, 5, 4), sellers=447, customers=20_000, deals=100_000, activities=2.0, tasks=0.2),
    "huge": Size(
        teams=(80, 70, 60, 50, 50, 40, 40, 30), sellers=4_567, customers=150_000, deals=1_000_000, activities=0.6,
        tasks=0.05,
    ),
    # The shapes in which other systems were measured: 200 sellers in 20 teams; half a million customers to search.
    "peer": Size(teams=(6, 5, 5, 4), sellers=200, customers=100_000, deals=1_000_000, activities=0.6, tasks=0.02),
    "customers": Size(teams=(6, 5, 5, 4), sellers=200, customers=500_000, deals=20_000, known=0.7),
}  # fmt: skip
