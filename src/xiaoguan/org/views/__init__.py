"""Pages of the organisation: signing in, the team, a member, settings."""

from xiaoguan.org.views.signin import locked_out

__all__ = ["locked_out"]
