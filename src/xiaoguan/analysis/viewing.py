"""Who looks at figures, at what, today: questions under his scope, and the frame that every figure shares."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
from django.utils.translation import gettext as _

from xiaoguan.analysis.choice import Choice
from xiaoguan.analysis.policy import scope_for, units_for
from xiaoguan.analysis.showing import Frame
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.language import Filter, Measure
from xiaoguan.lib.periods import Period
from xiaoguan.org.company import company
from xiaoguan.org.company import today as company_today
from xiaoguan.org.models import Member
from xiaoguan.org.scope import Scope


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, at what, today."""

    member: Member
    choice: Choice
    today: date
    scope: Scope
    units: list[tuple[int, str]]

    def ask(
        self,
        measures: tuple[Measure, ...],
        by: tuple[str, ...] = (),
        period: Period | None = None,
        filters: tuple[Filter, ...] = (),
    ) -> Ask:
        """A question about measures under the viewer's scope and choice."""
        choice = self.choice
        return Ask(
            measures=measures,
            period=period or choice.period,
            today=self.today,
            by=by,
            scope=self.scope,
            within=frozenset([choice.unit]) if choice.unit is not None else frozenset(),
            org=choice.org,
            known_on=choice.known_on,
            filters=filters,
            due=choice.due,
        )

    @property
    def frame(self) -> Frame:
        """What all figures shown to the viewer share."""
        return Frame(choice=self.choice, scope=self._scope_words(), today=self.today)

    def _scope_words(self) -> str:
        names = dict(self.units)
        if self.choice.unit is not None:
            return names[self.choice.unit]
        if self.scope.everything:
            return company().name or _("The whole company")
        return " + ".join(sorted(names.values())[:3]) if names else self.member.name


def viewer_of(member: Member, choice: Choice, at: datetime) -> Viewer:
    """NotAllowed without the permission; 404 for a unit whose figures the member does not see."""
    today = company_today(at)
    scope = scope_for(member, today)
    units = units_for(scope)
    if choice.unit is not None and choice.unit not in dict(units):
        raise Http404
    return Viewer(member, choice, today, scope, units)
