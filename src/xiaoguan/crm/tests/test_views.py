"""Pages of customers, contacts and products over HTTP: who sees what, what is saved, what is refused."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, hire
from xiaoguan.crm.actions import NewContact, NewProduct, create_contacts, create_products, merge_products
from xiaoguan.crm.models import Contact, Customer, Product
from xiaoguan.crm.tests.places import AT, customer, tell, won

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend="xiaoguan.org.sessions.MemberBackend")
    client.cookies["xg_language"] = "en"
    return client


def page(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


class TestSeeing:
    """Lin's customer: her manager and director see it, other sellers do not; a free one is open to all who sell."""

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("lin", 200),
            ("shen", 200),
            ("gu", 200),
            ("he", 200),
            ("qian", 200),
            ("wang", 404),
            ("zhao", 404),
            ("sun", 404),
        ],
    )
    def test_the_page_of_a_customer(self, cast: Cast, who: str, status: int) -> None:
        pk = customer("海铭", cast.lin).pk
        assert signed_in(cast, who).get(f"/customers/{pk}/").status_code == status

    @pytest.mark.parametrize("who", ["wang", "zhao"])
    def test_what_one_may_not_see_is_nowhere(self, cast: Cast, who: str) -> None:
        customer("海铭", cast.lin, city="记号城")
        client = signed_in(cast, who)
        for url in ("/customers/", "/customers/?q=海铭", "/customers/pick/?q=海铭", "/customers/alike/?name=海铭"):
            assert "海铭</" not in page(client, url)
            assert "记号城" not in page(client, url)

    def test_a_customer_without_owner_can_be_found_and_taken(self, cast: Cast) -> None:
        pk = customer("海铭").pk
        client = signed_in(cast, "wang")
        assert "海铭" in page(client, "/customers/")
        client.post(f"/customers/{pk}/transfer/", {"owner": cast.wang.pk})
        assert Customer.objects.get(pk=pk).owner_id == cast.wang.pk
        assert signed_in(cast, "lin").get(f"/customers/{pk}/").status_code == 404

    def test_finance_sees_customers_but_no_contacts(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        (contact_id,) = create_contacts([NewContact(customer_id=pk, name="郭建平")], by=cast.lin, at=AT)
        assert "郭建平" in page(signed_in(cast, "lin"), f"/customers/{pk}/")
        assert "郭建平" not in page(signed_in(cast, "qian"), f"/customers/{pk}/")
        assert signed_in(cast, "qian").get(f"/customers/contacts/{contact_id}/edit/").status_code == 404


class TestList:
    def test_pages_follow_each_other_without_gap_or_repeat(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        from xiaoguan.crm.queries import lists

        monkeypatch.setattr(lists, "PAGE", 3)
        names = [f"客户{n}" for n in "edbca"] + ["客户a"]
        for name in names:
            customer(name, cast.lin)
        for sort, expected in (("name", sorted(names)), ("-name", sorted(names, reverse=True))):
            seen, after = [], ""
            while True:
                found = lists.customers(cast.lin, lists.Wanted(sort=sort, after=after))
                seen += [line.customer.name for line in found.lines]
                after = found.next_after
                if not after:
                    break
            assert seen == expected
            assert found.count == 6

    def test_search_filter_and_state(self, cast: Cast) -> None:
        bought = customer("宁波海铭", cast.lin, industry="汽车")
        customer("启泰", cast.lin, industry="新能源", short_name="QT")
        tell(won(1, bought.pk, date(2026, 2, 1), cast.lin.pk))
        client = signed_in(cast, "lin")
        for query, expected in (
            ("q=海铭", {"宁波海铭"}),
            ("q=qt", {"启泰"}),
            ("industry=新能源", {"启泰"}),
            ("state=bought", {"宁波海铭"}),
            ("state=not_yet", {"启泰"}),
            (f"owner={cast.lin.pk}", {"宁波海铭", "启泰"}),
            ("owner=none", set()),
        ):
            body = page(client, f"/customers/?{query}", **HTMX)
            assert {name for name in ("宁波海铭", "启泰") if f">{name}<" in body} == expected, query

    def test_a_mistyped_address_shows_the_first_page(self, cast: Cast) -> None:
        customer("海铭", cast.lin)
        for query in ("after=x", "after=[1]", "sort=drop", "after=[%22x%22,1]"):
            assert "海铭" in page(signed_in(cast, "lin"), f"/customers/?{query}")

    def test_an_empty_list_offers_the_first_step_to_who_may_take_it(self, cast: Cast) -> None:
        assert "Enter the first customer" in page(signed_in(cast, "lin"), "/customers/")
        assert "Enter the first customer" not in page(signed_in(cast, "qian"), "/customers/")


class TestEditing:
    def test_a_row_is_saved_and_the_facts_come_back(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        client = signed_in(cast, "lin")
        assert "<form" in page(client, f"/customers/{pk}/edit/city/", **HTMX)
        answer = client.post(f"/customers/{pk}/edit/city/", {"value": "宁波"}, headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#facts")
        assert "宁波" in answer.content.decode()

    @pytest.mark.parametrize(
        ("what", "value"), [("name", ""), ("credit_code", "123"), ("founded_year", "3000"), ("parent_id", "没有")]
    )
    def test_what_is_refused_stands_beside_the_field_with_what_was_typed(
        self, cast: Cast, what: str, value: str
    ) -> None:
        pk = customer("海铭", cast.lin).pk
        answer = signed_in(cast, "lin").post(f"/customers/{pk}/edit/{what}/", {"value": value}, headers=HTMX)
        assert answer.status_code == 422
        body = answer.content.decode()
        assert "id_value_error" in body
        assert f'value="{value}"' in body or not value

    def test_revenue_is_read_as_people_write_it(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        client = signed_in(cast, "lin")
        client.post(f"/customers/{pk}/edit/revenue/", {"value": "1.2亿"})
        assert Customer.objects.get(pk=pk).revenue == 120_000_000
        client.post(f"/customers/{pk}/edit/revenue/", {"value": ""})
        assert Customer.objects.get(pk=pk).revenue is None

    def test_who_only_looks_may_not_change(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        client = signed_in(cast, "qian")
        for url in (f"/customers/{pk}/edit/city/", f"/customers/{pk}/transfer/", f"/customers/{pk}/contacts/new/"):
            assert client.get(url).status_code == 403
            assert client.post(url, {"value": "x", "owner": cast.qian.pk, "name": "x"}).status_code == 403

    def test_a_field_that_is_not_there_is_not_found(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        assert signed_in(cast, "lin").get(f"/customers/{pk}/edit/first_won_on/").status_code == 404

    def test_the_changes_say_who_changed_what(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin, city="旧城").pk
        signed_in(cast, "shen").post(f"/customers/{pk}/edit/city/", {"value": "新城"})
        body = page(signed_in(cast, "lin"), f"/customers/{pk}/?tab=changes")
        for said in ("旧城", "新城", "沈嘉禾", "City"):
            assert said in body

    def test_a_manager_hands_over_within_his_team_only(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        client = signed_in(cast, "shen")
        assert client.post(f"/customers/{pk}/transfer/", {"owner": cast.zhou.pk}).status_code == 422
        assert client.post(f"/customers/{pk}/transfer/", {"owner": cast.wang.pk}).status_code == 302
        assert Customer.objects.get(pk=pk).owner_id == cast.wang.pk


class TestEntering:
    def test_few_fields_are_enough(self, cast: Cast) -> None:
        answer = signed_in(cast, "lin").post(
            "/customers/new/", {"name": "海铭", "owner": cast.lin.pk, "kind": "company"}
        )
        found = Customer.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/customers/{found.pk}/")
        assert (found.name, found.owner_id) == ("海铭", cast.lin.pk)

    def test_a_seller_enters_for_himself_only(self, cast: Cast) -> None:
        for owner in (cast.wang.pk, ""):
            answer = signed_in(cast, "lin").post("/customers/new/", {"name": "海铭", "owner": owner, "kind": "company"})
            assert answer.status_code == 422
        assert not Customer.objects.exists()

    def test_what_was_typed_is_kept_when_it_is_refused(self, cast: Cast) -> None:
        data = {"name": "海铭", "owner": cast.lin.pk, "kind": "company", "credit_code": "91330100799655085B"}
        answer = signed_in(cast, "lin").post("/customers/new/", data)
        assert answer.status_code == 422
        assert "91330100799655085B" in answer.content.decode()

    def test_likely_duplicates_are_shown_while_typing(self, cast: Cast) -> None:
        customer("宁波海铭汽车部件股份有限公司", cast.lin, credit_code="91330100799655058B")
        client = signed_in(cast, "lin")
        assert "almost the same name" in page(client, "/customers/alike/?name=宁波海铭汽车部件")
        assert "same credit code" in page(client, "/customers/alike/?name=x&credit_code=91330100799655058b")
        assert page(client, "/customers/alike/?name=宁波").strip() == ""
        other = page(signed_in(cast, "zhou"), "/customers/alike/?name=宁波海铭汽车部件")
        assert "A customer that you may not open" in other
        assert "林晓雯" in other


class TestContacts:
    def test_enter_amend_remove(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        client = signed_in(cast, "lin")
        client.post(f"/customers/{pk}/contacts/new/", {"name": "郭建平", "phone": "170 0000 0001"})
        found = Contact.objects.get()
        client.post(f"/customers/contacts/{found.pk}/edit/", {"name": "郭建平", "phone": "170 0000 0002"})
        assert "tel:17000000002" in page(client, f"/customers/{pk}/")
        client.post(f"/customers/contacts/{found.pk}/remove/")
        after = page(client, f"/customers/{pk}/")
        assert "tel:17000000002" not in after
        assert "Contact entered: 郭建平" in after


class TestProducts:
    def test_who_may_amend(self, cast: Cast) -> None:
        (pk,) = create_products([NewProduct(name="V5", line="视觉")], by=cast.he, at=AT)
        assert "V5" in page(signed_in(cast, "lin"), f"/customers/products/{pk}/")
        data = {"name": "V6", "line": "新线", "price": "1.2万", "active": "on"}
        signed_in(cast, "lin").post(f"/customers/products/{pk}/", data)
        assert Product.objects.get(pk=pk).name == "V5"
        signed_in(cast, "he").post(f"/customers/products/{pk}/", data)
        found = Product.objects.get(pk=pk)
        assert (found.name, found.line.name, found.price) == ("V6", "新线", 12_000)  # type: ignore[union-attr]
        assert signed_in(cast, "sun").get("/customers/products/").status_code == 403

    def test_merge_and_separate(self, cast: Cast) -> None:
        right, wrong = create_products([NewProduct(name="GTX Pro"), NewProduct(name="GTXPro")], by=cast.he, at=AT)
        client = signed_in(cast, "he")
        client.post(f"/customers/products/{wrong}/merge/", {"into": right})
        page(client, "/customers/products/")  # takes the message away
        listed = page(client, "/customers/products/")
        assert listed.count("GTXPro") == 1
        assert "Also written" in listed
        client.post(f"/customers/products/{wrong}/separate/")
        assert Product.objects.get(pk=wrong).merged_into_id is None
        assert signed_in(cast, "lin").post(f"/customers/products/{wrong}/merge/", {"into": right}).status_code == 403

    def test_a_merge_that_cannot_be_is_refused_in_words(self, cast: Cast) -> None:
        a, b = create_products([NewProduct(name="a"), NewProduct(name="b")], by=cast.he, at=AT)
        merge_products([(a, b)], by=cast.he, at=AT)
        answer = signed_in(cast, "he").post(f"/customers/products/{b}/merge/", {"into": a})
        assert answer.status_code == 422


def test_every_page_needs_a_sign_in(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    for url in (
        "/customers/",
        f"/customers/{pk}/",
        "/customers/new/",
        "/customers/products/",
        "/tasks/",
        "/settings/work/",
    ):
        answer: Any = Client().get(url)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in")
