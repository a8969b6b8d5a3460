"""The few queries that measures need, as sqlglot expressions over chosen postings, wherever these stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlglot import exp, select

from xiaoguan.ledger.measures.sql import Builder, Node, columns_in, shape

FIGURES: Final = ("quantity", "units")
ADDS: Final = ("over", "under", "units", "unknown")


@dataclass(frozen=True, slots=True)
class Query:
    """``kind`` names the builder below; ``columns`` are (name, expression) of the chosen postings, in order; ``most``
    is how many rows are wanted where only the first are, ``behind`` the (sum, item) behind which they begin. ``left``
    says of which sum of an object something must be left: its name, or "any"."""

    kind: str
    columns: tuple[tuple[str, Node], ...]
    where: Node
    groups: tuple[str, ...] = ()
    most: int = 0
    behind: tuple[int, int] | None = None
    left: str = ""


def key(query: Query) -> tuple[Any, ...]:
    """What the text of a query depends on."""
    return query.kind, query.groups, query.most, query.behind, query.left, shape((query.columns, query.where))


def chosen(query: Query, table: str, *further: exp.Expr) -> exp.Select:
    """The chosen postings of a table with the columns asked for. Placeholders are numbered columns first.

    Where only sums are wanted, postings are summed by what the groups are made of before the groups are worked out:
    whose team a person belonged to is then found once a person, not once a posting.
    """
    builder = Builder()
    columns = [builder.build(node).as_(name) for name, node in query.columns]
    where = builder.build(query.where)
    if not adds_up(query):
        return select(*columns, copy=False).from_(table, copy=False).where(where, *further, copy=False)
    made_of = sorted({name for name, node in query.columns if name not in FIGURES for name in columns_in(node)})
    figures = (summed(name).as_(name) for name in FIGURES)
    postings = select(*made_of, *figures, copy=False).from_(table, copy=False).where(where, *further, copy=False)
    return of_rows(select(*columns, copy=False), group(postings, made_of), "summed_up")


def adds_up(query: Query) -> bool:
    """Whether the answers over two sets of postings, added up, are the answer over both."""
    return query.kind == "totals"


def summed(name: str) -> exp.Expr:
    return exp.Sum(this=exp.column(name))


def group(built: exp.Select, names: Sequence[str]) -> exp.Select:
    return built.group_by(*map(exp.column, names), copy=False) if names else built


def of_rows(built: exp.Select, rows: exp.Query, name: str) -> exp.Select:
    """A selection from rows, which get a name. Nothing is copied, here or elsewhere: a condition may name thousands."""
    return built.from_(rows.subquery(name, copy=False), copy=False)


def _totals(query: Query, rows: exp.Query) -> exp.Expr:
    """Groups, then the sums of quantity and units."""
    built = of_rows(select(*query.groups, summed("quantity"), summed("units")), rows, "chosen")
    return group(built, query.groups)


def _objects_left(query: Query, rows: exp.Query) -> exp.Select:
    """Objects of which something is left after reversals, with their net quantity."""
    names = (*query.groups, "item")
    built = of_rows(select(*names, summed("quantity").as_("net")), rows, "chosen")
    left = exp.GT(this=summed("known"), expression=exp.Literal.number(0))
    return group(built, names).having(left, copy=False)


def _distinct(query: Query, rows: exp.Query) -> exp.Expr:
    """Groups, then how many different items are left."""
    built = of_rows(select(*query.groups, exp.Count(this=exp.Star())), _objects_left(query, rows), "items")
    return group(built, query.groups)


def _touched(query: Query, rows: exp.Query) -> exp.Expr:
    """Groups, then how many different items, whatever is left of them."""
    different = exp.Count(this=exp.Distinct(expressions=[exp.column("item")]))
    built = of_rows(select(*query.groups, different), rows, "chosen")
    return group(built, query.groups)


def _median(query: Query, rows: exp.Query) -> exp.Expr:
    """Groups, then the sum of the one or two different middle quantities, how many they are, and of how many objects.

    Objects are counted by their quantity first: days are few where deals are a million, and of few rows it is cheap to
    say how many stand before each.
    """
    groups = [exp.column(name) for name in query.groups]
    many = exp.Count(this=exp.Star()).as_("n")
    items = of_rows(select(*query.groups, "net", many), _objects_left(query, rows), "items")
    counted = group(items, [*query.groups, "net"])
    order = exp.Order(expressions=[exp.column("net")])
    upto = exp.Window(this=summed("n"), partition_by=groups, order=order).as_("upto")
    whole = exp.Window(this=summed("n"), partition_by=[item.copy() for item in groups]).as_("many")
    ranked = of_rows(select(*query.groups, "net", "n", upto, whole), counted, "counted")
    built = select(*query.groups, summed("net"), exp.Count(this=exp.Star()), exp.Max(this=exp.column("many")))
    middle = of_rows(built, ranked, "ranked").where("2 * upto >= many", "2 * (upto - n) <= many", copy=False)
    return group(middle, query.groups)


def _largest(query: Query, rows: exp.Query) -> exp.Expr:
    """The groups with the largest sums of quantity, whatever their sign; those of nothing are none."""
    net = summed("quantity")
    built = group(of_rows(select(*query.groups, net), rows, "chosen"), query.groups)
    changed = built.having(exp.NEQ(this=net.copy(), expression=exp.Literal.number(0)), copy=False)
    order = exp.Ordered(this=exp.Abs(this=net.copy()), desc=True)
    return changed.order_by(order, *query.groups, copy=False).limit(query.most, copy=False)


def _objects(query: Query, rows: exp.Query) -> exp.Select:
    """Each item with what it adds to a figure, and its last day: what stands behind the figure."""
    sums = [summed(name).as_(name) for name in ADDS]
    last = exp.Max(this=exp.column("on_date")).as_("last_on")
    built = group(of_rows(select("item", *sums, last), rows, "chosen"), ["item"])
    if query.left == "any":
        changed = (exp.NEQ(this=summed(name), expression=exp.Literal.number(0)) for name in ADDS)
        return built.having(exp.or_(*changed), copy=False)
    if not query.left:
        return built
    return built.having(exp.GT(this=summed(query.left), expression=exp.Literal.number(0)), copy=False)


def _keys(query: Query, rows: exp.Query) -> exp.Select:
    """The items alone."""
    return of_rows(select("item"), _objects(query, rows), "objects")


def _ranked(query: Query, rows: exp.Query) -> exp.Expr:
    """The first items by what they add above the line, each beside how many there are and what all add together."""
    names = ("item", *ADDS, "last_on")
    whole = [exp.Window(this=summed(name)).as_(f"all_{name}") for name in ADDS]
    many = exp.Window(this=exp.Count(this=exp.Star())).as_("many")
    together = of_rows(select(*names, many, *whole), _objects(query, rows), "objects")
    built = of_rows(select(*names, "many", *(f"all_{name}" for name in ADDS)), together, "ranked")
    if query.behind is not None:
        over, item = map(exp.Literal.number, query.behind)
        less = exp.LT(this=exp.column("over"), expression=over)
        same = exp.EQ(this=exp.column("over"), expression=over.copy())
        further = exp.GT(this=exp.column("item"), expression=item)
        built = built.where(exp.or_(less, exp.and_(same, further)), copy=False)
    order = exp.Ordered(this=exp.column("over"), desc=True)
    return built.order_by(order, "item", copy=False).limit(query.most, copy=False)


def _last_day(query: Query, rows: exp.Query) -> exp.Expr:
    """The last day among the postings chosen."""
    return of_rows(select(exp.Max(this=exp.column("on_date"))), rows, "chosen")


def _postings(query: Query, rows: exp.Query) -> exp.Expr:
    """The postings themselves, in the order of their days."""
    names = [name for name, _node in query.columns]
    return of_rows(select(*names), rows, "chosen").order_by("on_date", "id", copy=False)


BUILDERS = {
    "totals": _totals,
    "distinct": _distinct,
    "touched": _touched,
    "median": _median,
    "largest": _largest,
    "objects": _objects,
    "keys": _keys,
    "ranked": _ranked,
    "postings": _postings,
    "last_day": _last_day,
}
