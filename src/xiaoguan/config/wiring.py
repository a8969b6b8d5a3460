"""Hand every room what it must know of the others. The only place that sees all of them."""

from collections.abc import Sequence

from xiaoguan.config.accounts import ACCOUNTS
from xiaoguan.config.checks import CHECKS
from xiaoguan.config.consequences import LATER, NOW
from xiaoguan.config.imports import IMPORTABLES
from xiaoguan.config.measures import MEASURES
from xiaoguan.config.panels import PANELS
from xiaoguan.config.postings import POSTINGS
from xiaoguan.config.records import RECORDS
from xiaoguan.crm.stamps import stamp_new
from xiaoguan.journal import recording
from xiaoguan.journal.recording import Recorded
from xiaoguan.ledger.accounts import configure_accounts
from xiaoguan.ledger.measures import configure_measures
from xiaoguan.ledger.moving import stamp_corrected
from xiaoguan.ledger.posting import configure_postings, post, stamp_open_from
from xiaoguan.ledger.reconcile import configure_checks
from xiaoguan.org.records import configure_records
from xiaoguan.org.stamps import stamp_units
from xiaoguan.services.jobs import outbox
from xiaoguan.services.transfer.kinds import configure_importables
from xiaoguan.ui.panels import configure_panels


def connect() -> None:
    """Wire the rooms together. Harmless when called again."""
    configure_accounts(ACCOUNTS)
    configure_postings(POSTINGS)
    configure_checks(CHECKS)
    configure_records(RECORDS)
    configure_measures(MEASURES)
    configure_importables(IMPORTABLES)
    configure_panels(PANELS)
    outbox.configure(LATER)
    recording.configure(
        stamps=[stamp_open_from, stamp_units, stamp_new, stamp_corrected],
        subscribers=[post, outbox.enqueue, react_now],
    )


def react_now(entries: Sequence[Recorded]) -> None:
    """Consequences in the same transaction: where one raises, the action is undone."""
    for reaction in NOW:
        concerned = [
            entry for entry in entries if isinstance(entry.fact, reaction.facts) and entry.origin in reaction.origins
        ]
        if concerned:
            reaction.react(concerned)
