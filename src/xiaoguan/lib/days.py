"""Moments and days of the company: one zone (settings.TIME_ZONE), so that a day means one thing in the books."""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone


def company_day(at: datetime) -> date:
    """The day on which a moment falls in the company's zone."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def start_of_day(day: date) -> datetime:
    """Midnight at which the day begins in the company's zone."""
    return _midnight(day, timezone.get_default_timezone())


@lru_cache(maxsize=4_096)
def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def end_of_day(day: date) -> datetime:
    """The last moment that still belongs to the day."""
    return start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1)
