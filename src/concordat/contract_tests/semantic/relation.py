"""The relations between a target's answers: each draws examples from records that it saw, and judges the answers.

`pages`    the pages of a list, of any size, hold each record once, and as many as their total
`beyond`   a page after the last one is empty, and reports the same total
`records`  a record that is read alone equals the record of the list
`links`    each link of a page leads to the page that it names, and stands only where that page exists
`filter`   a filter keeps the records that fulfil it, and no others
`order`    an order sorts the records, and keeps all of them
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.contract_tests.semantic.page_relation import Beyond, Links, Pages
from concordat.contract_tests.semantic.record_relation import Filter, Order, Records

if TYPE_CHECKING:
    from concordat.contract_tests.semantic.window import Relation

__all__ = ["RELATIONS"]

RELATIONS: dict[str, Relation] = {
    "pages": Pages(),
    "beyond": Beyond(),
    "records": Records(),
    "links": Links(),
    "filter": Filter(),
    "order": Order(),
}
