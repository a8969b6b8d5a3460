"""What can be found: one row for each record. The index of its pairs stands beside it (migrations): a full-text table
on SQLite, an array with an inverted index on PostgreSQL."""

from django.db import models


class SearchText(models.Model):
    """The normalised text of a record, by its object key."""

    key = models.BigIntegerField(primary_key=True)
    text = models.CharField(max_length=400)

    class Meta:
        db_table = "search_text"
