"""Customers, contacts, products: what is written, what is told, what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from tests.cast import Cast, hire
from xiaoguan.crm.actions import (
    ContactChange,
    CustomerChange,
    NewContact,
    NewCustomer,
    NewProduct,
    ProductChange,
    amend_contacts,
    amend_customers,
    amend_products,
    create_contacts,
    create_customers,
    create_products,
    ensure_customers,
    ensure_products,
    ensure_sources,
    merge_products,
    remove_customers,
    separate_product,
    transfer_customers,
)
from xiaoguan.crm.models import Alias, Contact, Customer, Product
from xiaoguan.crm.queries import merged_products
from xiaoguan.crm.tests.places import AT, TODAY, customer
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.kinds import CONTACT, CUSTOMER, object_key
from xiaoguan.journal.models import Entry, PrivateValue
from xiaoguan.journal.reading import fact_of
from xiaoguan.ledger.reconcile import account_totals, reconcile
from xiaoguan.lib.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CODE = "91330100799655058B"


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


def story(kind: int, object_id: int) -> list[object]:
    return [fact_of(entry) for entry in Entry.objects.filter(subject_key=object_key(kind, object_id)).order_by("id")]


class TestCustomers:
    def test_a_new_customer_counts_one_for_its_owner_on_its_day(self, cast: Cast) -> None:
        item = NewCustomer(name="海铭", owner_id=cast.lin.pk, on=date(2026, 2, 1))
        (pk,) = create_customers([item], by=cast.lin, at=AT)
        entry = Entry.objects.get(subject_key=object_key(CUSTOMER, pk))
        assert (entry.on_date, entry.customer_id) == (date(2026, 2, 1), pk)
        assert entry.stamp["units"] == {str(cast.lin.pk): cast.units["east_one"].pk}
        assert account_totals()["customers_new"] == (0, 1)

    def test_a_second_customer_with_the_same_code_is_refused_and_nothing_is_written(self, cast: Cast) -> None:
        customer("海铭", cast.lin, credit_code=CODE)
        with pytest.raises(Refusal) as refused:
            create_customers(
                [NewCustomer(name="启泰"), NewCustomer(name="又一个", values={"credit_code": CODE})],
                by=cast.lin,
                at=AT,
            )
        assert refused.value.field == "credit_code"
        assert Customer.objects.count() == 1

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": "  "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"credit_code": "91330100799655085B"}, "credit_code"),
            ({"founded_year": 2027}, "founded_year"),
            ({"revenue": Decimal(-1)}, "revenue"),
            ({"revenue": Decimal("0.00001")}, "revenue"),
            ({"industry": "x" * 81}, "industry"),
        ],
    )
    def test_what_a_customer_cannot_be(self, cast: Cast, values: dict[str, object], field: str) -> None:
        pk = customer("海铭", cast.lin).pk
        with pytest.raises(Refusal) as refused:
            amend_customers([CustomerChange(customer_id=pk, values=values)], by=cast.lin, at=AT)
        assert refused.value.field == field

    def test_an_edit_tells_what_was_and_what_is_with_words_kept_apart(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin, employees=10).pk
        change = CustomerChange(customer_id=pk, values={"industry": "汽车", "employees": 12, "short_name": ""})
        amend_customers([change], by=cast.lin, at=AT)
        entry = Entry.objects.filter(subject_key=object_key(CUSTOMER, pk)).order_by("-id")[0]
        assert entry.payload["fields"] == ["industry", "employees"]
        assert (entry.payload["old"], entry.payload["new"]) == (["", "10"], ["", "12"])
        assert "汽车" not in str(entry.payload)
        values = PrivateValue.objects.filter(entry_id=entry.pk)
        assert [(v.field, v.about_id, v.old, v.new) for v in values] == [("industry", pk, None, "汽车")]

    def test_saving_the_same_values_tells_nothing(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin, employees=10).pk
        assert amend_customers([CustomerChange(customer_id=pk, values={"employees": 10})], by=cast.lin, at=AT) == []

    def test_a_company_cannot_stand_above_itself(self, cast: Cast) -> None:
        top, middle, low = (customer(name, cast.lin).pk for name in ("甲", "乙", "丙"))
        for child, parent in ((low, middle), (middle, top)):
            amend_customers([CustomerChange(customer_id=child, values={"parent_id": parent})], by=cast.lin, at=AT)
        with pytest.raises(Refusal):
            amend_customers([CustomerChange(customer_id=top, values={"parent_id": low})], by=cast.lin, at=AT)

    def test_handing_over_is_told_once(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        told = transfer_customers([(pk, cast.wang.pk)], by=cast.shen, at=AT)
        assert [(e.fact.owner_from, e.fact.owner_id) for e in told] == [(cast.lin.pk, cast.wang.pk)]  # type: ignore[attr-defined]
        assert transfer_customers([(pk, cast.wang.pk)], by=cast.shen, at=AT) == []

    def test_taking_back_an_entered_customer_counts_back(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        remove_customers([pk], reason=IMPORT_UNDONE, by=None, at=AT)
        assert account_totals()["customers_new"] == (0, 0)
        assert reconcile().clean
        with pytest.raises(Refusal):
            amend_customers([CustomerChange(customer_id=pk, values={"city": "宁波"})], by=None, at=AT)

    def test_a_customer_with_contacts_is_not_taken_back(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        create_contacts([NewContact(customer_id=pk, name="郭建平")], by=cast.lin, at=AT)
        with pytest.raises(Refusal):
            remove_customers([pk], reason=IMPORT_UNDONE, by=None, at=AT)

    def test_the_number_of_a_removed_customer_is_free_again(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin, credit_code=CODE).pk
        remove_customers([pk], reason=IMPORT_UNDONE, by=None, at=AT)
        assert customer("海铭", cast.lin, credit_code=CODE).credit_code == CODE


class TestNaming:
    def test_names_find_what_is_there_and_create_the_rest_once(self, cast: Cast) -> None:
        there = customer("Acme Corporation", cast.lin).pk
        found = ensure_customers(["ACME  corporation", "新客户", "新客户 "], by=None, at=AT, on=TODAY)
        assert found["ACME  corporation"] == there
        assert found["新客户"] == found["新客户 "]
        assert Customer.objects.count() == 2
        entry = Entry.objects.get(subject_key=object_key(CUSTOMER, found["新客户"]))
        assert entry.known_assumed

    def test_the_oldest_of_two_equal_names_is_meant(self, cast: Cast) -> None:
        first = customer("海铭", cast.lin).pk
        customer("海铭", cast.wang)
        assert ensure_customers(["海铭"], by=None, at=AT) == {"海铭": first}

    def test_sources_are_made_once(self, cast: Cast) -> None:
        assert ensure_sources(["展会"], by=None, at=AT) == ensure_sources(["展会"], by=None, at=AT)


class TestContacts:
    def test_names_and_phones_never_stand_in_the_journal(self, cast: Cast) -> None:
        pk = customer("海铭", cast.lin).pk
        item = NewContact(customer_id=pk, name="郭建平", phone="170 0000 0001")
        (contact_id,) = create_contacts([item], by=cast.lin, at=AT)
        amend_contacts([ContactChange(contact_id=contact_id, values={"phone": "170 0000 0002"})], by=cast.lin, at=AT)
        payloads = str([entry.payload for entry in Entry.objects.all()])
        assert "170" not in payloads
        assert "郭建平" not in payloads
        value = PrivateValue.objects.get(about_kind=CONTACT, about_id=contact_id)
        assert (value.old, value.new) == ("170 0000 0001", "170 0000 0002")

    def test_no_contact_without_a_customer(self, cast: Cast) -> None:
        with pytest.raises(Refusal):
            create_contacts([NewContact(customer_id=99, name="郭建平")], by=cast.lin, at=AT)
        assert not Contact.objects.exists()


class TestProducts:
    def test_a_name_is_used_once(self, cast: Cast) -> None:
        create_products([NewProduct(name="GTX Pro", line="GTX")], by=cast.he, at=AT)
        with translation.override("en"), pytest.raises(Refusal, match="GTX Pro"):
            create_products([NewProduct(name="gtx  pro")], by=cast.he, at=AT)

    def test_a_merged_spelling_keeps_its_row_and_counts_as_the_other(self, cast: Cast) -> None:
        ids = ensure_products(["GTX Pro", "GTXPro"], by=cast.he, at=AT)
        right, wrong = ids["GTX Pro"], ids["GTXPro"]
        merge_products([(wrong, right)], by=cast.he, at=AT)
        assert merged_products() == {wrong: right}
        assert ensure_products(["GTXPro"], by=None, at=AT) == {"GTXPro": wrong}
        alias = Alias.objects.get()
        assert (alias.written, alias.meant_id, alias.confirmed_by_id) == ("GTXPro", right, cast.he.pk)

    def test_merging_a_merged_one_leads_straight_to_the_end(self, cast: Cast) -> None:
        a, b, c = create_products([NewProduct(name=name) for name in "abc"], by=cast.he, at=AT)
        merge_products([(a, b)], by=cast.he, at=AT)
        merge_products([(b, c)], by=cast.he, at=AT)
        assert merged_products() == {a: c, b: c}

    @pytest.mark.parametrize("pair", [(0, 0), (1, 0), (2, 1)])
    def test_what_cannot_be_merged(self, cast: Cast, pair: tuple[int, int]) -> None:
        ids = create_products([NewProduct(name=name) for name in "abc"], by=cast.he, at=AT)
        merge_products([(ids[1], ids[2])], by=cast.he, at=AT)
        with pytest.raises(Refusal):
            merge_products([(ids[pair[0]], ids[pair[1]])], by=cast.he, at=AT)

    def test_a_wrong_merge_is_taken_back(self, cast: Cast) -> None:
        a, b = create_products([NewProduct(name=name) for name in "ab"], by=cast.he, at=AT)
        merge_products([(a, b)], by=cast.he, at=AT)
        separate_product(a, by=cast.he, at=AT)
        assert merged_products() == {}
        assert not Alias.objects.exists()
        merge_products([(a, b)], by=cast.he, at=AT)
        separate_product(a, by=cast.he, at=AT)
        with pytest.raises(Refusal):
            separate_product(a, by=cast.he, at=AT)

    def test_a_new_price_is_told(self, cast: Cast) -> None:
        (pk,) = create_products([NewProduct(name="a", price=Decimal("10.50"))], by=cast.he, at=AT)
        (told,) = amend_products([ProductChange(product_id=pk, values={"price": Decimal(12)})], by=cast.he, at=AT)
        assert (told.fact.old, told.fact.new) == (("10.5",), ("12",))  # type: ignore[attr-defined]
        assert Product.objects.get(pk=pk).price == 12
