"""What each fact about a deal counts for (settled, points 3, 5 and 6)."""

from typing import Final

from xiaoguan.journal.facts import deals as facts
from xiaoguan.ledger.posting import PostingRules
from xiaoguan.ledger.rules import Rule

_CLOSED_IN_STAGE = Rule(account="stage_days", value="stage_days", units=1, unless_none="stage_days")


def _out(why: str, **of: str) -> Rule:
    """The deal leaves the open pipeline as it stood before."""
    return Rule(account="pipeline", value="amount", sign=-1, units=-1, why=why, of=of)


def _in(why: str) -> Rule:
    """The deal enters the open pipeline as it stands now."""
    return Rule(account="pipeline", value="amount", units=1, why=why)


POSTINGS: Final[PostingRules] = {
    facts.DealCreated: (Rule(account="new_deals", units=1), _in("new")),
    facts.DealOpenedAtStart: (_in("opening"),),
    # Shown as opening, never as won; its units are the deals of then, taken from the fact.
    facts.WonBeforeStart: (Rule(account="won_opening", value="amount", units_of="how_many"),),
    facts.DealAmountChanged: (Rule(account="pipeline", value="amount", minus="amount_from", why="amount"),),
    facts.DealRedated: (_out("redate", due_on="due_from"), _in("redate")),
    facts.DealStageChanged: (
        _out("stage", stage_id="stage_from"),
        _in("stage"),
        Rule(
            account="stage_days",
            value="stage_days",
            units=1,
            unless_none="stage_days",
            of={"stage_id": "stage_from"},
        ),
    ),
    facts.DealTransferred: (_out("transfer", person_id="person_from"), _in("transfer")),
    facts.DealDetailsChanged: (
        _out(
            "details",
            customer_id="customer_from",
            product_id="product_from",
            product_line_id="product_line_from",
            source_id="source_from",
        ),
        _in("details"),
    ),
    facts.DealWon: (
        Rule(account="won", value="won_amount", units=1, of={"rate": "won_rate"}, new="new"),
        Rule(account="cycle_days", value="cycle_days", units=1, new="new"),
        _out("won"),
        _CLOSED_IN_STAGE,
    ),
    facts.DealLost: (
        Rule(account="lost", value="lost_amount", units=1, of={"rate": "lost_rate"}),
        _out("lost"),
        _CLOSED_IN_STAGE,
    ),
    facts.WonDealReopened: (
        Rule(
            account="won",
            value="won_amount",
            sign=-1,
            units=-1,
            why="reopened",
            of={"person_id": "winner_id", "rate": "won_rate"},
            new="was_new",
        ),
        Rule(
            account="cycle_days",
            value="cycle_days",
            sign=-1,
            units=-1,
            of={"person_id": "winner_id"},
            new="was_new",
        ),
        _in("reopened"),
    ),
    facts.LostDealReopened: (
        Rule(
            account="lost",
            value="lost_amount",
            sign=-1,
            units=-1,
            why="reopened",
            of={"person_id": "loser_id", "rate": "lost_rate"},
        ),
        _in("reopened"),
    ),
}
