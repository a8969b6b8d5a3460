"""Proofs asked for on the page: one at a time, worked off elsewhere, taken up again, given up in the end."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, hire
from xiaoguan.ledger import proofs
from xiaoguan.ledger.models import Proof
from xiaoguan.ledger.proofs import ask_for_proof, last_proof, open_proof, waiting, work_off
from xiaoguan.ledger.reconcile import Difference, Report

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
PAGE = "/settings/books/proof/"
PROGRESS = "/settings/books/proof/progress"
AT = datetime(2026, 3, 2, 9, 3, tzinfo=UTC)


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.DATA = tmp_path
    return hire(password=None)


def finance(cast: Cast, language: str = "en") -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(cast.members["qian"])
    return client


def body(client: Client) -> str:
    return client.get(PAGE).content.decode()


def report_of(*differences: Difference) -> Report:
    return Report(entries=7, postings=9, checks=("x",), differences=differences)


def test_the_page_asks_and_tells_what_was_found(cast: Cast) -> None:
    client = finance(cast)
    assert "Not proved yet" in body(client)
    assert client.post(PAGE).url == PAGE  # type: ignore[attr-defined]
    assert "The books are being proved." in body(client)
    assert "Prove the books now" not in body(client)
    client.post(PAGE)
    assert Proof.objects.count() == 1, "one at a time"
    work_off()
    page = body(client)
    assert "Everything agrees." in page
    assert cast.members["qian"].name in page
    assert "Prove the books now" in page


@pytest.mark.parametrize(
    ("language", "asked", "running", "agrees", "took"),
    [
        ("en", "The books are being proved.", "Running since 17:03.", "Everything agrees.", "1 min 14 s"),
        ("zh-hans", "正在核对账本。", "开始于 17:03。", "全部一致。", "1 分 14 秒"),
    ],
)
def test_it_says_how_far_it_is_in_both_languages(
    cast: Cast, language: str, asked: str, running: str, agrees: str, took: str
) -> None:
    client = finance(cast, language)
    proof = ask_for_proof(by=cast.lin.pk, at=AT)
    page = body(client)
    assert asked in page
    assert "17:03" not in page
    Proof.objects.filter(pk=proof.pk).update(started_at=AT, tries=1)
    assert running in body(client)
    ended = {"finished_at": AT + timedelta(seconds=74), "is_open": False, "entries": 7, "postings": 9, "differing": 0}
    Proof.objects.filter(pk=proof.pk).update(**ended)
    page = body(client)
    assert agrees in page
    assert took in page


def test_the_sentence_is_sent_when_it_changes_and_the_page_when_the_proof_has_ended(cast: Cast) -> None:
    client = finance(cast)
    htmx = {"HTTP_HX_REQUEST": "true"}
    proof = ask_for_proof(by=cast.lin.pk, at=AT)
    assert client.get(PROGRESS + "?tries=0", **htmx).status_code == 204
    Proof.objects.filter(pk=proof.pk).update(started_at=AT, tries=1)
    sentence = client.get(PROGRESS + "?tries=0", **htmx).content.decode()
    assert "Running since 17:03." in sentence
    assert "<main" not in sentence
    Proof.objects.filter(pk=proof.pk).update(is_open=False)
    assert client.get(PROGRESS + "?tries=1", **htmx).headers["HX-Refresh"] == "true"
    assert client.get(PROGRESS).headers["Location"] == PAGE


@pytest.mark.parametrize("who", ["lin", "shen", "gu", "sun"])
def test_others_may_neither_look_nor_ask(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(cast.members[who])
    answers = (client.get(PAGE), client.post(PAGE), client.get(PROGRESS, HTTP_HX_REQUEST="true"))
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not Proof.objects.exists()


def test_differences_are_listed_up_to_a_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Difference(check="deals", about=f"deal {n}", expected="1", found="2") for n in range(3)]
    monkeypatch.setattr(proofs, "reconcile", lambda: report_of(*many))
    monkeypatch.setattr(proofs, "LISTED", 2)
    ask_for_proof(by=cast.lin.pk, at=timezone.now())
    work_off()
    page = body(finance(cast))
    assert "Something does not agree." in page
    assert "deal 1" in page
    assert "deal 2" not in page
    assert "2 of 3 are listed." in page


def test_one_that_breaks_says_so_and_another_may_be_asked_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Report:
        raise RuntimeError("boom")

    monkeypatch.setattr(proofs, "reconcile", broken)
    ask_for_proof(by=cast.lin.pk, at=timezone.now())
    with pytest.raises(RuntimeError, match="boom"):  # the command ends with it, and so the server's log tells it
        work_off()
    page = body(finance(cast))
    assert "The proof ended without an answer." in page
    assert "boom" not in page
    assert "Prove the books now" in page


def test_one_that_was_killed_is_taken_up_again_and_given_up_in_the_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed() -> Report:
        raise SystemExit  # what no "except Exception" catches leaves the proof as a kill does

    monkeypatch.setattr(proofs, "reconcile", killed)
    ask_for_proof(by=cast.lin.pk, at=timezone.now())
    for _try in range(proofs.MOST_TRIES):
        assert waiting()
        with pytest.raises(SystemExit):
            work_off()
    assert open_proof() is not None
    work_off()
    assert open_proof() is None
    assert last_proof() is not None
    assert last_proof().broke  # type: ignore[union-attr]


def test_while_a_process_is_at_it_no_other_begins(cast: Cast, tmp_path: Path) -> None:
    ask_for_proof(by=cast.lin.pk, at=timezone.now())
    program = (
        "import sys; from pathlib import Path; from xiaoguan.lib.alone import alone\n"
        f"with alone(Path({str(tmp_path / 'proof.lock')!r})) as mine:\n    print(mine, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not waiting()
        work_off()
        assert open_proof() is not None
        holder.kill()
        holder.wait()
    assert waiting()
    work_off()
    assert not waiting()
    assert last_proof().differing == 0  # type: ignore[union-attr]


def test_the_last_few_are_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "reconcile", report_of)
    monkeypatch.setattr(proofs, "KEPT", 2)
    for _proof in range(4):
        ask_for_proof(by=cast.lin.pk, at=timezone.now())
        work_off()
    assert Proof.objects.count() == 2
