"""What people read of the journal: each fact as a sentence, in the reader's language.

A module registers one function for each of its facts; ``tell`` turns a page of entries into items of a timeline. The
journal knows records only by (kind, id), so a caller hands in ``load``: the names that this reader may see.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.facts.general import IMPORT_UNDONE, UNDO, EntriesReversed, FieldsChanged
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import private_values, recorded, reversed_by
from xiaoguan.journal.recording import Recorded
from xiaoguan.lib.days import company_day
from xiaoguan.lib.prepared import Prepared

Key = tuple[int, int]
Load = Callable[[set[Key]], Mapping[Key, str]]
MayRead = Callable[[int | None, int | None], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that became another, written out for people; None is "no value"."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What happened: an icon (Tabler outline) with its tone, one sentence, further detail, and what changed.

    ``complete``: the title already says what changed, so that only a list of changes shows ``changes`` again.
    """

    icon: str
    title: str
    detail: str = ""
    tone: str = ""
    changes: tuple[Change, ...] = ()
    complete: bool = False


class Names:
    """Names of records by (kind, id); asks are remembered, so that all of them can be loaded at once."""

    def __init__(self, known: Mapping[Key, str] | None = None) -> None:
        self._known = known or {}
        self.asked: set[Key] = set()

    def __call__(self, kind: int, object_id: int | None) -> str:
        """The record's name; "–" for none, and words instead of a name that the reader may not see."""
        if object_id is None:
            return "–"
        self.asked.add((kind, object_id))
        return self._known.get((kind, object_id)) or _("one that you may not open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a sentence is made of: the entry, those that it took back, the private values its reader may see."""

    entry: Recorded
    names: Names
    replaced: tuple[Recorded, ...] = ()
    private: tuple[Mapping[str, Any], ...] = ()

    def of(self, entry: Recorded) -> "Story":
        """The same reader's story of another entry."""
        return Story(entry=entry, names=self.names)


Writer = Callable[[Story], Sentence]
W = TypeVar("W", bound=Writer)
_writers: dict[type[Fact], Writer] = {}
_entries = Prepared(lambda ids: Entry.objects.filter(id__in=ids))
_field_labels: dict[tuple[int, str], object] = {}


def register(*facts: type[Fact]) -> Callable[[W], W]:
    """Decorator: this function writes the sentence of these facts."""

    def keep(writer: W) -> W:
        _writers.update(dict.fromkeys(facts, writer))
        return writer

    return keep


def register_fields(kind: int, labels: Mapping[str, object]) -> None:
    """Name the fields of a kind of object (lazily translated), for entries that say that fields were edited."""
    _field_labels.update({(kind, name): label for name, label in labels.items()})


def has_words(fact: type[Fact]) -> bool:
    """Whether some module wrote a sentence for this fact."""
    return fact in _writers


def sentence(
    entry: Recorded,
    names: Names,
    *,
    replaced: Sequence[Recorded] = (),
    private: Sequence[Mapping[str, Any]] = (),
) -> Sentence:
    """An entry in words. ``replaced`` are the entries that it took back, ``private`` its values for this reader."""
    return _write(Story(entry=entry, names=names, replaced=tuple(replaced), private=tuple(private)))


def _write(story: Story) -> Sentence:
    writer = _writers.get(type(story.entry.fact))
    if writer is None:
        return Sentence(icon="point", title=_("Recorded: %(what)s") % {"what": type(story.entry.fact).__name__})
    return writer(story)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That an entry no longer counts: what took it back, by whom, when; ``corrected``: another stands in its place."""

    entry_id: int
    actor: str | None
    at: datetime
    corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry ready for a timeline. ``late``: recorded on another day than the one it belongs to."""

    entry: Recorded
    sentence: Sentence
    actor: str | None
    late: bool
    assumed: bool
    taken_back: TakenBack | None

    @property
    def day(self) -> date:
        return self.entry.on_date


def tell(
    entries: Sequence[Entry], load: Load, *, may_read: MayRead = lambda kind, object_id: kind is None
) -> list[Told]:
    """Entries as a timeline, in the given order; four queries and what ``load`` needs.

    ``load`` gives names by (kind, id), leaving out what the reader may not see. ``may_read`` says whose private values
    he may read (kind and id of whom a value is about, None: about nobody); without it only those about nobody.
    """
    ids = [entry.id for entry in entries]
    gone = reversed_by(ids)
    known = {entry.id: recorded(entry) for entry in entries}
    known |= _further(known, gone)
    private = _readable(private_values(ids), may_read)
    stories = {entry_id: _story(known[entry_id], known, private) for entry_id in ids}
    names = _named(list(stories.values()), [known[i] for i in {*ids, *gone.values()}], load)
    return [
        Told(
            entry=known[entry.id],
            sentence=_write(_with(stories[entry.id], names)),
            actor=_actor(known[entry.id], names),
            late=company_day(entry.recorded_at) != entry.on_date,
            assumed=entry.known_assumed,
            taken_back=_taken_back(known[gone[entry.id]], names) if entry.id in gone else None,
        )
        for entry in entries
    ]


def _further(known: Mapping[int, Recorded], gone: Mapping[int, int]) -> dict[int, Recorded]:
    """The entries that these take back, and those that take these back."""
    wanted = {target for entry in known.values() for target in entry.reverses} | set(gone.values())
    return {entry.id: recorded(entry) for entry in _entries(wanted - set(known))}


def _readable(values: Mapping[int, list[Mapping[str, Any]]], may_read: MayRead) -> dict[int, list[Mapping[str, Any]]]:
    return {
        entry_id: [value for value in found if may_read(value["about_kind"], value["about_id"])]
        for entry_id, found in values.items()
    }


def _story(entry: Recorded, known: Mapping[int, Recorded], private: Mapping[int, Sequence[Mapping[str, Any]]]) -> Story:
    return Story(
        entry=entry,
        names=Names(),
        replaced=tuple(known[target] for target in entry.reverses if target in known),
        private=tuple(private.get(entry.id, ())),
    )


def _with(story: Story, names: Names) -> Story:
    return Story(entry=story.entry, names=names, replaced=story.replaced, private=story.private)


def _named(stories: Iterable[Story], entries: Iterable[Recorded], load: Load) -> Names:
    """Writes every sentence once to learn which names it asks for, then loads them together."""
    asking = Names()
    for story in stories:
        _write(_with(story, asking))
    for entry in entries:
        _actor(entry, asking)
    return Names(load(asking.asked))


def _actor(entry: Recorded, names: Names) -> str | None:
    return None if entry.actor_id is None else names(MEMBER, entry.actor_id)


def _taken_back(by: Recorded, names: Names) -> TakenBack:
    return TakenBack(
        entry_id=by.id,
        actor=_actor(by, names),
        at=by.recorded_at,
        corrected=not isinstance(by.fact, EntriesReversed),
    )


@register(EntriesReversed)
def _reversed(story: Story) -> Sentence:
    """Names what was taken back, so that the entry can be read without the other one."""
    reason = getattr(story.entry.fact, "reason", "")
    words = {UNDO: _("Undone"), IMPORT_UNDONE: _("Removed, because its import was undone")}
    titles = [_write(story.of(entry)).title for entry in story.replaced]
    detail = pgettext("between items of a list", ", ").join(dict.fromkeys(titles))
    return Sentence(icon="arrow-back-up", title=words.get(reason, _("Taken back as a mistake")), detail=detail)


@register(FieldsChanged)
def _fields_changed(story: Story) -> Sentence:
    fact = story.entry.fact
    assert isinstance(fact, FieldsChanged)  # registered for nothing else
    spoken = {name: str(_field_labels.get((fact.kind, name), name)) for name in fact.fields}
    private = {value["field"]: (value["old"], value["new"]) for value in story.private}
    stated = dict(zip(fact.fields, zip(fact.old or (), fact.new or (), strict=True), strict=False))
    changes = tuple(
        Change(label=label, old=(private.get(name) or stated[name])[0], new=(private.get(name) or stated[name])[1])
        for name, label in spoken.items()
        if name in private or name in stated
    )
    title = _("Changed: %(fields)s") % {"fields": pgettext("between items of a list", ", ").join(spoken.values())}
    return Sentence(icon="edit", title=title, changes=changes)
