"""Pipelines with their stages, deals and the reasons for losing them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xiaoguan.lib.codes import CodeField
from xiaoguan.lib.money import RATE_SCALE, MoneyField


class Tax(models.IntegerChoices):
    """Whether an amount includes tax. Codes stand in the books."""

    UNKNOWN = 0, _("Not known")
    INCLUDED = 1, _("Tax included")
    EXCLUDED = 2, _("Tax excluded")


class TwoNames(models.Model):
    """Something the company names itself, in Chinese and (optionally) in English."""

    name = models.CharField(pgettext_lazy("stage", "name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Pipeline(TwoNames):
    """A way of selling: an ordered list of stages."""

    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_pipeline"
            )
        ]


class Stage(TwoNames):
    """A step of a pipeline, named by what the buyer has agreed. Won and lost are states of a deal, not stages."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    position = models.SmallIntegerField()
    buyer_words = models.CharField(_("what the buyer agreed"), max_length=120, blank=True)
    buyer_words_en = models.CharField(_("what the buyer agreed, in English"), max_length=120, blank=True)
    probability = models.SmallIntegerField(_("win probability, percent"), null=True, blank=True)

    class Meta:
        ordering = ["pipeline_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "position"], name="stage_position"),
            models.UniqueConstraint(fields=["pipeline", "name"], name="stage_name"),
            models.CheckConstraint(
                condition=models.Q(probability__isnull=True) | models.Q(probability__range=(0, 100)),
                name="stage_probability_range",
            ),
        ]


class LossReason(TwoNames):
    """Why a deal was lost, chosen when it is."""

    code = models.SlugField(max_length=30, unique=True)
    position = models.SmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]


