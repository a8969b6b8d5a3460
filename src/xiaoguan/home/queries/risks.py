"""What could go wrong: facts that somebody who reads five minutes should know, each with its weight and its records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.analysis.choice import Opening
from xiaoguan.analysis.showing import amount
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import attention
from xiaoguan.home import needs
from xiaoguan.home.figures import Seen
from xiaoguan.home.moved import Movement
from xiaoguan.home.queries.list import LEAVERS
from xiaoguan.home.rules import share
from xiaoguan.journal.kinds import CUSTOMER, MEMBER
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.records import open_records
from xiaoguan.org.scope import allowed
from xiaoguan.ui import format as write

_HEAVY: Final = Decimal("0.3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Something to look at, with its evidence and where it opens; ``exact`` is the figure that opens there, if one
    does."""

    icon: str
    tone: str
    title: str
    evidence: str
    url: str
    exact: Decimal | None = None


def risks_of(seen: Seen, deals: QuerySet[Deal], pipeline: Figure, moved: Movement, today: date) -> list[Risk]:
    """The risks of the open deals that the viewer sees, those about money first."""
    return [
        *_slipped(moved),
        *_past_close(deals, pipeline, today),
        *_resting(deals, pipeline, today),
        *_without_step(deals, pipeline, today),
        *_in_one_hand(seen, deals, pipeline),
        *_silent(seen, today),
        *_of_leavers(seen, deals, pipeline, today),
    ]


def _slipped(moved: Movement) -> Iterator[Risk]:
    """What left the period by new dates: each of these deals may be one that does not come."""
    step = moved.picture.line_of("redated_out")
    if step is None or not step.count:
        return
    words = {"n": f"{step.count:,}", "period": moved.choice.due.label if moved.choice.due else ""}
    yield Risk(
        icon="calendar-off",
        tone="warn",
        title=ngettext(
            "%(n)s deal was put off beyond %(period)s", "%(n)s deals were put off beyond %(period)s", step.count
        )
        % words,
        evidence=_("worth %(amount)s together, since last Monday") % {"amount": amount(abs(step.value))},
        url=step.href,
        exact=step.value,
    )


def _past_close(deals: QuerySet[Deal], pipeline: Figure, today: date) -> Iterator[Risk]:
    many, worth = attention.weighed(attention.past_close(deals, today))
    title = ngettext(
        "%(n)s open deal should have closed already", "%(n)s open deals should have closed already", many
    )  # fmt: skip
    yield from _some(many, worth, pipeline, "calendar", title, f"{address_of('deals:list')}?due=overdue")


def _resting(deals: QuerySet[Deal], pipeline: Figure, today: date) -> Iterator[Risk]:
    many, worth = attention.weighed(attention.needing(deals, attention.RESTING, today))
    title = ngettext(
        "%(n)s open deal rests longer than usual in its stage",
        "%(n)s open deals rest longer than usual in their stage",
        many,
    )
    address = needs.address({"kind": needs.DEALS, "why": attention.RESTING})
    yield from _some(many, worth, pipeline, "hourglass", title, address)


def _without_step(deals: QuerySet[Deal], pipeline: Figure, today: date) -> Iterator[Risk]:
    many, worth = attention.weighed(attention.needing(deals, attention.NO_STEP, today))
    title = ngettext("%(n)s open deal has no next step", "%(n)s open deals have no next step", many)
    address = needs.address({"kind": needs.DEALS, "why": attention.NO_STEP})
    yield from _some(many, worth, pipeline, "alert-circle", title, address)


def _some(many: int, worth: Decimal, pipeline: Figure, icon: str, title: str, url: str) -> Iterator[Risk]:
    if many:
        evidence = _evidence(worth, share(worth, pipeline.value))
        yield Risk(icon=icon, tone="warn", title=title % {"n": f"{many:,}"}, evidence=evidence, url=url)


def _in_one_hand(seen: Seen, deals: QuerySet[Deal], pipeline: Figure) -> Iterator[Risk]:
    for column, kind, icon, sentence in (
        ("customer_id", CUSTOMER, "building", _("%(share)s of the open pipeline is one customer's: %(name)s")),
        ("owner_id", MEMBER, "user", _("%(share)s of the open pipeline is in one person's hands: %(name)s")),
    ):
        found = attention.largest_share(deals, column)
        part = share(found[1], pipeline.value) if found else None
        if found is None or part is None or part < _HEAVY / 3:
            continue
        group = "customer" if kind == CUSTOMER else "person"
        record = open_records(seen.viewer.member, [(kind, found[0])])[kind, found[0]]
        if record.label:
            opening = Opening(choice=seen.viewer.choice, measure="pipeline_amount", group=group, value=found[0])
            yield Risk(
                icon=icon, tone="bad" if part >= _HEAVY else "info",
                title=sentence % {"share": write.percent(part), "name": record.label},
                evidence=amount(found[1]), url=opening.url(), exact=found[1],
            )  # fmt: skip


def _silent(seen: Seen, today: date) -> Iterator[Risk]:
    member = seen.viewer.member
    if needs.CUSTOMERS not in needs.kinds_for(member, today):
        return
    many = needs.count(member, needs.CUSTOMERS, None, today)
    if many:
        words = {"n": f"{needs.MOST}+" if many > needs.MOST else f"{many:,}"}
        yield Risk(
            icon="moon",
            tone="info",
            title=ngettext(
                "%(n)s customer with something to lose is silent",
                "%(n)s customers with something to lose are silent",
                many,
            )
            % words,
            evidence=_("an open deal or a win of the last year, and nothing done for thirty days"),
            url=needs.address({"kind": needs.CUSTOMERS}),
        )


def _of_leavers(seen: Seen, deals: QuerySet[Deal], pipeline: Figure, today: date) -> Iterator[Risk]:
    if not allowed(seen.viewer.member, "deals.transfer", today):
        return
    many, worth = attention.weighed(attention.left_behind(deals, today))
    title = ngettext(
        "%(n)s open deal belongs to somebody who left", "%(n)s open deals belong to people who left", many
    )  # fmt: skip
    yield from _some(many, worth, pipeline, "user-off", title, needs.address({"kind": LEAVERS}))


def _evidence(worth: Decimal, part: Decimal | None) -> str:
    words = {"amount": amount(worth), "share": write.percent(part)}
    if part is None:
        return _("worth %(amount)s together") % words
    return _("worth %(amount)s together, %(share)s of the open pipeline") % words
