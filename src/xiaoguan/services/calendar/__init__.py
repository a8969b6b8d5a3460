"""Activities (what people did with a customer or on a deal) and tasks (what is to be done by when).

Announces the facts of ``journal.facts.calendar``. Hears ``DealWon`` (after-sales task) and ``DealTransferred``
(hand-over task). Linked to other rooms by (kind, id) only; who may see a row follows its subject.
"""
