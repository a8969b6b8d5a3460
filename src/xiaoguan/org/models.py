"""Units, members and everything dated about them; roles; the company's calendar and exchange rates.

Dated rows: ``start`` is the first day, ``end`` the first day after, either may be open (null). Only
``org.actions`` writes here: it keeps the rules that constraints cannot hold and makes the cached tree stale.
"""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiaoguan.lib.money import RateField

MONTHS = range(1, 13)


class Company(models.Model):
    """The one company whose books these are."""

    name = models.CharField(_("company name"), max_length=120, blank=True)
    currency = models.CharField(_("currency of the books"), max_length=3)
    fiscal_start_month = models.SmallIntegerField(_("first month of the fiscal year"), default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_company"),
            models.CheckConstraint(condition=Q(fiscal_start_month__range=(1, 12)), name="company_fiscal_month"),
        ]

    def __str__(self) -> str:
        return self.name


class TreeVersion(models.Model):
    """One row whose token changes with every change of the organisation and its settings: every process sees it.

    A random token instead of a counter: a number used in a rolled-back transaction would come again with
    other content.
    """

    token = models.CharField(max_length=32)

    class Meta:
        db_table = "org_tree_version"

    def __str__(self) -> str:
        return self.token


class Dated(models.Model):
    """A row that holds from ``start`` until the day before ``end``."""

    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(start__lt=F("end")),
                name="%(class)s_start_before_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.start or '…'} – {self.end or '…'}"


def _one_each(name: str, *fields: str) -> list[models.UniqueConstraint]:
    """At most one row with an open end, one with an open start and one beginning on a day."""
    return [
        models.UniqueConstraint(fields=fields, condition=Q(end__isnull=True), name=f"{name}_one_open_end"),
        models.UniqueConstraint(fields=fields, condition=Q(start__isnull=True), name=f"{name}_one_open_start"),
        models.UniqueConstraint(fields=[*fields, "start"], condition=Q(start__isnull=False), name=f"{name}_one_a_day"),
    ]


class Unit(models.Model):
    """A part of the company. Where it stands in the tree, and whether it stands at all, is in its
    placements."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        REGION = "region", _("Region")
        TEAM = "team", _("Team")

    name = models.CharField(_("unit"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="company"), name="one_company_unit"),
            models.CheckConstraint(condition=~Q(name=""), name="unit_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UnitPlacement(Dated):
    """Below which unit a unit stands. After its last placement has ended the unit is dissolved."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="child_placements")

    class Meta(Dated.Meta):
        db_table = "org_unit_placement"
        constraints = [
            *Dated.Meta.constraints,
            *_one_each("placement", "unit"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")), name="placement_not_below_itself"
            ),
        ]


class MemberManager(BaseUserManager["Member"]):
    """Finds members by username in any case, as people type it."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        return self.get(username=normal_username(username or ""))


def normal_username(typed: str) -> str:
    """A username as it is stored: trimmed, Unicode-normalised, lower case."""
    return Member.normalize_username(typed.strip()).lower()


class Member(AbstractBaseUser):
    """A person of the company, whether he signs in or not. Leavers and removed members keep their row and
    id."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    username = models.CharField(_("username"), max_length=150, unique=True)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    employee_no = models.CharField(_("employee number"), max_length=40, null=True, blank=True, unique=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    left_on = models.DateField(_("first day away"), null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    demo = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    joined_at = models.DateTimeField()

    objects: ClassVar[MemberManager] = MemberManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="member_username_any_case"),
            models.CheckConstraint(condition=~Q(name=""), name="member_has_a_name"),
            models.CheckConstraint(condition=~Q(employee_no=""), name="member_employee_no_not_empty"),
            models.CheckConstraint(
                condition=Q(hired_on__isnull=True) | Q(left_on__isnull=True) | Q(hired_on__lt=F("left_on")),
                name="member_hired_before_left",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="member_name")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Assignment(Dated):
    """To which unit a member belongs. ``start_assumed``: nobody said since when."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    start_assumed = models.BooleanField(default=False)

    class Meta(Dated.Meta):
        constraints = [*Dated.Meta.constraints, *_one_each("assignment", "member")]


class UnitLead(Dated):
    """Who leads a unit: one person at a time."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="leads")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="leads")

    class Meta(Dated.Meta):
        db_table = "org_unit_lead"
        constraints = [*Dated.Meta.constraints, *_one_each("lead", "unit")]


class Role(models.Model):
    """What somebody may do, as data: ``grants`` maps a permission key to a level (own, team, subtree,
    company)."""

    key = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    position = models.SmallIntegerField(default=0)
    grants = models.JSONField(default=dict)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh


class RoleGrant(Dated):
    """A member holds a role."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="role_grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="role_grants")

    class Meta(Dated.Meta):
        db_table = "org_role_grant"
        constraints = [*Dated.Meta.constraints, *_one_each("role_grant", "member", "role")]


class Holiday(models.Model):
    """A day that differs from the published calendar: free although it would be worked, or the other way
    round."""

    class Kind(models.TextChoices):
        OFF = "off", _("Day off")
        WORK = "work", _("Working day")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ExchangeRate(models.Model):
    """How much company currency one unit of a currency is worth from a day on."""

    currency = models.CharField(_("currency"), max_length=3)
    on_date = models.DateField(_("from"))
    rate = RateField(_("rate"))

    class Meta:
        ordering = ["currency", "-on_date"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "on_date"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on_date}"
