"""People who sign in: create one, set a password, list them, give a role, set an exchange rate."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.actions import (
    Grant,
    NewMember,
    Rate,
    create_members,
    ensure_company_unit,
    grant_roles,
    set_password,
    set_rates,
)
from xiaoguan.org.company import today
from xiaoguan.org.models import Member, Role, Unit, normal_username
from xiaoguan.org.tree import UnitTree


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``create``, ``password``, ``list``, ``role`` and ``rate``, each with what it needs."""
    tasks = parser.add_subparsers(dest="task", required=True, metavar="create|password|list|role|rate")
    create = tasks.add_parser("create", help="enter a member who can sign in / 新建可登录的成员")
    create.add_argument("username")
    create.add_argument("--name", help="the name, if it is not the username / 姓名")
    create.add_argument("--role", default="representative", help="role key / 角色: administrator, director …")
    create.add_argument("--unit", help="name of the unit, default the company / 部门")
    create.add_argument("--email", default="")
    password = tasks.add_parser("password", help="set a password / 设密码")
    password.add_argument("username")
    for task in (create, password):
        task.add_argument(
            "--password-stdin", action="store_true", help="read it from standard input / 从标准输入读密码"
        )
    listing = tasks.add_parser("list", help="who there is / 列出成员")
    role = tasks.add_parser("role", help="give a role from today on / 授予角色")
    role.add_argument("username")
    role.add_argument("role")
    rate = tasks.add_parser("rate", help="set an exchange rate / 设汇率")
    rate.add_argument("currency", type=str.upper, help="USD")
    rate.add_argument("rate", help="company currency for one unit / 一单位折合本位币, 7.1")
    rate.add_argument("--from", dest="start", type=date.fromisoformat, help="first day, default today / 起始日")
    for task in (create, password, listing, role, rate):
        task.add_argument("--json", action="store_true", help="answer as JSON / 以 JSON 输出")


def run(args: argparse.Namespace) -> int:
    """Do the task; 0 where it is done. Refusals rise to the caller."""
    tasks: dict[str, Callable[[argparse.Namespace], None]] = {
        "create": _create,
        "password": _password,
        "list": _list,
        "role": _role,
        "rate": _rate,
    }
    tasks[args.task](args)
    return 0


def _create(args: argparse.Namespace) -> None:
    at = timezone.now()
    password = _asked_password(args)
    unit = _unit(args.unit) if args.unit else ensure_company_unit(by=None, at=at)
    new = NewMember(
        name=args.name or args.username, username=args.username, unit_id=unit.pk, start=today(at), email=args.email,
        roles=(_known_role(args.role),), password=password,
    )  # fmt: skip
    (member,) = create_members([new], by=None, at=at)
    sentence = _("%(username)s can sign in now.") % {"username": member.username}
    _say(args, sentence, {"id": member.pk, "username": member.username})


def _password(args: argparse.Namespace) -> None:
    member = _member(args.username)
    set_password(member, _asked_password(args), by=None, at=timezone.now())
    sentence = _("The password of %(username)s is set.") % {"username": member.username}
    _say(args, sentence, {"id": member.pk, "username": member.username})


def _list(args: argparse.Namespace) -> None:
    day, tree = today(timezone.now()), UnitTree.load()
    units = dict(Unit.objects.values_list("id", "name"))
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    for member in Member.objects.filter(removed=False).prefetch_related("role_grants__role").order_by("username"):
        held = [grant.role.key for grant in member.role_grants.all() if grant.end is None or grant.end > day]
        unit_id = tree.unit_of(member.pk, day)
        unit = units.get(unit_id) if unit_id else None
        may_sign_in = member.is_active and member.has_usable_password()
        rows.append({
            "username": member.username, "name": member.name, "unit": unit, "roles": held, "may_sign_in": may_sign_in,
        })  # fmt: skip
        lines.append(f"{member.username:<24} {unit or '–'}  {', '.join(held) or '–'}")
    _say(args, "\n".join(lines), rows)


def _role(args: argparse.Namespace) -> None:
    at, member = timezone.now(), _member(args.username)
    grant_roles([Grant(member_id=member.pk, role=_known_role(args.role), start=today(at))], by=None, at=at)
    named = {"username": member.username, "role": Role.objects.get(key=args.role)}
    sentence = _("%(username)s has the role “%(role)s” from today on.") % named
    _say(args, sentence, {"username": member.username, "role": args.role})


def _rate(args: argparse.Namespace) -> None:
    at = timezone.now()
    try:
        amount = Decimal(args.rate)
    except InvalidOperation as error:
        raise Refusal(_("“%(text)s” is not a number.") % {"text": args.rate}, field="rate") from error
    start = args.start or today(at)
    set_rates([Rate(currency=args.currency, start=start, rate=amount)], by=None, at=at)
    named = {"currency": args.currency, "rate": amount, "day": start}
    sentence = _("1 %(currency)s is worth %(rate)s from %(day)s on.") % named
    _say(args, sentence, {"currency": args.currency, "rate": str(amount), "from": start.isoformat()})


def _member(username: str) -> Member:
    found = Member.objects.filter(username=normal_username(username), removed=False).first()
    if found is None:
        raise Refusal(_("There is no member “%(username)s”.") % {"username": username}, field="username")
    return found


def _unit(name: str) -> Unit:
    found = list(Unit.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise Refusal(_("There is no unit, or more than one, called “%(name)s”.") % {"name": name}, field="unit")
    return found[0]


def _known_role(key: str) -> str:
    keys = list(Role.objects.values_list("key", flat=True))
    if key not in keys:
        named = {"role": key, "roles": ", ".join(keys)}
        raise Refusal(_("There is no role “%(role)s”. There are: %(roles)s.") % named, field="role")
    return key


def _asked_password(args: argparse.Namespace) -> str:
    """From standard input or typed unseen, never as an argument that other users of the machine could
    read."""
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(_("Password: "))
    if getpass.getpass(_("Again: ")) != first:
        raise Refusal(_("The two passwords differ. Nothing was changed."), field="password")
    return first


def _say(args: argparse.Namespace, sentence: str, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False) if args.json else sentence
    sys.stdout.write(text + "\n")
