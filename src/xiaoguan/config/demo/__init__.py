"""The demo company: a story that is a pure function of size, seed and day, and two writers that carry it out."""

from xiaoguan.config.demo.sizes import SIZES
from xiaoguan.config.demo.writing import fill, has_members
from xiaoguan.org.demo import PASSWORD as DEMO_PASSWORD

__all__ = ["DEMO_PASSWORD", "SIZES", "fill", "has_members"]
