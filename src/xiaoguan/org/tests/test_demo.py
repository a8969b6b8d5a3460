from datetime import date

import pytest
from django.utils import timezone

from xiaoguan.journal.models import Entry, Origin
from xiaoguan.lib.demo import DemoContext
from xiaoguan.org import demo
from xiaoguan.org.models import Member, Unit
from xiaoguan.org.queries import demo_sign_ins
from xiaoguan.org.scope import level_of
from xiaoguan.org.tree import UnitTree

AS_OF = date(2026, 11, 23)


@pytest.fixture
def context(db):
    filled = DemoContext(as_of=AS_OF)
    demo.fill(filled)
    return filled


def test_one_sign_in_for_each_role(context):
    found = {member.username: role.key for member, role in demo_sign_ins()}
    assert found == {
        "admin": "administrator",
        "director": "director",
        "manager": "manager",
        "rep": "representative",
        "ops": "operations",
        "finance": "finance",
        "hr": "hr",
    }
    assert all(Member.objects.get(username=username).check_password("xiaoguan-demo") for username in found)
    assert not Member.objects.filter(demo=False, password__startswith="md5").exists()


def test_two_regions_and_four_teams_with_everybody_somewhere(context):
    tree = UnitTree.load()
    kinds = sorted(tree.kinds.values())
    assert kinds == ["company", "region", "region", "team", "team", "team", "team"]
    assert len(context.members) == Member.objects.count() == 15
    assert all(tree.unit_of(member, AS_OF) for member in context.members.values())
    assert tree.superior_of(context.members["rep"], AS_OF) == context.members["manager"]
    assert tree.superior_of(context.members["manager"], AS_OF) == context.members["director"]
    assert all(tree.unit_of(member, context.day(450)) for member in context.ids["sellers"]), "there before the deals"
    moved = context.members["zhu.lin"]
    assert tree.unit_of(moved, context.day(151)) != tree.unit_of(moved, context.day(150))


def test_everything_is_marked_as_demo_and_nothing_is_random(context):
    assert set(Entry.objects.values_list("origin", flat=True)) == {Origin.DEMO}
    assert list(Unit.objects.order_by("pk").values_list("name", flat=True))[:3] == ["恒川智控", "华东大区", "华东一组"]
    assert Entry.objects.filter(recorded_at__gt=timezone.now()).count() == 0 or timezone.now().date() < AS_OF
    assert level_of(Member.objects.get(username="finance"), "periods.close", AS_OF) == "company"
