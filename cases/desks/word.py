"""A case as a Word file, for whoever has to put it before his leader."""

import io

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from ..exports.briefs import case_brief, cases
from ..exports.naming import file_name
from ..exports.word import CONTENT_TYPE
from ..freshness import page


@page(keep=False)
def case_word(request, pk):
    case = get_object_or_404(cases(), pk=pk)
    brief = case_brief(case, request.build_absolute_uri("/")[:-1])
    return word_response(brief, f"{file_name(case.title)}.docx")


def word_response(brief: bytes, name: str) -> FileResponse:
    """The file, to be saved as `name`."""
    return FileResponse(
        io.BytesIO(brief),
        as_attachment=True,
        filename=name,
        content_type=CONTENT_TYPE,
        headers={"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex"},
    )
