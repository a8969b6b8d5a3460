"""Who works here, in which unit, since when, under whom, and who may do what.

Announces UnitCreated, MemberJoined, MemberAssigned, MemberLeft, LeadAppointed, RoleGranted …
(``journal.facts.org``) and sign-ins (``journal.facts.audit``). Hears nothing. Supplies the units of the
stamp.
"""
