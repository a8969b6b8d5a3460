"""A person at the wizard: uploads, chooses, answers and imports through the pages, with the product's real kinds."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast
from xiaoguan.org.models import Member
from xiaoguan.services.transfer.drafts import advance_drafts
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.runs import resume_runs

HEADER = ["商机编号", "商机名称", "负责人", "客户", "产品", "阶段", "开始日期", "成交日期", "成交金额"]


def deal(number: str, owner: str = "林晓雯", **said: str) -> list[str]:
    """A row of a won deal of 1,000; ``said`` replaces columns by their Chinese headers."""
    row = dict(zip(HEADER, [number, f"项目 {number}", owner, "宁波海铭", "码垛机器人", "赢单", "2026-03-01",
                            "2026-03-05", "1000"], strict=True))  # fmt: skip
    return list((row | said).values())


def csv_text(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


@dataclass
class Wizard:
    """One signed-in person. ``run`` is the newest import of all."""

    member: Member
    cast: Cast = field(default_factory=lambda: Cast({}, {}))
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.member, backend="xiaoguan.org.sessions.MemberBackend")
        self.client.cookies["xg_language"] = "en"

    @property
    def run(self) -> ImportRun:
        return ImportRun.objects.latest("pk")

    def upload(self, content: bytes | str | Path, kind: str = "deals", name: str = "deals.csv") -> HttpResponse:
        """Send a file by the first page; where it is read at once, the answer leads to the run."""
        if isinstance(content, Path):
            content, name = content.read_bytes(), content.name
        data = content.encode() if isinstance(content, str) else content
        return self.client.post("/imports/new", {"kind": kind, "file": SimpleUploadedFile(name, data)})

    def upload_rows(self, *rows: Sequence[str], header: Sequence[str] = HEADER, kind: str = "deals") -> ImportRun:
        assert self.upload(csv_text(rows, header), kind).status_code == 302
        return self.run

    def page(self, *, run: ImportRun | None = None, query: str = "") -> str:
        answer = self.client.get(f"/imports/{(run or self.run).pk}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, verb: str, *, run: ImportRun | None = None, **data: Any) -> HttpResponse:
        return self.client.post(f"/imports/{(run or self.run).pk}/{verb}", data)

    def choose(self, run: ImportRun, fields: dict[str, str], **options: str) -> HttpResponse:
        """Send the form of the second step: which header goes to which field, and the options."""
        columns = {f"column-{index}": fields.get(header, "") for index, header in enumerate(run.headers)}
        return self.send("mapping", run=run, **columns, **({"currency": "CNY", "tax": "unknown"} | options))

    def start(self, run: ImportRun | None = None) -> HttpResponse:
        run = run or self.run
        return self.send("start", run=run, revision=run.revision)

    def bring_in(self, *rows: Sequence[str], header: Sequence[str] = HEADER, kind: str = "deals") -> ImportRun:
        """From upload to the end, the server's thread included."""
        run = self.upload_rows(*rows, header=header, kind=kind)
        assert self.start(run).status_code == 302
        the_server()
        run.refresh_from_db()
        return run


def the_server() -> None:
    """What the threads beside the server do, once."""
    advance_drafts()
    resume_runs()


def deals() -> Any:
    """Deals that are not taken back."""
    model = apps.get_model("deals", "Deal")
    return model.objects.exclude(state=model.State.REMOVED)


def customers() -> Any:
    return apps.get_model("crm", "Customer").objects.filter(removed_at=None)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    run.refresh_from_db()
    return run.created, run.updated, run.unchanged, run.skipped
