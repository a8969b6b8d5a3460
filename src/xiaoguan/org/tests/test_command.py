import argparse
import io
import json

import pytest
from django.utils import timezone

from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org import command
from xiaoguan.org.models import Member
from xiaoguan.org.rates import rate_for
from xiaoguan.org.scope import level_of


@pytest.fixture
def xiaoguan_user(db, capsys, monkeypatch):
    def call(*words, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        assert command.run(parser.parse_args(words)) == 0
        return capsys.readouterr().out

    return call


def test_the_first_administrator_of_an_empty_database(xiaoguan_user):
    words = ("create", "Boss", "--name", "老板", "--role", "administrator", "--password-stdin", "--json")
    answer = json.loads(xiaoguan_user(*words, typed="seven green hills\n"))
    boss = Member.objects.get(pk=answer["id"])
    assert (boss.username, boss.name, boss.check_password("seven green hills")) == ("boss", "老板", True)
    assert level_of(boss, "roles.manage", company_day(timezone.now())) == "company"
    [row] = json.loads(xiaoguan_user("list", "--json"))
    assert (row["username"], row["roles"], row["may_sign_in"]) == ("boss", ["administrator"], True)
    assert row["unit"]


def test_a_weak_password_creates_nobody(xiaoguan_user):
    with pytest.raises(Refusal):
        xiaoguan_user("create", "boss", "--password-stdin", typed="12345\n")
    assert not Member.objects.exists()


def test_password_role_and_rate(xiaoguan_user):
    xiaoguan_user("create", "ann", "--password-stdin", typed="seven green hills\n")
    xiaoguan_user("password", "ANN", "--password-stdin", typed="eight green hills\n")
    assert Member.objects.get().check_password("eight green hills")
    xiaoguan_user("role", "ann", "finance")
    today = company_day(timezone.now())
    assert level_of(Member.objects.get(), "periods.close", today) == "company"
    xiaoguan_user("rate", "usd", "7.12", "--from", "2024-01-01")
    assert rate_for("USD", today) == 712_000_000


@pytest.mark.parametrize(
    "words",
    [
        ("password", "nobody", "--password-stdin"),
        ("role", "nobody", "finance"),
        ("create", "x", "--role", "king", "--password-stdin"),
        ("create", "x", "--unit", "nowhere", "--password-stdin"),
        ("rate", "USD", "much"),
        ("rate", "CNY", "2"),
    ],
)
def test_what_does_not_exist_is_refused(xiaoguan_user, words):
    with pytest.raises(Refusal):
        xiaoguan_user(*words, typed="seven green hills\n")
