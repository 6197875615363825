"""What the case form shows beside its fields."""

from django import template

from ..original import beside

register = template.Library()


@register.filter
def beside_original(section):
    """The paragraphs of the section's original with what differs (original.Beside)."""
    return beside(section.source, section.text)


@register.filter
def after_text(fieldset):
    """Whether the fieldset stands below the text of the case (admin.cases.AFTER_TEXT)."""
    return "after-text" in fieldset.classes
