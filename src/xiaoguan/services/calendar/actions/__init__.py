"""Every write of this service; the bulk form is the only one."""

from xiaoguan.services.calendar.actions.activities import (
    ActivityChange,
    NewActivity,
    amend_activities,
    log_activities,
    log_once,
    take_back_activities,
)
from xiaoguan.services.calendar.actions.follow_up import log_follow_up
from xiaoguan.services.calendar.actions.tasks import (
    NewTask,
    TaskChange,
    amend_tasks,
    complete_tasks,
    create_tasks,
    reopen_tasks,
)

__all__ = [
    "ActivityChange",
    "NewActivity",
    "NewTask",
    "TaskChange",
    "amend_activities",
    "amend_tasks",
    "complete_tasks",
    "create_tasks",
    "log_activities",
    "log_follow_up",
    "log_once",
    "reopen_tasks",
    "take_back_activities",
]
