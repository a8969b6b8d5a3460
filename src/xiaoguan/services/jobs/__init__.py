"""Consequences that come later: the journal is the outbox, a delivery is owed per entry and reaction.

Announces ``DeliveryRetried`` (somebody asked for another try). Hears every fact that ``config.consequences`` lists.
A delivery is done in one transaction with what it causes: nothing is lost and nothing happens twice.
"""
