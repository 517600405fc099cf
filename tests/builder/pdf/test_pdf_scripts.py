"""Every script of our customers reads right: no empty boxes, right direction, right shapes."""

import pypdfium2
import pytest

SCRIPTS = {
    "latin": ("Zażółć gęślą jaźń, Türkçe ığşİ, Tiếng Việt", "NotoSans"),
    "cyrillic": ("Принтер не работает", "NotoSans"),
    "greek": ("Ο εκτυπωτής δεν λειτουργεί", "NotoSans"),
    "arabic": ("الطابعة لا تعمل", "NotoSansArabic"),
    "hebrew": ("המדפסת לא עובדת", "NotoSansHebrew"),
    "devanagari": ("प्रिंटर काम नहीं कर रहा है", "NotoSans"),
    "thai": ("เครื่องพิมพ์ไม่ทำงาน", "NotoSansThai"),
    "chinese": ("打印机不能用了，直骨", "NotoSansSC"),
    "japanese": ("プリンターが動かない、直骨", "NotoSansJP"),
    "korean": ("프린터가 작동하지 않습니다", "NotoSansKR"),
    "emoji": ("😀 👍🏽 👩‍💻 🇮🇹 ✅ ⚠️ 🖨️ 1️⃣", "NotoEmoji"),
    "signs": ("➜ ★ ☎ ☑ ✔ ❤️ ½ €", "NotoSansSymbols2"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_character_is_an_empty_box(boxes_in, order, script):
    text = SCRIPTS[script][0]
    order["case"].update(title=text, problem=text)
    order["customer"]["name"] = text
    order["chat"] = [{"at": None, "sender": text, "role": "user", "text": text}]
    assert boxes_in(order) == []


def test_the_check_for_empty_boxes_sees_one(boxes_in):
    assert "U+0378" in boxes_in({"case": {"problem": "\u0378 is no letter"}})[0]


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_is_set_in_its_own_font(worker, fonts_of, script):
    text, font = SCRIPTS[script]
    with_it = fonts_of(worker.render({"case": {"problem": text}}))
    assert font in {name.replace("-", "") for name in with_it}


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_text_leaves_ink_on_the_page(worker, script):
    plain, written = (_ink(worker.render({"case": {"problem": text}})) for text in (".", SCRIPTS[script][0]))
    assert written > plain + 300


@pytest.mark.parametrize("script", ["arabic", "hebrew"])
def test_right_to_left_paragraphs_start_at_the_right(printed, script):
    text = SCRIPTS[script][0]
    page = pypdfium2.PdfDocument(printed(case={"problem": f"{text} Outlook\nlatin line"}))[0]
    assert _left_of("Outlook", page) > 300
    assert _left_of("latin line", page) < 60


def test_hostile_direction_marks_cannot_turn_their_neighbours(printed, text_of):
    text = text_of(printed(
        files=[{"name": "report\u202efdp.exe", "size": 1, "direction": "user-to-technician", "at": None}],
        customer={"name": "\u2067Anna\u202e"}))
    assert "reportfdp.exe From the customer" in text
    assert "Name Anna Company" in text


def _left_of(words: str, page: pypdfium2.PdfPage) -> float:
    text = page.get_textpage()
    at, _ = text.search(words).get_next()
    return text.get_charbox(at)[0]


def _ink(pdf: bytes) -> int:
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil().convert("L")
    return sum(image.histogram()[:128])
