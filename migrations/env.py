"""Runs the schema's migrations inside the app's context, on the app's own database."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Apply what is missing, in one transaction."""
    with database.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=database.metadata, render_as_batch=True,
                          compare_type=True, render_item=_plain_types)
        with context.begin_transaction():
            context.run_migrations()


def _plain_types(kind: str, item: object, autogen: object) -> str | bool:
    """Migrations must not depend on the app's code, which changes under them."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


run()
