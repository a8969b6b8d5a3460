"""From what somebody typed to a question: on the console and in an address."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.ledger.measures.asking import Ask, Organisation
from xiaoguan.ledger.measures.dimensions import DIMENSIONS
from xiaoguan.ledger.measures.language import Measure, all_measures, measure
from xiaoguan.lib.periods import Period, parse_period
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.company import company, today

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def measure_named(key: str) -> Measure:
    """The measure of a key; Refusal that lists the keys where there is none."""
    try:
        return measure(key)
    except KeyError:
        known = ", ".join(item.key for item in all_measures())
        sentence = _("There is no measure “%(key)s”. There are: %(known)s.") % {"key": key, "known": known}
        raise Refusal(sentence, field="key", code="no_measure") from None


def dimensions_named(text: str | None) -> tuple[str, ...]:
    """Dimensions by their keys, separated by commas; Refusal for one that does not exist."""
    names = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    for name in names:
        if name not in DIMENSIONS:
            sentence = _("“%(name)s” is nothing to group by. There are: %(known)s.")
            raise Refusal(sentence % {"name": name, "known": ", ".join(DIMENSIONS)}, field="by", code="no_dimension")
    return names


def in_reach(period: Period) -> Period:
    """The period itself; Refusal for years in which no company kept these books."""
    if period.start.year < _FIRST_YEAR or period.end.year > _LAST_YEAR:
        sentence = _("Choose days between %(first)s and %(last)s.") % {"first": _FIRST_YEAR, "last": _LAST_YEAR}
        raise Refusal(sentence, field="period", code="out_of_reach")
    return period


def console_ask(key: str, period: str | None, by: str | None, org: str, known_on: date | None) -> Ask:
    """The question of a console command: everything is in scope."""
    if not period:
        raise Refusal(_("Say which period: --period 2017-Q2."), field="period", code="no_period")
    if known_on is not None:
        in_reach(Period(known_on, known_on))
    return _checked(
        measures=(measure_named(key),),
        period=in_reach(parse_period(period, company().fiscal_start_month)),
        today=today(timezone.now()),
        by=dimensions_named(by),
        org=Organisation(org),
        known_on=known_on,
    )


def _checked(**parts: object) -> Ask:
    try:
        return Ask(**parts)  # type: ignore[arg-type]  # each part was made just above
    except ValueError:
        raise Refusal(_("Group by one stretch of time at most."), field="by", code="bad_groups") from None
