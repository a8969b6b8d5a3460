"""Every write of the organisation. Bulk forms are the only writers; one is a case."""

from xiaoguan.org.actions.company import Day, Rate, set_company, set_holidays, set_rates
from xiaoguan.org.actions.data import MemberChange, update_members
from xiaoguan.org.actions.members import (
    Leaving,
    NewMember,
    Transfer,
    assign_members,
    create_members,
    leave,
    remove_members,
)
from xiaoguan.org.actions.roles import Grant, amend_role, grant_roles, revoke_role, set_password
from xiaoguan.org.actions.units import (
    Lead,
    NewUnit,
    appoint_leads,
    create_units,
    dissolve_unit,
    ensure_company_unit,
    move_unit,
    remove_units,
    rename_unit,
)

__all__ = [
    "Day", "Grant", "Lead", "Leaving", "MemberChange", "NewMember", "NewUnit", "Rate", "Transfer",
    "amend_role", "appoint_leads", "assign_members", "create_members", "create_units", "dissolve_unit",
    "ensure_company_unit", "grant_roles", "leave", "move_unit", "remove_members", "remove_units", "rename_unit",
    "revoke_role", "set_company", "set_holidays", "set_password", "set_rates", "update_members",
]  # fmt: skip
