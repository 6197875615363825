"""What the domain tells others, without knowing who listens."""

from django.dispatch import Signal

# Sent inside the transaction after update() or bulk_create(), which Django's own signals do not
# tell of: sender (model), ids (list of primary keys), using (database alias).
rows_changed = Signal()

# Sent where staff did something that leaves no entry in the admin's own log: sender (model), event
# (a word such as "export"), obj (a row or None), detail (a sentence).
staff_did = Signal()
