"""What the domain tells others, without knowing who listens."""

from django.dispatch import Signal

# Sent inside the transaction that changes published or publishable content in a way that Django's
# own signals do not tell: ids (list of case ids), using (database alias).
cases_changed = Signal()
