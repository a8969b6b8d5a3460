"""Runs of imports, their rows before and after, what came from where, and corrections that were said yes to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xiaoguan.journal.models import JsonText


class AnyJson(JsonText):
    """JSON text of any shape."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any


class ImportRun(models.Model):
    """One file being brought in. Its id is the batch id of everything that it records."""

    class State(models.TextChoices):
        STAGING = "staging", _("Reading the file")
        UPLOADED = "uploaded", _("Read, columns not yet chosen")
        MAPPED = "mapped", _("Columns chosen")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, nothing written yet")
        APPLYING = "applying", _("Being imported")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Stopped by a fault")
        UNDO_FAILED = "undo_failed", _("Taking back stopped by a fault")
        REFUSED = "refused", _("Could not be read")

    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=12, choices=State.choices, default=State.STAGING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=40, null=True)
    sheet = models.CharField(max_length=120, null=True)
    headers = AnyJson(default=list)
    repeated = AnyJson(default=dict)
    notes = AnyJson(default=list)
    mapping = AnyJson(default=dict)
    options = AnyJson(default=dict)
    survey = AnyJson(default=dict)
    memory = AnyJson(default=dict)
    assumptions = AnyJson(default=list)
    corrections = AnyJson(default=list)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    rows = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    """rows that an undo left because they were edited since"""
    keep_edited = models.BooleanField(default=True)
    """the answer of the person who undoes: leave what was edited since"""
    error = models.TextField(blank=True, default="")
    stored_as = models.CharField(max_length=64, blank=True, default="")
    """the uploaded file's name in the private folder, until its cells are staged"""
    sheets = AnyJson(default=list)
    """the sheets of a workbook, while a person has to say which one is meant"""
    answers = AnyJson(default=list)
    """proposed corrections with what the person said to each; written only with the rows"""
    tally = AnyJson(default=dict)
    """how many rows have a problem, by column and by kind of problem"""
    revision = models.IntegerField(default=0)
    """counts the changes of columns and options: a dry run of an earlier revision is of no use"""
    step = models.CharField(max_length=8, blank=True, default="")
    step_done = models.IntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    """when the process that reads or checks this draft last said that it lives"""

    class Meta:
        indexes = [models.Index(fields=["state"], name="import_run_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def done(self) -> int:
        """Rows that are dealt with, by a dry run or by writing."""
        return self.created + self.updated + self.unchanged + self.skipped

    @property
    def writes(self) -> int:
        """Records that are, or would be, written."""
        return self.created + self.updated


class StagedRow(models.Model):
    """A row of the file that is not applied yet; its cells are deleted the moment it is."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="staged")
    line = models.IntegerField()
    cells = models.TextField()
    problems = AnyJson(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="staged_row_line")]

    def __str__(self) -> str:
        return str(self.line)


class ImportRow(models.Model):
    """What became of a row. It is written in the transaction that changes the record: the proof of having been done."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="results")
    line = models.IntegerField()
    did = models.CharField(max_length=10)
    object_id = models.BigIntegerField(null=True)
    external_id = models.CharField(max_length=200, null=True)
    former_hash = models.CharField(max_length=32, null=True)
    before = AnyJson(null=True)
    problems = AnyJson(null=True)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.did}"


class ImportedRecord(models.Model):
    """Which record an external id became, and what its row said last: the same file again changes nothing."""

    kind = models.CharField(max_length=32)
    external_id = models.CharField(max_length=200)
    object_id = models.BigIntegerField()
    row_hash = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "external_id"], name="imported_record_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class AcceptedCorrection(models.Model):
    """A spelling that somebody said yes to; later files of this kind are read so."""

    kind = models.CharField(max_length=32)
    field = models.CharField(max_length=64)
    written = models.CharField(max_length=200)
    meant = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "field", "written"], name="accepted_correction_key")]

    def __str__(self) -> str:
        return f"{self.written} → {self.meant}"


class Lease(models.Model):
    """The one permission to write an import: who has it and until when, should he die. One row."""

    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="+")
    holder = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_lease")]

    def __str__(self) -> str:
        return self.holder
