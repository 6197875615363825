"""A form that was sent after the session had ended: kept in the new session for the same person.

Nothing is saved by itself. After logging in he sees what he wrote is there, and sends it once more.
"""

KEY = "accounts.kept_form"
TOKEN = "csrfmiddlewaretoken"


def of(request) -> dict | None:
    """What there is to keep of a request; None where there is nothing, or a password in it."""
    if request.method != "POST":
        return None
    fields = [(name, values) for name, values in request.POST.lists() if name != TOKEN]
    if not fields or any("password" in name for name, _ in fields):
        return None
    return {
        "path": request.get_full_path(),
        "fields": fields,
        "files": [file.name for _, files in request.FILES.lists() for file in files],
    }


def keep(request, user, form: dict) -> None:
    request.session[KEY] = {**form, "user": user.pk}


def found(request) -> dict | None:
    """The form that the person at work left; another's is forgotten."""
    form = request.session.get(KEY)
    if form and form["user"] != request.user.pk:
        forget(request)
        return None
    return form


def forget(request) -> None:
    request.session.pop(KEY, None)
