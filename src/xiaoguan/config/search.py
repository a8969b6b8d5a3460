"""What can be searched, kind by kind: every record with the names by which it is found."""

from typing import Final

from xiaoguan.crm.queries.names import customer_names
from xiaoguan.deals.queries.names import deal_names
from xiaoguan.journal import kinds
from xiaoguan.services.search.keeping import rebuild

SEARCHED: Final = {kinds.CUSTOMER: customer_names, kinds.DEAL: deal_names}


def rebuild_search() -> int:
    """Make the search anew from the tables; gives the number of records that can be found."""
    return rebuild({kind: names() for kind, names in SEARCHED.items()})
