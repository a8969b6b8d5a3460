"""Spellings that somebody confirmed, and finding or creating by name what a file speaks of."""

from collections.abc import Mapping, Sequence

from xiaoguan.crm import rules
from xiaoguan.crm.models import Alias
from xiaoguan.org.doing import Doing


def remember(kind: str, meant: Mapping[str, int], doing: Doing) -> None:
    """Keep what spellings mean, over what was kept before. Inside the caller's transaction."""
    Alias.objects.bulk_create(
        [
            Alias(
                kind=kind,
                written=written[:200],
                written_key=rules.name_key(written)[:200],
                meant_id=meant_id,
                confirmed_by=doing.by,
                confirmed_at=doing.at,
            )
            for written, meant_id in meant.items()
        ],
        update_conflicts=True,
        unique_fields=["kind", "written_key"],
        update_fields=["written", "meant_id", "confirmed_by", "confirmed_at"],
    )


def meanings(kind: str, keys: Sequence[str]) -> dict[str, int]:
    """What confirmed spellings mean, by key of the name."""
    found = Alias.objects.filter(kind=kind, written_key__in=keys)
    return dict(found.values_list("written_key", "meant_id"))
