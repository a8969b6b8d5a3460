"""Products: list, entering, amending, and saying that one is really another."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiaoguan.crm import policy
from xiaoguan.crm.actions import (
    NewProduct,
    ProductChange,
    amend_products,
    create_products,
    ensure_lines,
    merge_products,
    separate_product,
)
from xiaoguan.crm.forms import MergeForm, ProductForm
from xiaoguan.crm.models import Product
from xiaoguan.crm.queries import products as queries
from xiaoguan.crm.views.answers import page_or_part
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of, require


@require_GET
@require("products.view")
def products(request: HttpRequest) -> HttpResponse:
    """All products by line."""
    member = member_of(request)
    search = request.GET.get("q", "")[:100]
    context = {
        "rows": queries.products(member, search),
        "search": search,
        "may_edit": policy.may_edit_products(member),
    }
    return page_or_part(request, "crm/products.html", "results", context)


@require("products.edit")
def create(request: HttpRequest) -> HttpResponse:
    """Enter a product."""
    member, form = member_of(request), ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        item = NewProduct(name=read["name"], code=read["code"], line=read["line"], price=read["price"])
        try:
            create_products([item], by=member, at=timezone.now())
            return redirect("crm:products")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, None, status=422 if form.errors else 200)


@allow(on=policy.visible_products)
def product(request: HttpRequest, found: Product) -> HttpResponse:
    """One product: to read, and to amend for those who may."""
    member = member_of(request)
    now = {
        "name": found.name,
        "code": found.code,
        "line": found.line.name if found.line else "",
        "price": found.price,
        "active": found.active,
    }
    form = ProductForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and policy.may_edit_products(member) and form.is_valid():
        try:
            _save(request, found, form)
            return redirect("crm:products")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, found, status=422 if form.errors else 200)


def _save(request: HttpRequest, found: Product, form: ProductForm) -> None:
    doing: dict[str, Any] = {"by": member_of(request), "at": timezone.now()}
    read = form.cleaned_data
    values = {name: read[name] for name in ("name", "code", "price", "active")}
    values["line_id"] = ensure_lines([read["line"]], **doing)[read["line"]] if read["line"] else None
    amend_products([ProductChange(product_id=found.pk, values=values)], **doing)


@require_POST
@allow(policy.may_edit_product, on=policy.visible_products)
def merge(request: HttpRequest, found: Product) -> HttpResponse:
    """The product is really another one."""
    member = member_of(request)
    targets = queries.merge_targets(member, found)
    form = MergeForm(request.POST, targets=list(targets.values_list("pk", "name")))
    if form.is_valid():
        try:
            merge_products([(found.pk, form.cleaned_data["into"])], by=member, at=timezone.now())
            words = {"name": found.name, "into": targets.get(pk=form.cleaned_data["into"]).name}
            messages.success(request, _("“%(name)s” counts as “%(into)s” from now on.") % words)
            return redirect("crm:products")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, ProductForm(initial={"name": found.name}), found, merge_form=form, status=422)


@require_POST
@allow(policy.may_edit_product, on=policy.visible_products)
def separate(request: HttpRequest, found: Product) -> HttpResponse:
    """The merging was wrong."""
    separate_product(found.pk, by=member_of(request), at=timezone.now())
    messages.success(request, _("“%(name)s” stands for itself again.") % {"name": found.name})
    return redirect("crm:product", pk=found.pk)


def _page(
    request: HttpRequest,
    form: ProductForm,
    found: Product | None,
    *,
    merge_form: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    member = member_of(request)
    if found and merge_form is None:
        merge_form = MergeForm(targets=list(queries.merge_targets(member, found).values_list("pk", "name")))
    context = {
        "form": form,
        "product": found,
        "merge_form": merge_form,
        "lines": queries.lines(member),
        "may_edit": policy.may_edit_products(member),
        "address": request.path if found is None else "",
    }
    return page_or_part(request, "crm/product.html", "form", context, status=status)
