import stat

import jieba
import pytest

from search import analysis


def found(text):
    return [word for word, *_ in analysis.cut(text)]


def test_words_come_with_their_place_in_the_normal_form():
    text = "厦门市推行ＡＩ环评"
    for word, start, end in analysis.cut(text):
        assert text.replace("ＡＩ", "ai")[start:end] == word


def test_a_long_word_has_the_words_within_it():
    assert {"动产", "登记"} <= set(analysis.subwords("不动产登记"))
    assert analysis.subwords("登记") == ()


def test_subwords_follow_the_words_in_use():
    assert "三免" not in analysis.subwords("三免机制")
    analysis.use_words(["三免"])
    try:
        assert "三免" in analysis.subwords("三免机制")
    finally:
        analysis.use_words([])


def test_letters_and_digits_are_words_too():
    assert "a" in found("评为Ａ级") or "a级" in found("评为Ａ级")
    assert "135" in found("“135”维权服务")


def test_stop_words_and_punctuation_are_left_out():
    assert found("的、了，和。") == []


def test_the_dictionary_is_kept_in_a_private_folder(tmp_path, monkeypatch):
    tokenizer = jieba.Tokenizer()
    monkeypatch.setattr(analysis, "_tokenizer", tokenizer)
    analysis.configure(tmp_path / "jieba")
    analysis.load()
    assert tokenizer.initialized
    assert [path.name for path in (tmp_path / "jieba").iterdir()] == ["jieba.cache"]
    assert stat.S_IMODE((tmp_path / "jieba").stat().st_mode) == 0o700


@pytest.mark.django_db
def test_the_site_keeps_the_dictionary_in_its_own_folder(settings):
    assert analysis._tokenizer.tmp_dir == str(settings.JIEBA_CACHE_DIR)
    assert settings.JIEBA_CACHE_DIR.is_relative_to(settings.DATA_DIR)
