"""Import activities with customers. It stands here because a file names customers, and the calendar knows none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xiaoguan.crm.actions import known_customers
from xiaoguan.crm.imports.common import PERMISSION, doing, owner_of, problem, repeated
from xiaoguan.journal.facts.general import IMPORT_UNDONE, MISTAKE
from xiaoguan.journal.kinds import ACTIVITY, CUSTOMER
from xiaoguan.lib.days import company_day
from xiaoguan.services.calendar.actions import (
    ActivityChange,
    NewActivity,
    amend_activities,
    log_activities,
    take_back_activities,
)
from xiaoguan.services.calendar.models import Activity
from xiaoguan.services.transfer.contract import (
    AppliedRow,
    Assumption,
    Column,
    ColumnKind,
    Context,
    Did,
    Importable,
    Outcome,
    Prepared,
    Problem,
    Ready,
    Row,
)
from xiaoguan.services.transfer.words import Words

Kind = Activity.Kind
_KINDS: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in {
        Kind.CALL: ("call", "phone", "phone call", "telephone", "电话", "打电话", "通话", "电话沟通"),
        Kind.VISIT: ("visit", "onsite", "site visit", "拜访", "上门", "上门拜访", "外出拜访", "实地拜访"),
        Kind.MEETING: ("meeting", "demo", "video call", "会议", "开会", "视频会议", "线上会议", "交流"),
        Kind.MAIL: ("mail", "email", "e-mail", "message", "wechat", "邮件", "微信", "短信", "消息"),
        Kind.NOTE: ("note", "memo", "备注", "记录"),
    }.items()
    for word in words
}
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """A row that makes sense."""

    external_id: str | None
    kind: str
    customer_id: int
    member_id: int
    happened_at: datetime
    minutes: int | None
    text: str


COLUMNS: Final = (
    Column(
        field="customer",
        label=_("Customer"),
        synonyms=("account", "customer", "company", "account name", "客户", "客户名称", "公司", "公司名称"),
        kind=ColumnKind.REF,
        required=True,
        filled=True,
    ),
    Column(
        field="owner",
        label=_("Member"),
        synonyms=("owner", "sales_agent", "member", "rep", "by", "跟进人", "负责人", "销售", "业务员", "记录人"),
        kind=ColumnKind.REF,
        required=True,
        filled=True,
    ),
    Column(
        field="on",
        label=_("Day"),
        synonyms=("date", "day", "activity date", "happened on", "日期", "跟进日期", "跟进时间", "时间"),
        kind=ColumnKind.DATE,
        required=True,
        filled=True,
    ),
    Column(
        field="kind",
        label=_("Kind"),
        synonyms=("type", "kind", "activity type", "channel", "类型", "跟进方式", "方式", "跟进类型"),
        kind=ColumnKind.CHOICE,
    ),
    Column(field="minutes", label=_("Minutes"), synonyms=("minutes", "duration", "时长", "分钟", "时长分钟"),
           kind=ColumnKind.INT),
    Column(
        field="text",
        label=_("What came of it"),
        synonyms=("text", "note", "notes", "description", "content", "summary", "内容", "跟进内容", "备注", "说明"),
        max_length=5000,
        private=True,
    ),
    Column(field="external_id", label=_("Activity number"), synonyms=("activity_id", "id", "编号", "跟进编号"),
           max_length=100),
)  # fmt: skip


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    """Turn parsed rows into activities to write, or say what is wrong with them."""
    result = Prepared()
    customers = known_customers([row.values["customer"] for row in rows])
    other_kinds = 0
    for row in rows:
        item = _read(row, customers, context)
        if isinstance(item, Problem):
            result.problems.append(item)
            continue
        other_kinds += item.kind == Kind.OTHER
        result.rows.append(Ready(row.line, item.external_id, item))
    if other_kinds:
        words = Words(gettext_noop("Activities of another or no kind count as “other”."))
        result.assumptions = [Assumption(code="kind_other", words=words, rows=other_kinds)]
    return result


def _read(row: Row, customers: Mapping[str, int], context: Context) -> ActivityRow | Problem:
    values = row.values
    customer_id = customers.get(values["customer"])
    member = owner_of(row, context)
    if isinstance(member, Problem):
        return member
    if customer_id is None or member is None:
        return problem(
            row,
            "customer",
            gettext_noop("There is no customer “%(value)s”."),
            gettext_noop("Import the customers first, or correct the name in the file."),
        )
    wrong = _wrong(row, context)
    if wrong:
        return wrong
    return ActivityRow(
        external_id=values.get("external_id"),
        kind=_KINDS.get((values.get("kind") or "").casefold(), Kind.OTHER),
        customer_id=customer_id,
        member_id=member,
        happened_at=_moment(values["on"], context),
        minutes=values.get("minutes"),
        text=values.get("text") or "",
    )


def _wrong(row: Row, context: Context) -> Problem | None:
    if row.values["on"] > company_day(context.at):
        return problem(row, "on", gettext_noop("%(value)s lies in the future."), gettext_noop("Check the year."))
    if not 0 <= (row.values.get("minutes") or 0) <= 1440:
        return problem(
            row,
            "minutes",
            gettext_noop("%(value)s minutes are no length of an activity."),
            gettext_noop("Write minutes between 0 and 1,440."),
        )
    if row.values.get("external_id"):
        return repeated(row, row.values["external_id"], context, "activities")
    return None


def _moment(day: Any, context: Context) -> datetime:
    """Noon of the day, or the moment of import where noon is still to come."""
    noon = datetime.combine(day, _NOON, tzinfo=timezone.get_default_timezone())
    return min(noon, context.at)


def apply(rows: Sequence[Ready], context: Context) -> list[Outcome]:
    """Write ready rows. Of a known activity kind, length and words can change; with another customer, member or day it
    is taken back and logged again."""
    fresh = [row for row in rows if row.object_id is None]
    ids = log_activities([_new(row.payload) for row in fresh], **doing(context))
    outcomes = [Outcome(row.line, pk, Did.CREATED) for row, pk in zip(fresh, ids, strict=True)]
    old = [row for row in rows if row.object_id is not None]
    standing = Activity.objects.in_bulk([row.object_id for row in old if row.object_id])
    changes = []
    for row in old:
        before = standing[row.object_id or 0]
        if _moved(before, row.payload):
            outcomes.append(_again(row, context))
            continue
        changes.append(_change(before.pk, row.payload.kind, row.payload.minutes, row.payload.text))
        kept = {"kind": before.kind, "minutes": before.minutes, "text": before.text}
        outcomes.append(Outcome(row.line, before.pk, Did.UPDATED, kept))
    amend_activities(changes, **doing(context))
    return outcomes


def _moved(before: Activity, item: ActivityRow) -> bool:
    same_day = company_day(before.happened_at) == company_day(item.happened_at)
    return (before.customer_id, before.member_id) != (item.customer_id, item.member_id) or not same_day


def _again(row: Ready, context: Context) -> Outcome:
    take_back_activities([row.object_id or 0], reason=MISTAKE, **doing(context))
    (pk,) = log_activities([_new(row.payload)], **doing(context))
    return Outcome(row.line, pk, Did.CREATED)


def _change(pk: int, kind: str, minutes: int | None, text: str) -> ActivityChange:
    return ActivityChange(activity_id=pk, kind=kind, minutes=minutes, text=text)


def _new(item: ActivityRow) -> NewActivity:
    return NewActivity(
        kind=item.kind,
        about_kind=CUSTOMER,
        about_id=item.customer_id,
        customer_id=item.customer_id,
        member_id=item.member_id,
        happened_at=item.happened_at,
        minutes=item.minutes,
        text=item.text,
        external_id=item.external_id,
    )


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    """Take imported activities back; amended ones get their earlier words again."""
    created = [row.object_id for row in rows if row.did is Did.CREATED]
    take_back_activities(created, reason=IMPORT_UNDONE, **doing(context))
    changes = [
        _change(row.object_id, row.before["kind"], row.before["minutes"], row.before["text"])
        for row in rows
        if row.did is Did.UPDATED and row.before
    ]
    amend_activities(changes, **doing(context))


ACTIVITIES: Final = Importable(
    kind="activities",
    label=_("Activities"),
    object_kind=ACTIVITY,
    columns=COLUMNS,
    prepare=prepare,
    apply=apply,
    undo=undo,
    permission=PERMISSION,
)
