"""Deals: what a customer may buy, its stage, amount and next step, until it is won or lost.

Announces DealCreated, DealOpenedAtStart, DealAmountChanged, DealRedated, DealStageChanged, DealTransferred,
DealDetailsChanged, DealWon, DealLost, WonDealReopened, LostDealReopened; hears DealWon and DealTransferred
(later: an after-sales task, a hand-over task).
"""
