"""Text areas for Chinese prose."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models


class ProseField(forms.CharField):
    """Lines end in a line feed alone.

    A browser sends carriage returns too: each text would count as changed, and a draft that was
    only opened and saved as edited.
    """

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


def prose_fields(rows):
    """`formfield_overrides` that show every TextField as an area of so many rows."""
    widget = AdminTextareaWidget(attrs={"rows": rows})
    return {models.TextField: {"form_class": ProseField, "widget": widget}}
