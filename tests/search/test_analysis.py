import stat

import jieba
import pytest

from search import analysis


def found(text, **options):
    return [word for word, *_ in analysis.words(text, **options)]


def test_words_come_with_their_place_in_the_normal_form():
    text = "厦门市推行ＡＩ环评"
    for word, _, start, end in analysis.words(text):
        assert text.replace("ＡＩ", "ai")[start:end] == word


def test_parts_of_a_long_word_share_its_position():
    positions = {word: position for word, position, *_ in analysis.words("不动产登记")}
    assert positions["不动产"] == positions["动产"]


def test_letters_and_digits_are_words_too():
    assert "a" in found("评为Ａ级") or "a级" in found("评为Ａ级")
    assert "135" in found("“135”维权服务")


def test_stop_words_and_punctuation_are_left_out():
    assert found("的、了，和。") == []


def test_queries_are_cut_like_documents():
    for text in ("招标投标全流程监管", "社会保险费退费", "十二证同发"):
        assert set(found(text, subwords=False)) <= set(found(text))


def test_bigrams_cross_punctuation_and_keep_the_last_character():
    assert analysis.bigrams("一张“网”") == ["一张", "张网", "网"]


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
