"""Misspellings: found where they are plain, never invented between two real names."""

from xiaoguan.services.transfer.spelling import SECTORS, country_names, propose


def pairs(*args: object, **kwargs: object) -> dict[str, str]:
    return {p.written: p.meant for p in propose(*args, **kwargs)}  # type: ignore[arg-type]  # as given by the test


def test_a_known_product_written_without_its_blank() -> None:
    known = ["GTX Basic", "GTX Pro", "MG Special", "GTX Plus Pro", "GTX Plus Basic", "GTK 500"]
    values = {"GTXPro": 1480, "GTX Basic": 1866, "GTX Plus Pro": 968, "GTK 500": 40}
    assert pairs(values, known) == {"GTXPro": "GTX Pro"}


def test_two_spellings_in_the_file_itself_prefer_the_frequent_one() -> None:
    assert pairs({"GTX Pro": 3, "GTXPro": 90, "gtx-pro": 1}) == {"GTX Pro": "GTXPro", "gtx-pro": "GTXPro"}


def test_sectors_and_countries() -> None:
    sectors = {"technolgy": 12, "medical": 12, "retail": 17, "telecommunications": 6, "employment": 4}
    assert pairs(sectors, reference=SECTORS) == {"technolgy": "technology"}
    countries = {"Philipines": 1, "United States": 71, "Korea": 1, "Jordan": 1, "Kenya": 1, "Panama": 1, "中国": 4}
    assert pairs(countries, reference=country_names()) == {"Philipines": "Philippines"}
    assert pairs({"Germny": 1, "UnitedStates": 2}, reference=country_names()) == {
        "Germny": "Germany",
        "UnitedStates": "United States",
    }


def test_codes_and_short_words_that_differ_by_one_sign_are_two_things() -> None:
    assert pairs({"Iran": 1, "Iraq": 1}, reference=country_names()) == {}
    assert pairs({"Model 510": 1}, ["Model 500"]) == {}


def test_rare_words_close_to_frequent_ones_only_where_asked() -> None:
    values = {"Prospecting": 500, "Prospectng": 2, "Engaging": 400}
    assert pairs(values) == {}
    assert pairs(values, among_themselves=True) == {"Prospectng": "Prospecting"}


def test_why_is_said() -> None:
    assert "blanks" in str(propose({"GTXPro": 1}, ["GTX Pro"])[0].why)
    assert "letter" in str(propose({"technolgy": 1}, reference=SECTORS)[0].why)
