"""Activities and tasks. Their words stay in these tables; the journal knows that and when, not what was said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Activity(models.Model):
    """Something a member did with a customer or on a deal."""

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        MEETING = "meeting", _("Meeting")
        MAIL = "mail", _("Mail or message")
        NOTE = "note", _("Note")
        OTHER = "other", _("Other")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about_kind = models.SmallIntegerField()
    about_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="activities")
    happened_at = models.DateTimeField(_("when"))
    minutes = models.IntegerField(_("minutes"), null=True, blank=True)
    text = models.TextField(_("what happened"), blank=True)
    external_id = models.CharField(max_length=100, null=True, blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["about_kind", "about_id", "-happened_at"], name="activity_about"),
            models.Index(
                fields=["customer_id", "-happened_at"], name="activity_customer", condition=Q(removed_at=None)
            ),
            models.Index(fields=["member", "-happened_at"], name="activity_member"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=0), name="activity_minutes_not_negative"
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=Q(external_id__isnull=False, removed_at=None),
                name="activity_one_external_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_at:%Y-%m-%d}"


class Task(models.Model):
    """Something a member is to do by a day. ``origin_entry`` is the journal entry that caused it: once per cause."""

    title = models.CharField(_("task"), max_length=200)
    due_on = models.DateField(_("due on"))
    due_time = models.TimeField(_("at"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("owner")
    )
    about_kind = models.SmallIntegerField(null=True)
    about_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tasks_given"
    )
    origin_entry = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on", "id"], name="task_open", condition=Q(done_at=None)),
            models.Index(fields=["about_kind", "about_id"], name="task_about"),
            models.Index(fields=["customer_id", "due_on"], name="task_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_has_a_title"),
            models.UniqueConstraint(
                fields=["origin_entry"], condition=Q(origin_entry__isnull=False), name="task_once_per_cause"
            ),
            models.CheckConstraint(
                condition=Q(about_kind__isnull=True, about_id__isnull=True)
                | Q(about_kind__isnull=False, about_id__isnull=False),
                name="task_about_both_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return self.title
