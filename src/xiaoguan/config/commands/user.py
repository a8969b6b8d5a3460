"""People who sign in: create, set a password, list, give and take roles. 成员登录。

A password is asked for at the terminal, or read from the first line of standard input.
"""

import argparse
import getpass
import sys
from datetime import date
from typing import TYPE_CHECKING

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json
from xiaoguan.config.steps import Words
from xiaoguan.lib.refusal import Refusal

if TYPE_CHECKING:
    from xiaoguan.org.models import Member


def add_arguments(parser: argparse.ArgumentParser) -> None:
    tasks = parser.add_subparsers(dest="task", required=True)
    create = tasks.add_parser("create", help="new person with a sign-in / 新建")
    create.add_argument("username")
    create.add_argument("--name", required=True, help="as people call them / 姓名")
    create.add_argument("--role", action="append", default=[], help="administrator, director, manager …; repeatable")
    create.add_argument("--unit", help="name of the unit / 部门名称")
    password = tasks.add_parser("password", help="set a password / 设密码")
    password.add_argument("username")
    add_json(tasks.add_parser("list", help="everybody with roles / 列出"))
    role = tasks.add_parser("role", help="give or take a role / 授予或收回角色")
    role.add_argument("username")
    role.add_argument("what", choices=("give", "take"))
    role.add_argument("role")
    role.add_argument("--from", dest="start", type=date.fromisoformat, help="first day / 起始日期, 2026-03-01")


def run(args: argparse.Namespace) -> int:
    database.ready()
    tasks = {"create": _create, "password": _password, "list": _list, "role": _role}
    tasks[args.task](args)
    return 0


def _create(args: argparse.Namespace) -> None:
    from django.db import transaction
    from django.utils import timezone

    from xiaoguan.org.actions import NewMember, create_members, set_password

    new = NewMember(
        username=args.username, name=args.name, roles=tuple(args.role), unit_id=_unit(args.unit) if args.unit else None
    )
    secret, now = _ask_password(), timezone.now()
    with transaction.atomic():  # a refused password leaves no half-made sign-in behind
        (member,) = create_members([new], by=None, at=now)
        set_password(member, secret, by=None, at=now)
    print(Words(f"已新建 {member.username}。", f"{member.username} is created."))


def _password(args: argparse.Namespace) -> None:
    from django.utils import timezone

    from xiaoguan.org.actions import set_password

    member = _member(args.username)
    set_password(member, _ask_password(), by=None, at=timezone.now())
    print(Words(f"{member.username} 的密码已更改。", f"The password of {member.username} is changed."))


def _list(args: argparse.Namespace) -> None:
    from xiaoguan.config.people import everybody

    people = everybody()
    if args.json:
        print_json(people)
        return
    for person in people:
        roles = ", ".join(person["roles"]) or "–"
        mark = "" if person["signs_in"] else Words("　不能登录", "  cannot sign in")
        print(f"{person['username']:<24} {person['name']}　{roles}{mark}")


def _role(args: argparse.Namespace) -> None:
    from django.utils import timezone

    from xiaoguan.lib.days import company_day
    from xiaoguan.org.actions import Grant, grant_roles, revoke_role

    member, now = _member(args.username), timezone.now()
    start = args.start or company_day(now)
    if args.what == "give":
        grant_roles([Grant(member_id=member.pk, role=args.role, start=start)], by=None, at=now)
    else:
        _check_role(args.role)
        revoke_role(member.pk, args.role, start, by=None, at=now)
    print(Words(f"{member.username} 的角色已更改。", f"The roles of {member.username} are changed."))


def _member(username: str) -> "Member":
    from xiaoguan.org.models import Member

    try:
        return Member.objects.get_by_natural_key(username)
    except Member.DoesNotExist:
        raise Refusal(
            Words(
                f"没有用户名为“{username}”的成员。全部成员：xiaoguan user list",
                f"Nobody has the username “{username}”. Everybody: xiaoguan user list",
            )
        ) from None


def _check_role(key: str) -> None:
    from xiaoguan.org.models import Role

    known = list(Role.objects.order_by("position").values_list("key", flat=True))
    if key not in known:
        listed = ", ".join(known)
        raise Refusal(Words(f"没有角色“{key}”。可选：{listed}", f"There is no role “{key}”. Choose of: {listed}"))


def _unit(name: str) -> int:
    from xiaoguan.org.models import Unit

    ids = list(Unit.objects.filter(name=name).values_list("id", flat=True))
    if len(ids) != 1:
        raise Refusal(
            Words(
                f"名为“{name}”的部门有 {len(ids)} 个，须恰好一个。",
                f"{len(ids)} units have the name “{name}”; it must be exactly one.",
            )
        )
    return ids[0]


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(str(Words("密码：", "Password: ")))
    if first != getpass.getpass(str(Words("再输一次：", "Once more: "))):
        raise Refusal(Words("两次输入的密码不一样，未改动。", "The two passwords differ; nothing was changed."))
    return first
