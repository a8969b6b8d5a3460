"""``xiaoguan import KIND FILE``: brings a file in and asks nothing; what it took for granted stands in its output.

Django must be set up before this is imported; ``arguments`` needs nothing.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Any, TextIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import Correction, Options
from xiaoguan.services.transfer.lease import Busy
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.report import report
from xiaoguan.services.transfer.runs import accept_corrections, dry_run, prepare_file, resume_runs, write_run
from xiaoguan.services.transfer.staging import discard
from xiaoguan.services.transfer.stored import corrections_json, corrections_of

OK, ROWS_REJECTED, REFUSED = 0, 1, 2
_SHOWN = 50
_WAIT_SECONDS = 600.0
_LOOK_SECONDS = 0.5


def run(args: argparse.Namespace) -> int:
    """Exit code: 0 all rows are in, 1 some were left out, 2 the file was refused and nothing was written."""
    try:
        _finish_earlier()
        done, accepted = _import(args)
    except Refusal as refusal:
        return _refused(refusal, as_json=args.json)
    outcome = report(done) | {"dry_run": args.dry_run, "accepted": corrections_json(accepted)}
    if args.dry_run:
        discard(done)
        outcome["run"] = None
    if args.json:
        _print_json(outcome)
    else:
        _print(outcome)
    return ROWS_REJECTED if outcome["skipped"] else OK


def _wanted(pairs: Sequence[str]) -> dict[str, str]:
    wanted = {}
    for pair in pairs:
        name, equals, header = pair.partition("=")
        if not equals:
            raise Refusal(_("“%(pair)s” is not of the form FIELD=COLUMN.") % {"pair": pair}, code="bad_map")
        wanted[name.strip()] = header.strip()
    return wanted


def _finish_earlier() -> None:
    """An import whose process was killed is finished first: the newcomer may build on its rows."""
    for earlier in resume_runs():
        _tell(
            _("An earlier import of “%(file)s” had been interrupted; it was finished first.")
            % {"file": earlier.file_name}
        )


def _import(args: argparse.Namespace) -> tuple[ImportRun, list[Correction]]:
    options = Options(
        currency=args.currency,
        tax=args.tax,
        snapshot_day=args.snapshot_day,
        accept_corrections=args.accept_corrections,
    )
    progress = _Progress(sys.stderr)
    done = prepare_file(
        args.kind,
        args.file,
        by=None,
        at=timezone.now(),
        options=options,
        wanted=_wanted(args.map),
        sheet=args.sheet,
        progress=progress,
    )
    if args.dry_run:
        dry_run(done, at=timezone.now(), progress=progress)
        return done, []
    try:
        accepted = corrections_of(done.corrections) if args.accept_corrections else []
        accept_corrections(done, accepted, by=None, at=timezone.now())
        _write(done, progress)
    except Refusal:
        if not done.results.exists():
            discard(done)
        raise
    finally:
        progress.end()
    return done, accepted


def _write(done: ImportRun, progress: "_Progress") -> None:
    """Write when it is our turn; from here on a killed run is finished by the next start of the program."""
    ImportRun.objects.filter(pk=done.pk).update(state=ImportRun.State.APPLYING)
    until, told = monotonic() + _WAIT_SECONDS, False
    while True:
        try:
            write_run(done, progress=progress)
            return
        except Busy as busy:
            if monotonic() > until:
                raise
            if not told:
                _tell(_("Waiting for its turn: %(why)s") % {"why": busy})
                told = True
            sleep(_LOOK_SECONDS)


class _Progress:
    """One line on a terminal that counts; silent where nobody looks."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._shown, self._last = stream, False, 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = monotonic()
        if not self._stream.isatty() or now - self._last < 0.2:
            return
        self._last, self._shown = now, True
        names = {"read": _("reading"), "survey": _("surveying"), "check": _("checking"), "apply": _("writing")}
        count = f"{done:,} / {total:,}" if total else f"{done:,}"
        self._stream.write(f"\r\033[K{names.get(step, step)} {count}")
        self._stream.flush()

    def end(self) -> None:
        if self._shown:
            self._stream.write("\r\033[K")


def _refused(refusal: Refusal, *, as_json: bool) -> int:
    if as_json:
        _print_json({"refused": str(refusal), "code": refusal.code, "field": refusal.field})
    else:
        _tell(str(refusal))
    return REFUSED


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _tell(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def _print(outcome: dict[str, Any]) -> None:
    lines = [" · ".join(str(part) for part in _about(outcome) if part)]
    if outcome["dry_run"]:
        lines.append(_("Dry run: nothing was written."))
    lines.append(
        _("Created %(created)s, updated %(updated)s, unchanged %(unchanged)s, skipped %(skipped)s.")
        % {name: f"{outcome[name]:,}" for name in ("created", "updated", "unchanged", "skipped")}
    )
    if outcome["not_imported"]:
        lines.append(_("Columns not imported: %(columns)s.") % {"columns": ", ".join(outcome["not_imported"])})
    lines += outcome["notes"]
    lines += _assumed(outcome) + _corrections(outcome) + _errors(outcome)
    sys.stdout.write("\n".join(lines) + "\n")


def _about(outcome: dict[str, Any]) -> list[str]:
    rows = ngettext("%(rows)s row", "%(rows)s rows", outcome["rows"]) % {"rows": f"{outcome['rows']:,}"}
    return [outcome["file"], outcome["sheet"] or "", outcome["encoding"] or "", rows]


def _assumed(outcome: dict[str, Any]) -> list[str]:
    if not outcome["assumed"]:
        return []
    lines = [_("Assumed:")]
    for a in outcome["assumed"]:
        rows = f" ({a['rows']:,})" if a["rows"] else ""
        lines.append(f"  {a['code']}: {a['text']}{rows}")
    return lines


def _corrections(outcome: dict[str, Any]) -> list[str]:
    lines = []
    for title, found in (
        (_("Corrected, and remembered:"), outcome["accepted"]),
        (_("Proposed corrections (say yes with --accept-corrections):"), outcome["corrections"]),
    ):
        if found:
            lines.append(title)
            lines += [f"  {c['column']}: {c['written']} → {c['meant']} ({c['rows']:,})" for c in found]
    return lines


def _errors(outcome: dict[str, Any]) -> list[str]:
    errors = outcome["errors"]
    if not errors:
        return []
    lines = [_("Rows left out:")]
    for e in errors[:_SHOWN]:
        place = _("line %(line)s, column %(column)s") % {"line": e["line"], "column": e["column"] or "–"}
        value = f"“{e['value']}”: " if e["value"] else ""
        hint = f" ({e['hint']})" if e["hint"] else ""
        lines.append(f"  {place}: {value}{e['reason']}{hint}")
    if len(errors) > _SHOWN:
        lines.append("  " + _("and %(count)s more; --json lists them all.") % {"count": f"{len(errors) - _SHOWN:,}"})
    return lines
