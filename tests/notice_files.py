"""Notices as tests write them: Word files made of parts, each a list of paragraphs."""

import io

import docx


def docx_of(*parts):
    document = docx.Document()
    for part in parts:
        for line in part:
            document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def changed(part, old, new):
    assert any(old in line for line in part)
    return [line.replace(old, new) for line in part]
