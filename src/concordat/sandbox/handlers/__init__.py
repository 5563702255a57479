"""What the sandbox does for each operation of the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.sandbox.handlers import attachments, companies, connections, customers, datasets, options, pushes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.http1.answer import Answer
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["APIS", "HANDLERS"]

HANDLERS: Mapping[str, Callable[[HandlerRequest], Answer]] = {
    "customers.create": pushes.create_customer,
    "customers.update": pushes.update_customer,
    "customers.get": customers.get_customer,
    "customers.list": customers.list_customers,
    "customers.listAttachments": attachments.list_attachments,
    "customers.getAttachment": attachments.get_attachment,
    "customers.downloadAttachment": attachments.download_attachment,
    "customers.getCreateUpdateModel": options.get_customer_model,
    "companies.list": companies.list_companies,
    "companies.get": companies.get_company,
    "companies.create": companies.create_company,
    "companies.replace": companies.replace_company,
    "companies.update": companies.update_company,
    "companies.delete": companies.delete_company,
    "connections.list": connections.list_connections,
    "connections.get": connections.get_connection,
    "connections.create": connections.create_connection,
    "connections.delete": connections.delete_connection,
    "connections.unlink": connections.unlink_connection,
    "dataStatus.get": datasets.get_data_status,
    "refresh.all": datasets.refresh_all,
    "refresh.dataType": datasets.refresh_data_type,
    "pullOperations.list": datasets.list_pulls,
    "pullOperations.get": datasets.get_pull,
    "pushOperations.list": pushes.list_pushes,
    "pushOperations.get": pushes.get_push,
    "pushOptions.get": options.get_options,
}
"""By operation name; the names are the `x-concordat-operation` of the contracts in `APIS`."""
APIS = frozenset({"accounting", "sync-for-expenses"})
"""The contracts whose operations these are: an operation of this name in another contract is another operation."""
