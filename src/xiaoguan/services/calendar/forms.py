"""Forms of activities and tasks: they parse, the actions decide."""

import uuid
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xiaoguan.lib.addresses import address_of
from xiaoguan.org.choosing import PersonField
from xiaoguan.org.models import Member
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


class TaskForm(forms.Form):
    """What is to be done, by when, by whom."""

    title = forms.CharField(label=_("Task"), max_length=200)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput)
    due_time = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    def __init__(self, *args: Any, owners: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = PersonField(owners, address_of("calendar:owners"), label=_("Owner"))

    @classmethod
    def of(cls, task: Task, owners: QuerySet[Member]) -> "TaskForm":
        """The form with a task's present values."""
        now = {"title": task.title, "due_on": task.due_on, "due_time": task.due_time, "owner": task.owner_id}
        return cls(initial=now, owners=owners)


class FollowUpForm(forms.Form):
    """What was done and, where the record takes it, what comes next. ``once`` makes a second sending log nothing."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=Activity.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What came of it"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 1}),
        error_messages={"required": _("Say in a few words what came of it.")},
    )
    happened_at = forms.DateTimeField(
        label=_("When"), required=False, widget=MomentInput, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=200)
    next_on = forms.DateField(label=_("On"), required=False, widget=DateInput)

    def __init__(self, *args: Any, next_needs_day: bool | None, **kwargs: Any) -> None:
        """``next_needs_day``: whether a next step must have its day; None where it has no place here."""
        super().__init__(*args, **{"label_suffix": "", "auto_id": "log_%s", **kwargs})
        self.next_needs_day = next_needs_day
        if next_needs_day is None:
            del self.fields["next_step"], self.fields["next_on"]

    @classmethod
    def fresh(cls, *, next_needs_day: bool | None) -> "FollowUpForm":
        """An empty form with a key of its own."""
        return cls(initial={"once": uuid.uuid4(), "kind": Activity.Kind.CALL}, next_needs_day=next_needs_day)

    def clean_next_on(self) -> date | None:
        """A day that the books can hold."""
        day: date | None = self.cleaned_data["next_on"]
        if day and not 1990 <= day.year <= 2199:
            raise ValidationError(_("Choose a day between 1990 and 2199."))
        return day

    def clean(self) -> dict[str, Any]:
        """A day without a step says nothing; a task has its day."""
        read = self.cleaned_data
        if read.get("next_on") and not read.get("next_step") and "next_step" not in self.errors:
            self.add_error("next_step", _("Say what will be done on that day."))
        if self.next_needs_day and read.get("next_step") and not read.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("By when?"))
        return read

    def moment(self, now: datetime) -> datetime:
        """When it happened; now, where nothing was chosen."""
        return self.cleaned_data["happened_at"] or now
