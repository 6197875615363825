"""Notices as tests write them: Word files made of parts, each a list of paragraphs."""

import io

import docx

# A notice's letter, before its cases.
HEAD = [
    "浙江省发展和改革委员会关于推广优化营商环境典型经验的通知",
    "浙发改营商〔2025〕12号",
    "各市发展改革委：",
    "现推广一批典型经验，请结合实际学习借鉴。",
    "浙江省发展和改革委员会",
    "2025年3月8日",
]


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
