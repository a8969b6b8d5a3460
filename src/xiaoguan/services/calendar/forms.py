"""Forms of activities and tasks: they parse, the actions decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaoguan.services.calendar.models import Activity, Task


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class ActivityForm(forms.Form):
    """What was done, when, how long, and what came of it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Activity.Kind.choices)
    happened_at = forms.DateTimeField(label=_("When"), widget=MomentInput, input_formats=["%Y-%m-%dT%H:%M"])
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0)
    text = forms.CharField(
        label=_("What came of it"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    @classmethod
    def fresh(cls) -> "ActivityForm":
        """An empty form about a moment ago."""
        return cls(initial={"kind": Activity.Kind.CALL, "happened_at": timezone.localtime()})


class TaskForm(forms.Form):
    """What is to be done, by when, by whom."""

    title = forms.CharField(label=_("Task"), max_length=200)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput)
    due_time = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    owner: Any = forms.ModelChoiceField(label=_("Owner"), queryset=None)

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]  # a ModelChoiceField

    @classmethod
    def of(cls, task: Task, owners: Any) -> "TaskForm":
        """The form with a task's present values."""
        now = {"title": task.title, "due_on": task.due_on, "due_time": task.due_time, "owner": task.owner_id}
        return cls(initial=now, owners=owners)
