"""The accounting integrations that a sandbox connection can have."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import msgspec

__all__ = ["ACCOUNTING_TYPES", "INTEGRATIONS", "Integration", "by_platform_key"]

ACCOUNTING_TYPES = (
    "accountTransactions",
    "balanceSheet",
    "bankAccounts",
    "bankTransactions",
    "billCreditNotes",
    "billPayments",
    "bills",
    "cashFlowStatement",
    "chartOfAccounts",
    "company",
    "creditNotes",
    "customers",
    "directCosts",
    "directIncomes",
    "invoices",
    "itemReceipts",
    "items",
    "journalEntries",
    "journals",
    "paymentMethods",
    "payments",
    "profitAndLoss",
    "purchaseOrders",
    "salesOrders",
    "suppliers",
    "taxRates",
    "trackingCategories",
    "transfers",
)
"""The data types that every integration supports; none supports banking and commerce types."""


class Integration(msgspec.Struct, frozen=True):
    """One accounting software. `key` is the world's word for it, `platform_key` the API's, of four letters."""

    key: str
    platform_key: str
    name: str
    offline: bool = False
    """It may never complete a push (DOC:push)."""

    @property
    def integration_id(self) -> str:
        """Its id, stable over runs."""
        return str(uuid5(NAMESPACE_URL, f"concordat:integration:{self.key}"))

    @property
    def source_id(self) -> str:
        """The id of its data source, stable over runs."""
        return str(uuid5(NAMESPACE_URL, f"concordat:source:{self.key}"))


INTEGRATIONS = {
    integration.key: integration
    for integration in (
        Integration("xero", "gbol", "Xero"),
        Integration("qbo", "qhyg", "QuickBooks Online"),
        Integration("qbo-sandbox", "ndsk", "QuickBooks Online Sandbox"),
        Integration("qbd", "pqsw", "QuickBooks Desktop", offline=True),
        Integration("sage50", "pdvj", "Sage 50 (UK)", offline=True),
        Integration("sage-business-cloud", "snbc", "Sage Business Cloud Accounting"),
        Integration("intacct", "sxin", "Sage Intacct"),
        Integration("netsuite", "akxx", "Oracle NetSuite"),
        Integration("myob", "myob", "MYOB AccountRight"),
        Integration("freeagent", "frag", "FreeAgent"),
        Integration("freshbooks", "frbk", "FreshBooks"),
        Integration("exact-nl", "exnl", "Exact Online (Netherlands)"),
        Integration("exact-uk", "exuk", "Exact Online (UK)"),
        Integration("dynamics", "dynb", "Dynamics 365 Business Central"),
        Integration("codat-sandbox", "mqjo", "Codat Sandbox"),
    )
}
"""By the world's word. No source fixes the platform keys; they are this sandbox's own."""


def by_platform_key(key: str) -> Integration | None:
    """Return the integration that the API calls `key`."""
    return next((one for one in INTEGRATIONS.values() if one.platform_key == key), None)
