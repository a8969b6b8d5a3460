"""The names by which deals are found, all of them: the search is rebuilt from these."""

from collections.abc import Iterator

from xiaoguan.deals.models import Deal


def deal_names() -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every deal's id and name, removed ones included: they may come back."""
    for pk, name in Deal.objects.order_by("pk").values_list("pk", "name").iterator(5_000):
        yield pk, (name,)
