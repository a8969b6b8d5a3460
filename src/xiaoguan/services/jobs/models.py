"""What is owed to reactions: one row per journal entry and reaction, kept when it is done."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """An entry that a reaction has yet to hear of, or has heard of."""

    class State(models.IntegerChoices):
        WAITING = 1, _("Waiting")
        RUNNING = 2, _("Running")
        FAILED = 3, _("Failed, will be tried again")
        DONE = 4, _("Done")
        SKIPPED = 5, _("Skipped, the entry was taken back")
        DEAD = 6, _("Given up")

    entry_id = models.BigIntegerField()
    reaction = models.CharField(max_length=64)
    state = models.SmallIntegerField(choices=State.choices, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry_id", "reaction"], name="delivery_once")]
        indexes = [
            # The runner asks every second: finished rows must not be in its way.
            models.Index(fields=["state", "next_at"], name="delivery_due", condition=models.Q(state__in=[1, 2, 3])),
            models.Index(fields=["state", "-id"], name="delivery_state"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of entry {self.entry_id}"
