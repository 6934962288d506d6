"""The endpoints, one module per resource of the reference."""

from . import (
    account,
    contact_lists,
    contact_tags,
    contacts,
    exclusions,
    field_values,
    fields,
    groups,
    imports,
    lists,
    sync,
    tags,
)

ROUTES = (
    *account.ROUTES,
    *contact_lists.ROUTES,
    *contact_tags.ROUTES,
    *contacts.ROUTES,
    *exclusions.ROUTES,
    *field_values.ROUTES,
    *fields.ROUTES,
    *groups.ROUTES,
    *imports.ROUTES,
    *lists.ROUTES,
    *sync.ROUTES,
    *tags.ROUTES,
)
