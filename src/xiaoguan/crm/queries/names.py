"""The names by which customers are found, all of them: the search is rebuilt from these."""

from collections.abc import Iterator

from xiaoguan.crm import rules
from xiaoguan.crm.models import Customer


def customer_names() -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every customer's id and names, removed ones included: they may come back."""
    for row in Customer.objects.only("name", "short_name", "credit_code").order_by("pk").iterator(5_000):
        yield row.pk, rules.names_of(row)
