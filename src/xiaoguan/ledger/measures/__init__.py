"""Measures: how people read the ledger. A measure is data (``language``), asked with an ``Ask``, compiled to SQL and
answered net of reversals. Every figure opens to its postings (``behind``)."""

from xiaoguan.ledger.measures.language import configure_measures

__all__ = ["configure_measures"]
