import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ita_analysis.thai.words import LEADING_VOWELS, pieces, split_long

ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from("กขงนรัิ้่ำะาเแไๆฯ๙0123.,-–%()\"'“”[] \n\u00a0E1O:/จากคะแนนข้อที่ปีพ.ศ.มี.ค.▼\u200b\u0301\ud800"),
    max_size=60,
)


def shown(text: str, **options: object) -> str:
    return "|".join(pieces(text, **options))


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
@example("คำ\ud800ว่า\U0001f468\u200d\U0001f469")
def test_the_pieces_joined_are_the_text_and_no_mark_is_cut_off(text):
    parts = pieces(text)
    assert "".join(parts) == text
    assert all(parts)
    for before, after in pairwise(parts):
        assert not unicodedata.category(after[0]).startswith("M")
        assert before[-1] not in LEADING_VOWELS or after[0].isspace()


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT, st.integers(-1, 12))
def test_the_parts_of_a_long_piece_joined_are_the_piece(text, limit):
    parts = split_long(text, limit)
    assert "".join(parts) == text
    assert all(parts)
    assert not any(unicodedata.category(part[0]).startswith("M") for part in parts[1:])


@pytest.mark.parametrize(
    "whole",
    [
        "E12", "O1–O22", "O1 – O22", "I3", "รายงาน_2567.xlsx", "scores-2566.csv", "90 คะแนน", "27 ข้อ", "±0.36", "−0.40",
        "89.47%", "1,234.50 บาท", "8 ธ.ค. 2568", "31 มี.ค. 2567", "๓๑ มี.ค. ๒๕๖๗", "30 กันยายน 2567", "ปี 2566", "พ.ศ. 2566",
        "ป.ป.ช.", "ข้อ E12", "รอบ 6 เดือน", "27 จาก 40 ข้อ", "▼ 49 จาก 50 เขต", "https://example.org/a?b=1",
        "ต่ำที่สุด", "ข้อที่", "ไม่มี", "ไม่เป็นธรรม", "ผู้มีส่วนได้ส่วนเสีย", "มาตรการ", "กรุงเทพมหานคร", "กรุงเทพฯ", "เมืองพัทยา", "สำนักงานเขตสาทร",
        "เขตป้อมปราบศัตรูพ่าย", "ต่าง ๆ", "เด็กๆ", "(กทม.)", "“การโกง”", '"ทุจริต"', "และ/",
    ],
)  # fmt: skip
def test_what_belongs_together_is_one_piece(whole):
    assert pieces(whole) == (whole,)
    assert whole in pieces(f"ตาม {whole} และ")


def test_white_space_is_a_piece_of_its_own_elsewhere():
    assert pieces("มาตรการ  ใหม่\nวันนี้") == ("มาตรการ", "  ", "ใหม่", "\n", "วันนี้")


def test_punctuation_stays_with_the_word_it_belongs_to():
    assert shown("เรื่องกฎหมาย (ฉบับใหม่), และ") == "เรื่อง|กฎหมาย| |(ฉบับ|ใหม่),| |และ"
    assert shown('คำว่า"ทุจริต"หมายถึง') == 'คำ|ว่า|"ทุจริต"|หมายถึง'
    assert shown("E11,E12 และ/หรือ") == "E11,|E12| |และ/|หรือ"


def test_a_label_does_not_take_the_number_of_its_neighbour():
    assert shown("ปี 2566 อันดับ 3 ร่วม") == "ปี 2566| |อันดับ 3 ร่วม"
    assert shown("มี 27 ข้อ 12 คน") == "มี| |27 ข้อ| |12 คน"


def test_names_given_stay_whole_and_leave_no_trace():
    name = "สำนักทดสอบเอก"
    assert name in pieces(f"ผลของ{name}ดีขึ้น", names=[name])
    assert name not in pieces(f"ผลของ{name}ดีขึ้น")


def test_a_lone_consonant_does_not_begin_a_line():
    assert all(len(piece) > 1 for piece in pieces("กรุงเทพมหานคครมาตรการร"))


def test_a_piece_that_is_too_wide_is_cut_at_a_word_or_sign_where_it_has_one():
    assert split_long("สำนักงานเขตป้อมปราบศัตรูพ่าย", 18) == ("สำนักงานเขต", "ป้อมปราบศัตรูพ่าย")
    assert split_long("8 ธ.ค. 2568", 8) == ("8 ธ.ค. ", "2568")
    assert split_long("https://example.org/long-name", 22) == ("https://example.org/", "long-name")


def test_measures_are_not_mistaken_for_a_meter():
    for text in ("มาตรการป้องกันการทุจริต", "มาตรการการประเมิน", "กำหนดมาตรการลดขั้นตอน", "มาตรการปรับปรุง"):
        assert any(piece.startswith("มาตรการ") for piece in pieces(text))


def test_a_word_that_is_too_wide_is_cut_between_clusters():
    assert split_long("ชี้ชี้ชี้เเก้", 2) == ("ชี้ชี้", "ชี้", "เเก้")
    assert split_long("ทุจริต", 20) == ("ทุจริต",)
    assert "".join(split_long("A" * 50, 20)) == "A" * 50 and max(map(len, split_long("A" * 50, 20))) == 20


@pytest.mark.parametrize(
    "part", ["ก", "ไม่มี", "ตากลม", "เ", "ๆ", "ั", "a", "(", '"', "1 ", "1–", "ข้อ 1 ", "a.", "ก.", "พ.ศ. "]
)
def test_thirty_thousand_characters_without_rest_are_no_trouble(part):
    text = part * (30_000 // len(part))
    assert "".join(pieces(text)) == text
    assert "".join(split_long(text, 20)) == text


def test_a_long_run_of_thai_is_cut_at_the_same_words_as_a_short_one():
    sentence = "เจ้าหน้าที่ปฏิบัติงานตามขั้นตอนที่กำหนดไว้"
    assert pieces(sentence * 60) == pieces(sentence) * 60


def test_the_dictionary_answers_like_the_tree_of_the_library():
    import random

    from pythainlp.corpus.common import thai_words
    from pythainlp.util.trie import Trie

    from ita_analysis.thai.tokens import _Words

    words = sorted(thai_words())
    tree, ours = Trie(words), _Words(words)
    draw = random.Random(7)
    texts = ["".join(draw.choices(words, k=6)) for _ in range(150)]
    places = [(text, start) for text in texts for start in range(len(text) + 1)]
    assert len(places) > 5000
    assert [place for place in places if sorted(tree.prefixes(*place)) != sorted(ours.prefixes(*place))] == []
