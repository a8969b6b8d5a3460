"""Nobody reads what is not his: every address, every role, every way of asking.

Each row of the world carries a mark; an answer that contains the mark of a row which the role must not see fails,
whatever its status and whatever its kind (page, fragment, CSV, spreadsheet).
"""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from tests.guards.addresses import FOR_EVERY_MEMBER, Visit, addresses, visits
from tests.guards.answers import Answer, Asker, leaks
from tests.guards.crawl import Walk, walk
from tests.guards.world import ROLES, VISITOR, World
from xiaoguan.config.public import PUBLIC

# 429: too many wrong passwords. Anything else (500 above all) is a defect.
_EXPECTED = {200, 204, 302, 303, 400, 403, 404, 405, 422, 429}
_SIGN_IN = "/sign-in"


@pytest.mark.parametrize("role", ROLES)
def test_every_address_gives_a_role_what_it_may_see_and_no_more(world: World, role: str) -> None:
    asker, hidden = Asker(world, role), world.hidden_from(role)
    wrong: list[str] = []
    for visit in visits(world, role):
        for way, answer in _asked(asker, visit):
            wrong += [f"{way} {line}" for line in _defects(answer)]
            wrong += [f"{way} {line}" for line in leaks(answer, hidden)]
            if visit.visible is False and answer.status not in _unseen(visit):
                wrong.append(f"{way} {visit.path}: {answer.status} for a row that {role} must not see, not 404")
    assert not wrong, "\n".join(wrong)


def _unseen(visit: Visit) -> tuple[int, ...]:
    """404 as if it were not there. A page that a permission alone closes may say 403: it says so of every row."""
    by_permission = all(isinstance(part, str) for part in visit.address.policy or ())
    return (403, 404, 405) if by_permission else (404, 405)


def _asked(asker: Asker, visit: Visit) -> Iterator[tuple[str, Answer]]:
    yield "GET", asker.get(visit.path)
    yield "GET by htmx", asker.get(visit.path, htmx=True)
    yield "POST", asker.post(visit.path)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_what_the_administrator_finds_stays_his(world: World, role: str) -> None:
    """Every link and every filled form that the administrator meets, drill-downs and exports with their questions
    included, asked by somebody else."""
    found = walk(Asker(world, "administrator"))
    wrong = list(_tried(Asker(world, role), found, world, role))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_walks_its_own_pages_without_meeting_what_is_hidden(world: World, role: str) -> None:
    asker = Asker(world, role)
    wrong = list(_tried(asker, walk(asker), world, role))
    assert not wrong, "\n".join(wrong)


def _tried(asker: Asker, found: Walk, world: World, role: str) -> Iterator[str]:
    hidden = world.hidden_from(role)
    for page in found.answers:
        answer = asker.get(page.path)
        yield from _defects(answer)
        yield from leaks(answer, hidden)
    for form in found.forms:
        if form.method == "post":
            answer = asker.post(form.action, form.fields)
            yield from (f"POST {line}" for line in [*_defects(answer), *leaks(answer, hidden)])


def test_links_lead_somewhere(world: World) -> None:
    """A link that a page offers answers to whoever was offered it: no dead ends, no forbidden doors."""
    wrong = [
        f"{role}: {page.path} is {page.status}"
        for role in ROLES
        for page in walk(Asker(world, role), each=2).answers
        if page.status not in (200, 204, 302)
    ]
    assert not wrong, "\n".join(wrong)


def test_visitors_are_sent_to_the_sign_in(world: World) -> None:
    asker, hidden = Asker(world, None), world.hidden_from(VISITOR)
    wrong: list[str] = []
    for visit in visits(world, VISITOR):
        for way, answer in _asked(asker, visit):
            wrong += [f"{way} {line}" for line in (*_defects(answer), *leaks(answer, hidden))]
            sent = answer.status == HTTPStatus.FOUND and answer.headers["Location"].startswith(_SIGN_IN)
            if not sent and visit.address.name not in PUBLIC:
                wrong.append(f"{way} {visit.path}: {answer.status} without a sign-in")
    assert not wrong, "\n".join(wrong)


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
