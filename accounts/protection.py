"""What the database itself refuses: to change a row of the audit, or to delete a young one.

A migration that makes SQLite lay out the table anew takes the triggers with it; it has to end
with protect(). The command check_audit says whether they are there.
"""

from .models import KEPT, AuditEvent

TABLE = AuditEvent._meta.db_table
REFUSED = "audit rows cannot be changed, and not be deleted before their time"

SQLITE = {
    "audit_no_update": f"""
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    "audit_no_delete": f"""
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE}
        WHEN OLD.at > datetime('now', '-{KEPT.days} days')
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
}

FUNCTION = f"""
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at <= now() - interval '{KEPT.days} days' THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'insufficient_privilege';
    END $$"""
POSTGRESQL = {
    "audit_no_update": f"""
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    "audit_no_delete": f"""
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    "audit_no_truncate": f"""
        CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
}


def protect(connection) -> None:
    """Put the triggers on the table, whichever of them are there already."""
    unprotect(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for statement in _triggers(connection).values():
            cursor.execute(statement)


def unprotect(connection) -> None:
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _triggers(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection) -> list[str]:
    """The names of the triggers that are not there."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = (
            "SELECT tgname FROM pg_trigger"
            f" WHERE tgrelid = '{TABLE}'::regclass AND tgenabled <> 'D'"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    return [name for name in _triggers(connection) if name not in found]


def _triggers(connection) -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
