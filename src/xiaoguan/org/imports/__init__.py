"""Import members: people with their managers, regions and teams.

The import engine stands above this room, so it hands its vocabulary in: ``config.imports`` calls
``members_importable(contract)`` with the module ``services.transfer.contract``.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.models import Origin
from xiaoguan.org.imports import people
from xiaoguan.org.imports.writing import Writing, Written, take_back, write

__all__ = ["members_importable"]

_OPEN_START = gettext_noop("Nobody says since when these people belong to their teams; taken as since ever.")
_MANAGERS = gettext_noop("Managers who have no line of their own become members and lead their team.")

# Field, label, headers it is known by, kind of value, personal.
_COLUMNS: tuple[tuple[str, Any, tuple[str, ...], str, bool], ...] = (
    ("name", pgettext_lazy("person", "Name"), (
        "sales_agent", "name", "full name", "member", "employee", "agent", "salesperson", "sales rep", "姓名", "成员",
        "员工", "员工姓名", "销售", "销售员", "销售代表", "业务员",
    ), "TEXT", True),
    ("manager", _("Manager"), (
        "manager", "superior", "supervisor", "lead", "reports to", "经理", "主管", "上级",
        "上级主管", "直属上级", "直接上级", "销售经理", "负责人",
    ), "TEXT", True),
    ("region", _("Region"), (
        "regional_office", "region", "regional office", "office", "大区", "区域", "地区", "办事处", "分公司",
    ), "CHOICE", False),
    ("team", _("Team"), ("team", "group", "department", "unit", "团队", "小组", "组", "部门", "销售组"), "CHOICE",
    False), ("hired_on", _("Hired on"), (
        "hire date", "hired", "hired on", "start date", "joined", "entry date", "入职日期", "入职",
        "入职时间", "到岗日期",
    ), "DATE", False),
    ("employee_no", _("Employee number"), (
        "employee number", "employee no", "employee id", "staff no", "staff id", "工号", "员工编号", "员工号", "职工号",
    ), "TEXT", False),
    ("username", _("Username"), ("username", "login", "user", "account name", "用户名", "登录名", "账号"), "TEXT",
    False), ("email", _("E-mail"), ("email", "e-mail", "mail", "邮箱", "电子邮件", "电子邮箱"), "TEXT", True),
    ("phone", _("Phone"), ("phone", "mobile", "telephone", "手机", "电话", "手机号", "联系电话"), "TEXT", True),
)  # fmt: skip


def members_importable(contract: Any) -> Any:
    """The importable kind “members”, in the words of ``services.transfer.contract``."""

    def prepare(rows: Sequence[Any], context: Any) -> Any:
        read = people.read(((row.line, row.values) for row in rows), context.memory)
        undated = sum(1 for person, _known in read.people if person.hired_on is None)
        assumed = contract.Assumption(code="open_start", words=contract.Words(_OPEN_START), rows=undated)
        return contract.Prepared(
            rows=[contract.Ready(person.line, person.key, person, known) for person, known in read.people],
            problems=[
                contract.Problem(
                    line=trouble.line,
                    field=trouble.field,
                    reason=contract.Words(trouble.reason, {"line": trouble.first_line}),
                    hint=contract.Words(trouble.hint),
                )
                for trouble in read.troubles
            ],
            assumptions=[assumed] if undated else [],
        )

    def study(rows: Sequence[Any], memory: dict[str, Any]) -> None:
        for row in rows:
            people.note(row.values, row.line, memory)

    def assume(context: Any) -> Sequence[Any]:
        added = len(people.managers_without_a_row(context.memory))
        words = contract.Words(_MANAGERS)
        return [contract.Assumption(code="managers_added", words=words, rows=added)] if added else []

    def apply(rows: Sequence[Any], context: Any) -> Sequence[Any]:
        known = {row.line: row.object_id for row in rows if row.object_id}
        written = write([row.payload for row in rows], known, _writing(context))
        return [contract.Outcome(one.line, one.member_id, contract.Did(one.did), one.before) for one in written]

    def undo(rows: Sequence[Any], context: Any) -> None:
        done = [Written(row.line, row.object_id, str(row.did), row.before) for row in rows]
        take_back(done, _writing(context))

    return contract.Importable(
        kind="members",
        label=_("Members"),
        object_kind=MEMBER,
        columns=_columns(contract),
        study=study,
        assume=assume,
        prepare=prepare,
        apply=apply,
        undo=undo,
        permission="imports.run",
    )


def _columns(contract: Any) -> tuple[Any, ...]:
    return tuple(
        contract.Column(
            field=field,
            label=label,
            synonyms=synonyms,
            kind=contract.ColumnKind[kind],
            required=field == "name",
            filled=field == "name",
            private=private,
        )
        for field, label, synonyms, kind, private in _COLUMNS
    )


def _writing(context: Any) -> Writing:
    managers = frozenset(context.memory.get("managers", {}))
    return Writing(by=context.by, at=context.at, origin=Origin.IMPORT, batch_id=context.run_id, managers=managers)
