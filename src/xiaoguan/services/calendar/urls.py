"""Addresses of tasks and activities."""

from django.urls import path

from xiaoguan.services.calendar.views import activities, follow_up, tasks

app_name = "calendar"
urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", tasks.create, name="new-task"),
    path("tasks/owners/", tasks.owners, name="owners"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/done/", tasks.done, name="done"),
    path("tasks/<int:pk>/reopen/", tasks.reopen, name="reopen"),
    path("calendar/about/<int:kind>/<int:object_id>/", activities.part, name="about"),
    path("calendar/about/<int:kind>/<int:object_id>/log/", follow_up.log, name="log"),
    path("calendar/about/<int:kind>/<int:object_id>/task/", tasks.create_about, name="new-task-about"),
    path("calendar/activities/", activities.listing, name="activities"),
    path("calendar/activities/<int:pk>/", activities.edit, name="activity"),
    path("calendar/activities/<int:pk>/remove/", activities.remove, name="remove-activity"),
]
