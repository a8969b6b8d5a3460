"""What could go wrong: facts that somebody who reads five minutes should know, each with its weight and its records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.analysis.choice import Opening
from xiaoguan.analysis.showing import amount
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import attention
from xiaoguan.deals.queries.attention import Weighed
from xiaoguan.deals.queries.open_deals import NO_STEP, OF_LEAVERS, PAST_CLOSE, RESTING, open_deals
from xiaoguan.home import needs
from xiaoguan.home.figures import Seen
from xiaoguan.home.moved import Movement
from xiaoguan.home.queries.list import LEAVERS
from xiaoguan.home.rules import share
from xiaoguan.journal.kinds import CUSTOMER, MEMBER
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.models import Member
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the risks are made of: one look at the open deals that a member sees, and at the silent customers (None
    where he sees none)."""

    past: Weighed
    resting: Weighed
    without_step: Weighed
    of_leavers: Weighed | None
    customer: tuple[int, Decimal] | None
    owner: tuple[int, Decimal] | None
    silent: int | None
    largest: list[Deal]


def look(member: Member, today: date, *, largest: int) -> Look:
    """Ask all of it; at a million deals this takes the database as long as the rest of the page takes altogether."""
    deals = open_deals(member, None, today)
    sees_customers = needs.CUSTOMERS in needs.kinds_for(member, today)
    may_transfer = allowed(member, "deals.transfer", today)
    return Look(
        past=attention.weighed(deals.with_matter(PAST_CLOSE)),
        resting=attention.resting_weighed(deals),
        without_step=attention.weighed(deals.with_matter(NO_STEP)),
        of_leavers=attention.weighed(deals.with_matter(OF_LEAVERS)) if may_transfer else None,
        customer=attention.largest_share(deals, "customer_id"),
        owner=attention.largest_share(deals, "owner_id"),
        silent=needs.count(member, needs.CUSTOMERS, None, today) if sees_customers else None,
        largest=attention.largest(deals, largest),
    )


def risks_of(seen: Seen, found: Look, pipeline: Figure, moved: Movement) -> list[Risk]:
    """The risks in words, those about money first."""
    return [
        *_slipped(moved),
        *_past_close(found.past, pipeline),
        *_resting(found.resting, pipeline),
        *_without_step(found.without_step, pipeline),
        *_in_one_hand(seen, found, pipeline),
        *_silent(found.silent),
        *_of_leavers(found.of_leavers, pipeline),
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


def _past_close(past: Weighed, pipeline: Figure) -> Iterator[Risk]:
    title = ngettext(
        "%(n)s open deal should have closed already", "%(n)s open deals should have closed already", past.many
    )
    yield from _some(past, pipeline, "calendar", title, f"{address_of('deals:list')}?due=overdue")


def _resting(resting: Weighed, pipeline: Figure) -> Iterator[Risk]:
    title = ngettext(
        "%(n)s open deal rests longer than usual in its stage",
        "%(n)s open deals rest longer than usual in their stage",
        resting.many,
    )
    address = needs.address({"kind": needs.DEALS, "why": RESTING})
    yield from _some(resting, pipeline, "hourglass", title, address)


def _without_step(idle: Weighed, pipeline: Figure) -> Iterator[Risk]:
    title = ngettext("%(n)s open deal has no next step", "%(n)s open deals have no next step", idle.many)
    address = needs.address({"kind": needs.DEALS, "why": NO_STEP})
    yield from _some(idle, pipeline, "alert-circle", title, address)


def _some(found: Weighed, pipeline: Figure, icon: str, title: str, url: str) -> Iterator[Risk]:
    if found.many:
        evidence = _evidence(found.worth, share(found.worth, pipeline.value))
        yield Risk(icon=icon, tone="warn", title=title % {"n": f"{found.many:,}"}, evidence=evidence, url=url)


def _in_one_hand(seen: Seen, looked: Look, pipeline: Figure) -> Iterator[Risk]:
    for found, kind, icon, sentence in (
        (looked.customer, CUSTOMER, "building", _("%(share)s of the open pipeline is one customer's: %(name)s")),
        (looked.owner, MEMBER, "user", _("%(share)s of the open pipeline is in one person's hands: %(name)s")),
    ):
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


def _silent(many: int | None) -> Iterator[Risk]:
    if many:
        words = {"n": write.up_to(many)}
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


def _of_leavers(left: Weighed | None, pipeline: Figure) -> Iterator[Risk]:
    if left is None:
        return
    title = ngettext(
        "%(n)s open deal belongs to somebody who left", "%(n)s open deals belong to people who left", left.many
    )
    yield from _some(left, pipeline, "user-off", title, needs.address({"kind": LEAVERS}))


def _evidence(worth: Decimal, part: Decimal | None) -> str:
    words = {"amount": amount(worth), "share": write.percent(part)}
    if part is None:
        return _("worth %(amount)s together") % words
    return _("worth %(amount)s together, %(share)s of the open pipeline") % words
