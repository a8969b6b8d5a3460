from datetime import date, timedelta

import pytest

from xiaoguan.config import demo
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.org.models import Member, Unit
from xiaoguan.org.queries import demo_sign_ins
from xiaoguan.org.scope import level_of
from xiaoguan.org.tree import UnitTree

AS_OF = date(2026, 11, 23)


@pytest.fixture
def filled(db):
    demo.fill(AS_OF, size="tiny")


def test_one_sign_in_for_each_role(filled):
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


def test_two_regions_and_four_teams_with_everybody_somewhere(filled):
    tree = UnitTree.load()
    kinds = sorted(tree.kinds.values())
    assert kinds == ["company", "region", "region", "team", "team", "team", "team"]
    members = dict(Member.objects.values_list("username", "pk"))
    assert len(members) == 15
    assert all(tree.unit_of(member, AS_OF) for member in members.values())
    assert tree.superior_of(members["rep"], AS_OF) == members["manager"]
    assert tree.superior_of(members["manager"], AS_OF) == members["director"]
    moved, day = members["zhu.lin"], AS_OF - timedelta(days=150)
    assert tree.unit_of(moved, day - timedelta(days=1)) != tree.unit_of(moved, day)


def test_everything_is_marked_as_demo_and_named_as_always(filled):
    assert set(Entry.objects.values_list("origin", flat=True)) == {Origin.DEMO}
    assert list(Unit.objects.order_by("pk").values_list("name", flat=True))[:3] == ["恒川智控", "华东大区", "华东一组"]
    assert Member.objects.get(username="rep").name == "林晓雯"
    assert level_of(Member.objects.get(username="finance"), "periods.close", AS_OF) == "company"
