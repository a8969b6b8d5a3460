"""What happens to customers, their contacts and the products. Names, phones and notes stand in private values."""

from decimal import Decimal

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import CONTACT, CUSTOMER, PRODUCT, PRODUCT_LINE, SOURCE


@fact(
    code=401,
    subject="customer_id",
    subject_kind=CUSTOMER,
    customer="customer_id",
    objects={"source_id": SOURCE},
    persons=("owner_id",),
)
class CustomerCreated(Fact):
    """A customer entered the books; ``owner_id`` None: nobody's yet."""

    customer_id: int
    owner_id: int | None
    source_id: int | None


@fact(
    code=402,
    subject="customer_id",
    subject_kind=CUSTOMER,
    customer="customer_id",
    persons=("owner_from", "owner_id"),
)
class CustomerTransferred(Fact):
    """The customer went from one owner to another (None: nobody)."""

    customer_id: int
    owner_from: int | None
    owner_id: int | None


@fact(
    code=403,
    subject="contact_id",
    subject_kind=CONTACT,
    customer="customer_id",
    objects={"customer_id": CUSTOMER},
)
class ContactCreated(Fact):
    """A person at a customer became known."""

    contact_id: int
    customer_id: int


@fact(code=404, subject="product_id", subject_kind=PRODUCT, objects={"product_line_id": PRODUCT_LINE})
class ProductCreated(Fact):
    """A product entered the list; ``price`` is its list price in company currency, None where it is not known."""

    product_id: int
    product_line_id: int | None
    price: Decimal | None


@fact(code=405, subject="product_id", subject_kind=PRODUCT, objects={"into_id": PRODUCT})
class ProductMerged(Fact):
    """A product turned out to be another one. Its postings stay; figures read it as the other."""

    product_id: int
    into_id: int


@fact(code=406, subject="product_line_id", subject_kind=PRODUCT_LINE)
class ProductLineCreated(Fact):
    """A line of products was named."""

    product_line_id: int


@fact(code=407, subject="source_id", subject_kind=SOURCE)
class SourceCreated(Fact):
    """A source of customers and deals was named."""

    source_id: int


@fact(
    code=408,
    subject="contact_id",
    subject_kind=CONTACT,
    customer="customer_id",
    objects={"customer_id": CUSTOMER},
)
class ContactRemoved(Fact):
    """A contact is no longer at the customer or was entered by mistake."""

    contact_id: int
    customer_id: int
