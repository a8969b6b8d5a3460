"""Customers, the people there, products and where customers come from.

Announces the facts of ``journal.facts.crm``. Hears ``DealWon``, ``WonDealReopened`` and reversals of wins: they say
since when a customer has bought. Tells the stamp whether a customer is new on a day.
"""
