"""The journal: every business event is one append-only entry, written in the transaction of the change it tells.

It knows people and things only as (kind, id). Its vocabulary is ``facts/``; its only writer is
``recording.record``; ``config`` hands it stamp providers and subscribers at start-up.
"""
