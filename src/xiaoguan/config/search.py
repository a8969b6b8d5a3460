"""What can be searched, kind by kind: every record with the names by which it is found."""

from typing import Final

from xiaoguan.crm.queries.names import customer_names
from xiaoguan.deals.queries.names import deal_names
from xiaoguan.journal import kinds

SEARCHED: Final = {kinds.CUSTOMER: customer_names, kinds.DEAL: deal_names}
