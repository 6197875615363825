"""Reading: what the bytes are decides; bad files get one Chinese sentence on what to do."""

import io
import struct
import time
import zipfile

import docx
import pytest

from cases.notices import reader
from cases.notices.formats import archive
from cases.notices.reader import MAX_BYTES, NoticeFileError, check_size, read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def zipped(**parts):
    """A zip of parts; __ stands for / and _dot_ for . in their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def word(body, **parts):
    return zipped(
        **{
            "[Content_Types]_dot_xml": TYPES,
            "word__document_dot_xml": f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>",
            **parts,
        }
    )


def texts(data, name="x.docx"):
    return [paragraph.text for paragraph in read(data, name).paragraphs]


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def ole(stream):
    return OLE + stream.encode("utf-16-le") + b"\x00" * 512


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class TestBadInput:
    @pytest.mark.parametrize(
        ("data", "name", "words"),
        [
            (b"", "空.txt", "空的"),
            (b" \r\n\t ", "空.txt", "空的"),
            (b"PK\x03\x04" + b"\x01" * 60, "坏.docx", "已损坏"),
            (saved(docx.Document())[:3000], "坏.docx", "已损坏"),
            (ole("EncryptedPackage"), "密.docx", "密码"),
            (ole("WordDocument"), "旧.doc", "另存为 .docx"),
            (ole("WordDocument"), "旧.wps", ".wps"),
            (ole("Workbook"), "表.xls", "表格"),
            (ole("?"), "怪.bin", "另存为 .docx"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "扫描.pdf", "PDF"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "改名.docx", "PDF"),
            (b"{\\rtf1\\ansi", "x.doc", "RTF"),
            (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "x.docx", "图片"),
            (b"Rar!\x1a\x07\x00", "x.rar", "压缩包"),
            (zipped(mimetype="application/vnd.oasis.opendocument.text"), "x.odt", "OpenDocument"),
            (zipped(a_dot_txt="一"), "x.zip", "压缩包"),
            (
                zipped(
                    **{
                        "[Content_Types]_dot_xml": TYPES.replace(
                            "wordprocessingml.document", "spreadsheetml.sheet"
                        )
                    }
                ),
                "x.xlsx",
                "表格",
            ),
            (
                zipped(
                    **{
                        "[Content_Types]_dot_xml": TYPES.replace(
                            "wordprocessingml.document", "presentationml.presentation"
                        )
                    }
                ),
                "x.pptx",
                "演示文稿",
            ),
            (
                zipped(
                    **{
                        "[Content_Types]_dot_xml": TYPES.replace(
                            "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                            "vnd.ms-word.document.macroEnabled.main",
                        )
                    }
                ),
                "x.docm",
                "宏",
            ),
            (bytes(range(256)) * 40, "x.bin", "不是文字材料"),
            (b"\x81\x20\xff\xff\x80\x80 abc \xff" * 9, "x.txt", "编码"),
            (b"\xff\xfe\x00\xd8\x41", "x.txt", "编码"),
            (b"<html><body><script>var a = 1;</script></body></html>", "x.html", "没有文字"),
            (saved(docx.Document()), "x.docx", "没有文字"),
            (word("<w:p/>"), "x.docx", "没有文字"),
            (word("<w:p><w:r>"), "x.docx", "已损坏"),
            (b"PK\x03\x04" + b"\x01" * 60, "坏.ofd", "OFD 版式文件已损坏"),
            (b"PK\x03\x04" + b"\x01" * 60, "坏.xlsx", "表格文件（.xlsx）已损坏"),
            (zipped(xl__workbook_dot_xml="?", **{"[Content_Types]_dot_xml": "?"}), "", "表格文件"),
            ((f"<html>{'<div>' * 9000}<p>文字</p>").encode(), "深.html", "嵌套过深"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_one_clear_sentence(self, data, name, words):
        with pytest.raises(NoticeFileError) as raised:
            read(data, name)
        message = str(raised.value)
        assert words in message
        assert message.endswith("。") and message.count("。") == 1 and "请" in message

    def test_too_large(self, tmp_path):
        with pytest.raises(NoticeFileError, match="上限"):
            read(b"\xe4\xb8\x80" * (MAX_BYTES // 3 + 1), "x.txt")
        path = tmp_path / "大.txt"
        with open(path, "wb") as file:
            file.truncate(200 * 1024 * 1024)
        with pytest.raises(NoticeFileError, match="200 MB"):
            check_size(path)

    def test_a_file_within_the_limit_passes_the_size_check(self, tmp_path):
        path = tmp_path / "小.txt"
        path.write_bytes(b"x")
        assert check_size(path) is None

    @pytest.mark.parametrize("name", ["../x.xml", "word/../../x.xml", "/etc/x.xml", "C:/x.xml"])
    def test_member_names_that_leave_the_archive(self, name):
        data = word(
            f"<w:p>{run('一')}</w:p>", **{name.replace("/", "__").replace(".xml", "_dot_xml"): "x"}
        )
        with pytest.raises(NoticeFileError, match="不安全的路径"):
            read(data, "x.docx")

    def test_more_paragraphs_than_any_notice_has(self):
        data = word("<w:p/>" * 200_000)
        started = time.perf_counter()
        with pytest.raises(NoticeFileError, match="段落超过"):
            read(data, "x.docx")
        assert time.perf_counter() - started < 3

    def test_a_bomb_by_its_ratio(self):
        data = word(f"<w:p>{run('一')}</w:p>", word__media__a_dot_bin=b"\x00" * 20_000_000)
        with pytest.raises(NoticeFileError, match="解压后过大"):
            read(data, "x.docx")

    def test_a_bomb_by_its_total(self, monkeypatch):
        monkeypatch.setattr(archive, "MAX_UNPACKED", 100_000)
        noise = bytes(range(256)) * 200
        parts = {f"word__a{n}": noise for n in range(3)}
        with pytest.raises(NoticeFileError, match="解压后过大"):
            read(word(f"<w:p>{run('一')}</w:p>", **parts), "x.docx")

    def test_a_bomb_by_its_members(self, monkeypatch):
        monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
        with pytest.raises(NoticeFileError, match="解压后过大"):
            read(word(f"<w:p>{run('一')}</w:p>", a="", b=""), "x.docx")

    def test_a_part_that_lies_about_its_size(self, monkeypatch):
        """The header says 10 bytes; the stream holds more than a part may."""
        monkeypatch.setattr(archive, "MAX_PART", 50_000)
        data = bytearray(word(f"<w:p>{run('一' * 60_000)}</w:p>"))
        place = data.rindex(b"PK\x01\x02")
        assert struct.unpack_from("<I", data, place + 24)[0] > 50_000
        struct.pack_into("<I", data, place + 24, 10)
        with pytest.raises(NoticeFileError, match=r"解压后过大|已损坏"):
            read(bytes(data), "x.docx")

    @pytest.mark.parametrize(
        "prologue",
        [
            '<!DOCTYPE d [<!ENTITY a "一"><!ENTITY b "&a;&a;&a;">]>',
            '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
        ],
    )
    def test_entities_and_document_types(self, prologue):
        entity = "&a;" if "ENTITY" in prologue else "一"
        part = f"{prologue}<w:document {W}><w:body><w:p>{run(entity)}</w:p></w:body></w:document>"
        data = zipped(**{"[Content_Types]_dot_xml": TYPES, "word__document_dot_xml": part})
        with pytest.raises(NoticeFileError, match="实体定义"):
            read(data, "x.docx")

    def test_deep_nesting_is_refused_or_read_but_never_crashes(self):
        body = "<w:sdt><w:sdtContent>" * 120 + f"<w:p>{run('一')}</w:p>"
        body += "</w:sdtContent></w:sdt>" * 120
        with pytest.raises(NoticeFileError, match="已损坏"):
            read(word(body), "x.docx")


class TestContentDecides:
    def test_a_docx_named_doc(self):
        document = docx.Document()
        document.add_paragraph("福州市案例")
        assert read(saved(document), "通知.doc").format == "docx"

    def test_a_page_named_txt(self):
        document = read("<html><body><p>福州市案例</p></body></html>".encode(), "x.txt")
        assert document.format == "html"

    def test_a_text_named_html(self):
        assert read("福州市案例，1<2。".encode(), "x.html").format == "text"

    def test_markdown_without_its_suffix(self):
        assert read("# 汇编\n\n## 福州市\n".encode(), "x.txt").format == "markdown"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
    def test_encodings(self, encoding):
        assert texts("各市：\n优化营商环境，𠮷".encode(encoding), "x.txt") == [
            "各市：",
            "优化营商环境，𠮷",
        ]

    def test_a_page_that_says_its_charset(self):
        page = '<html><head><meta charset="gb2312"></head><body><p>营商环境</p></body></html>'
        assert texts(page.encode("gbk"), "x.html") == ["营商环境"]

    def test_a_page_that_says_the_wrong_charset(self):
        page = '<html><head><meta charset="utf-8"></head><body><p>营商环境</p></body></html>'
        assert texts(page.encode("gbk"), "x.html") == ["营商环境"]


class TestWord:
    def test_runs_links_insertions_and_deletions(self):
        body = (
            f"<w:p>{run('推行')}<w:ins>{run('告知')}</w:ins>"
            f"<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
            f"<w:hyperlink>{run('承诺')}</w:hyperlink><w:smartTag>{run('制')}</w:smartTag></w:p>"
            f"<w:sdt><w:sdtContent><w:p>{run('控件')}</w:p></w:sdtContent></w:sdt>"
        )
        assert texts(word(body)) == ["推行告知承诺制", "控件"]

    def test_field_codes_are_not_text_but_their_results_are(self):
        body = (
            "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText>"
            f"</w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('二〇二五年')}"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        )
        assert texts(word(body)) == ["二〇二五年"]

    def test_text_boxes_once(self):
        box = f"<w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent>"
        body = (
            f"<w:p>{run('正文')}<w:r><mc:AlternateContent>"
            f"<mc:Choice Requires='wps'>{box}</mc:Choice>"
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
        assert texts(word(body)) == ["正文", "框内"]

    def test_soft_breaks_part_headings_and_join_sentences(self):
        body = (
            f"<w:p>{run('一、背景情况')}<w:r><w:br/></w:r>{run('近年来，企业反映办理慢。为此，福州市推行')}"
            f"<w:r><w:br/></w:r>{run('改革，取得成效。')}</w:p>"
        )
        assert texts(word(body)) == [
            "一、背景情况",
            "近年来，企业反映办理慢。为此，福州市推行改革，取得成效。",
        ]

    def test_footnotes_follow_their_paragraph(self):
        notes = (
            f'<w:footnotes {W}><w:footnote w:id="0" w:type="separator"><w:p>{run("-")}</w:p>'
            "</w:footnote>"
            f'<w:footnote w:id="2"><w:p>{run("数据截至3月。")}</w:p></w:footnote></w:footnotes>'
        )
        reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
        body = f"<w:p>{run('办件100件')}{reference}</w:p><w:p>{run('后文')}</w:p>"
        document = read(word(body, word__footnotes_dot_xml=notes), "x.docx")
        assert [(p.text, p.note) for p in document.paragraphs] == [
            ("办件100件", False),
            ("数据截至3月。", True),
            ("后文", False),
        ]

    def test_merged_cells_know_their_rows_and_columns(self):
        def cell(text, properties=""):
            return (
                f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text) if text else ''}</w:p></w:tc>"
            )

        body = "".join(
            [
                "<w:tbl><w:tr>",
                cell("宽", '<w:gridSpan w:val="2"/>'),
                cell("丙"),
                "</w:tr><w:tr>",
                cell("高", '<w:vMerge w:val="restart"/>'),
                cell("乙"),
                cell("丙"),
                "</w:tr><w:tr>",
                cell("", "<w:vMerge/>"),
                cell("乙二"),
                cell("丙二"),
                "</w:tr></w:tbl>",
            ]
        )
        cells = {p.text: p.cell for p in read(word(body), "x.docx").paragraphs}
        assert (cells["宽"].columns, cells["高"].rows, cells["高"].row) == (2, 2, 1)
        assert (cells["乙二"].row, cells["乙二"].column) == (2, 1)

    def test_headings_by_style_inherited_and_outline(self):
        document = docx.Document()
        style = document.styles.add_style("我的标题", 1)
        style.base_style = document.styles["Heading 2"]
        document.add_paragraph("继承", style)
        document.add_heading("直接", 1)
        document.add_paragraph("正文")
        assert [p.heading for p in read(saved(document), "x.docx").paragraphs] == [2, 1, 0]

    def test_a_broken_style_chain_ends(self):
        styles = (
            f'<w:styles {W}><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>'
            '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
        )
        body = f'<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>{run("一")}</w:p>'
        assert texts(word(body, word__styles_dot_xml=styles)) == ["一"]

    def test_strict_documents(self):
        strict = W.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        part = f"<w:document {strict}><w:body><w:p>{run('严格')}</w:p></w:body></w:document>"
        data = zipped(**{"[Content_Types]_dot_xml": TYPES, "word__document_dot_xml": part})
        assert texts(data) == ["严格"]


class TestWebPage:
    def test_inline_tags_do_not_part_words_and_blocks_do(self):
        page = (
            "<html><body><p>推行<b>告知</b><span>承诺</span>制</p>"
            "<div>第二段<p>第三段</p>尾</div></body></html>"
        )
        assert texts(page.encode(), "x.html") == ["推行告知承诺制", "第二段", "第三段", "尾"]

    def test_invisible_text_is_no_text(self):
        page = "<html><body><style>p{}</style><p style='display:none'>隐</p><p>显</p></body></html>"
        assert texts(page.encode(), "x.html") == ["显"]

    def test_ordered_lists_are_numbered(self):
        page = "<html><body><ol start=3><li>丙</li><li>丁</li></ol></body></html>"
        assert texts(page.encode(), "x.html") == ["3.丙", "4.丁"]

    def test_links_inside_the_article_stay(self):
        page = (
            "<html><body><div class='nav'><a href='/'>首页</a></div><div id=zoom><p>"
            + "改革。" * 30
            + "</p><p>附件：<a href='a.doc'>1.福州市推行</a></p>"
            "<p><a href='b.doc'>2.厦门市推行</a></p>"
            "<p><a href='c.doc'>3.泉州市推行</a></p></div></body></html>"
        )
        found = texts(page.encode(), "x.html")
        assert found[1:] == ["附件：1.福州市推行", "2.厦门市推行", "3.泉州市推行"]

    def test_what_is_set_aside_is_reported_with_its_reason(self):
        page = (
            "<html><body><div class='breadcrumb'>首页 &gt; 通知</div>"
            "<div><h1>关于改革的通知</h1><p>"
            + "各地要学习。"
            * 20
            + "</p></div><div><p>相关链接</p><ul><li><a href='/1'>甲</a></li>"
            "<li><a href='/2'>乙</a></li></ul></div><footer>版权所有</footer></body></html>"
        )
        document = read(page.encode(), "x.html")
        assert [p.text for p in document.paragraphs] == ["关于改革的通知", "各地要学习。" * 20]
        assert {piece.text for piece in document.set_aside} == {
            "首页 > 通知",
            "相关链接",
            "甲",
            "乙",
            "版权所有",
        }
        assert all(piece.reason for piece in document.set_aside)


class TestText:
    def test_one_paragraph_a_line(self):
        assert texts("　　第一段。\r\n\r\n　　第二段。\r第三段".encode(), "x.txt") == [
            "第一段。",
            "第二段。",
            "第三段",
        ]

    @pytest.mark.parametrize(
        "page", ["— 1 —", "- 1 -", "第1页", "第 1 页 共 9 页", "1/9", "Page 1 of 9", "－1－"]
    )
    def test_a_page_number_inside_a_sentence(self, page):
        first, second = (
            "近年来，福州市深入推进改革，着力破解企业群众办事中的",
            "难点堵点问题，成效明显。",
        )
        text = f"{first}\n{page}\n{second}\n下一段。"
        document = read(text.encode(), "x.txt")
        assert [p.text for p in document.paragraphs] == [
            "近年来，福州市深入推进改革，着力破解企业群众办事中的难点堵点问题，成效明显。",
            "下一段。",
        ]
        assert [(piece.text, piece.reason) for piece in document.set_aside] == [(page, "页码")]

    def test_numbers_that_count_no_pages_stay(self):
        assert texts("全年办件\n3580\n件。\n其中网办\n2100\n件。".encode(), "x.txt")[1] == "3580"

    def test_positions_count_paragraphs_of_the_source(self):
        document = read("甲。\n\n乙。\n丙。".encode(), "x.txt")
        assert [p.position for p in document.paragraphs] == [1, 2, 3]

    def test_markdown_markup_is_no_text(self):
        source = "# 汇编\n\n## **案例一** 福州市\n\n- 一是*简化*流程\n- 见[办法](http://x.cn/a)\n\n|甲|乙|\n|--|--|\n|1|2|\n"
        document = read(source.encode(), "x.md")
        assert [p.text for p in document.paragraphs] == [
            "汇编",
            "案例一 福州市",
            "一是简化流程",
            "见办法",
            "甲",
            "乙",
            "1",
            "2",
        ]
        assert [p.heading for p in document.paragraphs][:3] == [1, 2, 0]
        assert document.paragraphs[-1].cell.row == 1


def test_the_reader_names_what_callers_need():
    assert {"read", "NoticeFileError", "MAX_BYTES", "check_size"} <= set(reader.__all__)
