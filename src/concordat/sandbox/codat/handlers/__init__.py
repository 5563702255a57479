"""The handlers by operation name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.sandbox.codat.handlers import companies, connections, customers, datasets, pushes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.http1.answer import Answer
    from concordat.sandbox.codat.context import CodatRequest

__all__ = ["HANDLERS"]

HANDLERS: Mapping[str, Callable[[CodatRequest], Answer]] = {
    "customers.create": pushes.create_customer,
    "customers.update": pushes.update_customer,
    "customers.get": customers.get_customer,
    "customers.list": customers.list_customers,
    "customers.listAttachments": customers.list_attachments,
    "customers.getAttachment": customers.get_attachment,
    "customers.downloadAttachment": customers.download_attachment,
    "customers.getCreateUpdateModel": pushes.get_customer_model,
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
    "pushOptions.get": pushes.get_options,
}
"""The names are the `x-concordat-operation` of the contracts of `plugin.CodatPlugin`."""
