"""Customers and contacts, product lines and products, sources, and spellings that somebody confirmed.

``name_key`` finds a record by its name as people type it (case, width and spaces do not matter); ``match_key`` is
looser (no punctuation, no legal form) and finds likely duplicates.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xiaoguan.lib.money import MoneyField


class Source(models.Model):
    """Where customers and deals come from: a fair, a recommendation, the web site."""

    name = models.CharField(_("source"), max_length=80)
    name_key = models.CharField(max_length=80, unique=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A company or person that we sell to. How it came to be what it is stands in the journal."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Private person")

    name = models.CharField(_("customer"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    match_key = models.CharField(max_length=200, db_index=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    region = models.CharField(_("customer's region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("owner"),
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("source")
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    website = models.CharField(_("web site"), max_length=200, blank=True)
    revenue: Any = MoneyField(_("yearly revenue, as stated"), null=True, blank=True)
    employees = models.IntegerField(_("employees"), null=True, blank=True)
    founded_year = models.SmallIntegerField(_("founded in"), null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=_("parent company"),
    )
    first_won_on = models.DateField(_("customer since"), null=True)
    external_id = models.CharField(_("number in the other system"), max_length=100, null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="customer_updated", condition=Q(removed_at=None)),
            models.Index(fields=["name_key", "id"], name="customer_by_name", condition=Q(removed_at=None)),
            models.Index(fields=["owner", "-updated_at"], name="customer_owner", condition=Q(removed_at=None)),
            models.Index(fields=["industry", "id"], name="customer_industry", condition=Q(removed_at=None)),
            models.Index(fields=["region", "id"], name="customer_region", condition=Q(removed_at=None)),
            models.Index(fields=["first_won_on", "id"], name="customer_first_won", condition=Q(removed_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
            models.CheckConstraint(condition=~Q(credit_code=""), name="customer_credit_code_not_empty"),
            models.CheckConstraint(condition=~Q(external_id=""), name="customer_external_id_not_empty"),
            models.CheckConstraint(
                condition=Q(employees__isnull=True) | Q(employees__gte=0), name="customer_employees_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")), name="customer_not_its_own_parent"
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(credit_code__isnull=False, removed_at=None),
                name="customer_one_credit_code",
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=Q(external_id__isnull=False, removed_at=None),
                name="customer_one_external_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("contact"), max_length=80)
    name_key = models.CharField(max_length=80, db_index=True)
    title = models.CharField(_("position"), max_length=80, blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    external_id = models.CharField(max_length=100, null=True, blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "id"], name="contact_customer")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_a_name"),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=Q(external_id__isnull=False, removed_at=None),
                name="contact_one_external_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductLine(models.Model):
    """A family of products."""

    name = models.CharField(_("product line"), max_length=80)
    name_key = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name_key"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something that is sold. A merged one stays, so that the books keep their ids; ``merged_into`` is what it is."""

    name = models.CharField(_("product"), max_length=120)
    name_key = models.CharField(max_length=120)
    code = models.CharField(_("product number"), max_length=60, null=True, blank=True)
    line = models.ForeignKey(
        ProductLine,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("product line"),
    )
    price: Any = MoneyField(_("list price"), null=True, blank=True)
    active = models.BooleanField(_("on sale"), default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_products"
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name_key"]
        constraints = [
            models.UniqueConstraint(fields=["name_key"], condition=Q(removed_at=None), name="product_one_name"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(code__isnull=False, removed_at=None), name="product_one_code"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(condition=~Q(code=""), name="product_code_not_empty"),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="product_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="product_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """A spelling that somebody confirmed to mean a product or a customer; imports follow it without asking again."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PRODUCT = "product", _("Product")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    written = models.CharField(max_length=200)
    written_key = models.CharField(max_length=200)
    meant_id = models.BigIntegerField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="confirmed_aliases"
    )
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "aliases"
        constraints = [models.UniqueConstraint(fields=["kind", "written_key"], name="alias_once")]

    def __str__(self) -> str:
        return self.written
