"""The tables that must equal the books, by the name under which a reconciliation speaks of them."""

from typing import Final

from xiaoguan.crm.checks import check_customers
from xiaoguan.deals.checks import check_deals, check_sums
from xiaoguan.ledger.reconcile import Check
from xiaoguan.services.calendar.checks import check_activities

CHECKS: Final[dict[str, Check]] = {
    "deals": check_deals,
    "sums": check_sums,
    "customers": check_customers,
    "activities": check_activities,
}