class Deal(models.Model):
    """One possible sale. Its history is in the journal; this row is how it stands now."""

    class State(models.IntegerChoices):
        OPEN = 1, pgettext_lazy("deal", "Open")
        WON = 2, pgettext_lazy("deal", "Won")
        LOST = 3, pgettext_lazy("deal", "Lost")
        REMOVED = 4, pgettext_lazy("deal", "Removed")

    name = models.CharField(_("deal"), max_length=200)
    state = CodeField(choices=State.choices, default=State.OPEN)
    customer = models.ForeignKey(
        "crm.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="deals", db_index=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deals", db_index=False)
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, related_name="deals", db_index=False)
    product = models.ForeignKey(
        "crm.Product", on_delete=models.PROTECT, null=True, blank=True, related_name="deals", db_index=False
    )
    source = models.ForeignKey(
        "crm.Source", on_delete=models.PROTECT, null=True, blank=True, related_name="deals", db_index=False
    )
    amount = MoneyField(_("amount"), null=True, blank=True)
    currency = models.CharField(max_length=3)
    rate = models.BigIntegerField(default=RATE_SCALE)
    tax = models.SmallIntegerField(choices=Tax.choices, default=Tax.UNKNOWN)
    opened_on = models.DateField()
    due_on = models.DateField(_("expected close"), null=True, blank=True)
    stage_since = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    loss_reason = models.ForeignKey(LossReason, on_delete=models.PROTECT, null=True, related_name="deals")
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    external_id = models.CharField(max_length=100, null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Each with what tells whose customers somebody may see, so that no deal is read for it.
            models.Index(fields=["owner", "state", "-id", "customer"], name="deal_owner"),
            models.Index(fields=["state", "-id"], name="deal_state"),
            models.Index(fields=["customer", "-id", "owner", "state"], name="deal_customer"),
            # Who needs somebody: only open deals are asked, and of the closed ones the wins of the last year.
            # What needs somebody is counted and ranked by these alone, without a look at the deals.
            models.Index(
                fields=[
                    "owner",
                    "stage",
                    "stage_since",
                    "due_on",
                    "next_step",
                    "customer",
                    "rate",
                    "amount",
                    "id",
                    "state",
                ],
                name="deal_resting",
                condition=models.Q(state=1),
            ),
            models.Index(
                fields=["owner", "-id", "rate", "amount", "state"],
                name="deal_no_step",
                condition=models.Q(state=1, next_step=""),
            ),
            models.Index(
                fields=["customer", "state", "closed_on", "opened_on", "owner", "rate", "amount"],
                name="deal_matters",
                condition=models.Q(state__in=(1, 2)),
            ),
            models.Index(
                fields=["owner", "customer", "state", "closed_on", "opened_on", "rate", "amount"],
                name="deal_matters_of",
                condition=models.Q(state__in=(1, 2)),
            ),
            models.Index(fields=["due_on", "rate", "amount"], name="deal_past", condition=models.Q(state=1)),
            models.Index(
                fields=["stage", "stage_since", "rate", "amount"], name="deal_rests", condition=models.Q(state=1)
            ),
            models.Index(
                fields=["customer", "amount", "rate", "opened_on"], name="deal_open_of", condition=models.Q(state=1)
            ),
            models.Index(
                (Cast("amount", models.FloatField()) * Cast("rate", models.FloatField())).desc(),
                models.F("id").desc(),
                name="deal_largest",
                condition=models.Q(state=1, amount__isnull=False),
            ),
            models.Index(
                fields=["owner", "closed_on", "customer", "opened_on"],
                name="deal_won_by",
                condition=models.Q(state=2),
            ),
            # Sums of closed deals by whatever the list groups by: added up from the index alone.
            models.Index(
                fields=["state", "owner", "stage", "product", "source", "due_on", "rate", "amount"], name="deal_sums"
            ),
            # What a filter by product or source finds is tried, ordered and added up without a look at the deals.
            models.Index(
                fields=["product", "state", "id", "source", "owner", "stage", "due_on", "rate", "amount"],
                name="deal_product",
            ),
            models.Index(
                fields=["source", "state", "id", "product", "owner", "stage", "due_on", "rate", "amount"],
                name="deal_source",
            ),
            models.Index(fields=["stage", "state", "id"], name="deal_stage"),
            # The list: one for each order, within a state. A period in which deals closed is added up as well.
            models.Index(fields=["state", "amount", "id"], name="deal_by_amount"),
            models.Index(fields=["state", "due_on", "id"], name="deal_by_due"),
            models.Index(fields=["state", "opened_on", "id"], name="deal_by_opened"),
            models.Index(
                fields=["state", "closed_on", "id", "due_on", "owner", "stage", "product", "source", "rate", "amount"],
                name="deal_by_closed",
            ),
            models.Index(fields=["state", "stage_since", "id"], name="deal_by_rest"),
            models.Index(fields=["state", "next_step_on", "id"], name="deal_by_next_step"),
            # The board: order of a column's cards first, then what its sums and filters read, so that no row is read
            # (the state too, which SQLite would look up in the row although the condition has settled it).
            models.Index(
                fields=["stage", "due_on", "id", "owner", "amount", "rate", "state"],
                name="deal_board",
                condition=models.Q(state=1),
            ),
            models.Index(
                fields=["owner", "stage", "due_on", "id", "amount", "rate", "state"],
                name="deal_board_owner",
                condition=models.Q(state=1),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"],
                condition=models.Q(external_id__isnull=False) & ~models.Q(state=4),
                name="deal_external_id",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[1, 4], closed_on__isnull=True)
                | models.Q(state__in=[2, 3, 4], closed_on__isnull=False),
                name="deal_closed_has_day",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="deal_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClosedSum(models.Model):
    """How many closed deals share a value, with the sum of their amounts: kept by triggers of the deals
    (``deals.closed_sums``), so that a million of them are added up from a few hundred rows.

    A row tells of the deals of one state, stage and rate that agree in one more column (``kind``; 0 where they name
    nothing) and were closed in one month (202611; 0 for the kind by owner, of whom there may be thousands). ``slot`` is
    0, or the transaction that has added what is not gathered yet: what counts is the sum of all slots, and a
    transaction never waits for another's row.
    """

    class Kind(models.IntegerChoices):
        WHOLE = 0
        OWNER = 1
        PRODUCT = 2
        SOURCE = 3
        MONTH = 4

    pk = models.CompositePrimaryKey("kind", "state", "closed", "value", "stage", "rate", "slot")
    kind = models.SmallIntegerField(choices=Kind.choices)
    state = CodeField(choices=Deal.State.choices)
    closed = models.IntegerField()
    value = models.BigIntegerField()
    stage = models.BigIntegerField()
    rate = models.BigIntegerField()
    slot = models.BigIntegerField()
    deals = models.BigIntegerField()
    known = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["slot"], name="closed_sum_waiting", condition=~models.Q(slot=0))]
