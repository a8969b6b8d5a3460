"""Every read of deals that a page, a report or another room needs; each starts from ``policy``."""

from xiaoguan.deals.queries.records import (
    deal_labels,
    deal_url,
    deals_seen,
    deals_unseen,
    deals_unseen_among,
    stage_labels,
)

__all__ = ["deal_labels", "deal_url", "deals_seen", "deals_unseen", "deals_unseen_among", "stage_labels"]
