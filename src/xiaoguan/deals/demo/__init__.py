"""The demo company's deals: by the actions that people use, or in bulk. A test holds the two to be equal."""

from xiaoguan.deals.demo.acting import Acting
from xiaoguan.deals.demo.bulk import Bulk
from xiaoguan.deals.demo.setting import arrange

__all__ = ["Acting", "Bulk", "arrange"]
