"""Deletions that must not happen are refused with a sentence that says what to do first.

Django's own page would list the protected objects under "deleting this would require deleting
these", which invites staff to delete the cases of a term they only wanted to tidy up.
"""


class ExplainedDeletion:
    """A mixin for a ModelAdmin: it deletes nothing that `why_not_delete` objects to."""

    def why_not_delete(self, obj):
        """A sentence that says what to do first; "" where the object may go."""
        return ""

    def get_deleted_objects(self, objs, request):
        # Both the delete page and the bulk action stop at a non-empty list of protected objects,
        # on GET and on POST, and show it.
        reasons = [reason for obj in objs if (reason := self.why_not_delete(obj))]
        if reasons:
            return [], {}, set(), reasons
        return super().get_deleted_objects(objs, request)
