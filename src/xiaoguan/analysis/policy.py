"""Who sees which figures: the scope of ``measures.view``, and the units among which one may choose."""

from datetime import date

from django.utils.translation import gettext as _

from xiaoguan.journal.kinds import UNIT
from xiaoguan.lib.refusal import NotAllowed
from xiaoguan.org import memo
from xiaoguan.org.models import Member
from xiaoguan.org.records import labels_of
from xiaoguan.org.scope import Scope, scope_of
from xiaoguan.org.tree import UnitTree


def scope_for(member: Member, today: date) -> Scope:
    """What a member's figures contain; NotAllowed without the permission."""
    scope = scope_of(member, "measures.view", today)
    if scope is None:
        raise NotAllowed(_("Your role does not allow this page."))
    return scope


def units_for(scope: Scope) -> list[tuple[int, str]]:
    """The units whose figures the scope contains, by name; none where only one's own figures are seen."""
    ids = set(UnitTree.load().kinds) if scope.everything else set(scope.unit_ids)
    return memo.remember(
        ("units", frozenset(ids)), lambda: sorted(labels_of(UNIT, ids).items(), key=lambda pair: pair[1])
    )
