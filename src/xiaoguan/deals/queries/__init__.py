"""Every read of deals that a page, a report or another room needs; each starts from ``policy``."""

from xiaoguan.deals.queries.records import (
    deal_labels,
    deal_url,
    stage_labels,
    visible_deal_ids,
    visible_stage_ids,
)

__all__ = ["deal_labels", "deal_url", "stage_labels", "visible_deal_ids", "visible_stage_ids"]
