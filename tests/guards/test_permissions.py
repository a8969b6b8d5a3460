"""Nobody reads what is not his: every address, every role, every way of asking.

Each row of the world carries a mark; an answer that contains the mark of a row which the role must not see fails,
whatever its status and whatever its kind (page, fragment, CSV, spreadsheet).
"""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

import pytest

from tests.guards.addresses import FOR_EVERY_MEMBER, Visit, addresses
from tests.guards.answers import Answer, Asker, Form, leaks
from tests.guards.asking import Asked
from tests.guards.crawl import Walk
from tests.guards.world import ROLES, VISITOR, World
from xiaoguan.config.public import PUBLIC

# 429: too many wrong passwords. Anything else (500 above all) is a defect.
_EXPECTED = {200, 204, 302, 303, 400, 403, 404, 405, 422, 429}
_SIGN_IN = "/sign-in"

Walks = Callable[[str], Walk]
AskedBy = Callable[[str], list[Asked]]


@pytest.mark.parametrize("role", ROLES)
def test_every_address_gives_a_role_what_it_may_see_and_no_more(world: World, asked: AskedBy, role: str) -> None:
    wrong: list[str] = []
    for one in asked(role):
        visit, status = one.visit, one.answer.status
        wrong += [f"{one.way} {line}" for line in _wrong([one.answer], world, role)]
        if visit.visible is False and status not in _unseen(visit):
            wrong.append(f"{one.way} {visit.path}: {status} for a row that {role} must not see, not 404")
    assert not wrong, "\n".join(wrong)


def _unseen(visit: Visit) -> tuple[int, ...]:
    """404 as if it were not there. A page that a permission alone closes may say 403: it says so of every row."""
    by_permission = all(isinstance(part, str) for part in visit.address.policy or ())
    return (403, 404, 405) if by_permission else (404, 405)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_what_the_administrator_finds_stays_his(world: World, walks: Walks, role: str) -> None:
    """Every link and every filled form that he meets, drill-downs and exports with their questions included. What the
    role meets itself, the next test looks at."""
    asker, found, own = Asker(world, role), walks("administrator"), walks(role)
    met = {page.path for page in own.answers}
    answers = [asker.get(page.path) for page in found.answers if page.path not in met]
    forms = [form for form in found.forms if form not in own.forms]
    wrong = _wrong(answers, world, role) + _wrong(_sent(asker, forms), world, role)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_walks_its_own_pages(world: World, walks: Walks, role: str) -> None:
    """It meets nothing that is hidden from it, and each link that it is offered leads somewhere: no dead ends, no
    forbidden doors."""
    found = walks(role)
    wrong = _wrong(found.answers, world, role) + _wrong(_sent(Asker(world, role), found.forms), world, role)
    dead = [page for page in found.answers if page.status >= 400]
    wrong += [f"{found.offered_on[page.path]} offers {page.path}, which answers {page.status}" for page in dead]
    assert not wrong, "\n".join(wrong)


def _sent(asker: Asker, forms: Iterable[Form]) -> list[Answer]:
    """The answers to the forms, each sent as it stood."""
    return [asker.post(form.action, form.fields) for form in forms if form.method == "post"]


def _wrong(answers: Iterable[Answer], world: World, role: str) -> list[str]:
    hidden = world.hidden_from(role)
    return [line for answer in answers for line in (*_defects(answer), *leaks(answer, hidden))]


def test_visitors_are_sent_to_the_sign_in(world: World, asked: AskedBy) -> None:
    wrong: list[str] = []
    for one in asked(VISITOR):
        wrong += [f"{one.way} {line}" for line in _wrong([one.answer], world, VISITOR)]
        sent = _leads_to(one.answer).startswith(_SIGN_IN)
        if not sent and one.visit.address.name not in PUBLIC:
            wrong.append(f"{one.way} {one.visit.path}: {one.answer.status} without a sign-in")
    assert not wrong, "\n".join(wrong)


def _leads_to(answer: Answer) -> str:
    """Where the browser goes: a redirect, or the header by which htmx redirects the whole page."""
    elsewhere = answer.headers.get("HX-Redirect", "") if not answer.body else ""
    return answer.headers["Location"] if answer.status == HTTPStatus.FOUND else elsewhere


def test_what_is_public_is_listed_with_its_reason() -> None:
    open_doors = {address.name for address in addresses() if not address.asks_sign_in}
    assert open_doors == set(PUBLIC)
    assert all(len(reason) > 10 for reason in PUBLIC.values())


def test_every_view_names_its_policy() -> None:
    listed = set(PUBLIC) | set(FOR_EVERY_MEMBER)
    without = {address.name for address in addresses() if address.policy is None} - listed
    assert not without, f"decorate with org.access.allow or require: {sorted(without)}"
    unknown = listed - {address.name for address in addresses()}
    assert not unknown, f"listed, but no address of this name: {sorted(unknown)}"


def _defects(answer: Answer) -> Iterator[str]:
    if answer.status not in _EXPECTED:
        yield f"{answer.path}: {answer.status} {answer.error}"
