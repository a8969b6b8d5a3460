"""Who asks, found with two questions that are written once: each request begins with them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import Subquery
from django.utils import timezone

from xiaoguan.lib.prepared import Prepared
from xiaoguan.org.models import Member, TreeVersion
from xiaoguan.org.tree import token_read

_session = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))
_TOKEN = Subquery(TreeVersion.objects.filter(pk=1).values("token"))
_member = Prepared(lambda pk: Member.objects.filter(pk=pk).annotate(tree_token=_TOKEN))


class SessionStore(db.SessionStore):
    """Django's sessions in the database (``SESSION_ENGINE``)."""

    def _get_session_from_db(self) -> Session | None:
        found = _session.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None  # what is written next gets a key that nobody else chose
        return found


class MemberBackend(ModelBackend):
    """Django's check of passwords."""

    def get_user(self, user_id: Any) -> Member | None:
        found = _member.first(user_id)
        if found is not None:
            token_read(found.tree_token)  # what pages keep is compared with it next
        return found if found is not None and self.user_can_authenticate(found) else None
