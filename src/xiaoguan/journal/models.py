"""Tables of the journal: append-only by triggers on both databases (``lib.append_only``)."""

import json
from typing import Any

from django.db import models


class JsonText(models.TextField):
    """JSON kept as written (``json`` on PostgreSQL: smaller and faster to load than ``jsonb``)."""

    # What the type checker's plugin takes attributes of this field for.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def db_type(self, connection: Any) -> str:
        return "json" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Origin(models.IntegerChoices):
    """Where an entry comes from; consequences run for LIVE unless their row says otherwise."""

    LIVE = 1
    IMPORT = 2
    OPENING = 3
    DEMO = 4


class Entry(models.Model):
    """One business event: which fact, on which day, recorded when and by whom, about what."""

    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    known_at = models.DateTimeField()
    subject_key = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)
    on_date = models.DateField()
    kind = models.SmallIntegerField()
    version = models.SmallIntegerField()
    origin = models.SmallIntegerField(choices=Origin.choices)
    known_assumed = models.BooleanField()
    dedupe_key = models.CharField(max_length=100, null=True, unique=True)
    reverses = JsonText(null=True)
    payload = JsonText()
    stamp = JsonText()

    class Meta:
        db_table = "journal_entry"
        indexes = [
            models.Index(fields=["subject_key", "id"], name="entry_subject"),
            models.Index(fields=["customer_id", "on_date", "id"], name="entry_customer_day"),
            models.Index(fields=["actor_id", "id"], name="entry_actor"),
            models.Index(fields=["batch_id", "id"], name="entry_batch", condition=models.Q(batch_id__isnull=False)),
        ]


class EntryObject(models.Model):
    """An object that an entry touches beside its subject, its customer and its actor."""

    pk = models.CompositePrimaryKey("object_key", "entry_id", "role")
    object_key = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    role = models.CharField(max_length=32)

    class Meta:
        db_table = "journal_object"
        managed = False  # made by migration SQL: WITHOUT ROWID halves it on SQLite


class Reversal(models.Model):
    """An entry that was taken back, and the entry that took it back: each can be reversed once."""

    entry_id = models.BigIntegerField(db_index=True)
    reversed_id = models.BigIntegerField(unique=True)

    class Meta:
        db_table = "journal_reversal"


class PrivateValue(models.Model):
    """Old and new value of a personal or free-text field, apart from the entry so that it can be erased.

    ``about_kind``/``about_id`` name the object (a person: member or contact) whom the value is about.
    """

    entry_id = models.BigIntegerField(db_index=True)
    field = models.CharField(max_length=64)
    about_kind = models.SmallIntegerField(null=True)
    about_id = models.BigIntegerField(null=True)
    old = models.TextField(null=True)
    new = models.TextField(null=True)

    class Meta:
        db_table = "journal_private"
        indexes = [models.Index(fields=["about_kind", "about_id"], name="private_about")]
