"""Every module's posting rules."""

from xiaoguan.crm.postings import POSTINGS as CRM
from xiaoguan.deals.postings import POSTINGS as DEALS
from xiaoguan.ledger.posting import PostingRules
from xiaoguan.services.calendar.postings import POSTINGS as CALENDAR

POSTINGS: tuple[PostingRules, ...] = (CRM, DEALS, CALENDAR)
