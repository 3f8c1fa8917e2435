from ita_analysis.thai.digits import to_arabic_digits, to_thai_digits


def test_digits_turn_into_each_other_and_nothing_else_changes():
    assert to_thai_digits("31 มี.ค. 2567 +1.25") == "๓๑ มี.ค. ๒๕๖๗ +๑.๒๕"
    assert to_arabic_digits(to_thai_digits("0123456789 ก")) == "0123456789 ก"
