"""Writing the audit: who is at work is known from the request that is being answered."""

from contextvars import ContextVar

from .addresses import client_address
from .models import AuditEvent, Event

# The request that is being answered; set by middleware.audit.
current_request: ContextVar = ContextVar("current_request", default=None)


def record(event, *, request=None, user=None, user_name="", obj=None, **values) -> AuditEvent:
    """Write one row. values: object_type, object_id, object_name, succeeded, detail.

    It is part of the transaction that the action is part of: no action without its row, and no row
    that tells of an action which was rolled back. What fails is recorded by middleware.audit, when
    the transaction is over.
    """
    request = request or current_request.get()
    if user is None:
        user = getattr(request, "user", None)
    if user is not None and not user.is_authenticated:
        user = None
    if obj is not None:
        values = {
            "object_type": str(obj._meta.verbose_name),
            "object_id": str(obj.pk),
            "object_name": str(obj),
            **values,
        }
    written = AuditEvent(
        event=Event(event),
        user_id=user.pk if user else None,
        user_name=user_name or (user.get_username() if user else ""),
        address=client_address(request) if request else "",
        **values,
    )
    written.save()
    if request is not None:
        request.was_audited = True
    return written
