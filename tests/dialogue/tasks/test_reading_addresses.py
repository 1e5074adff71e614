"""Addresses: in one go, in pieces, the caller's own, corrected; American and Chinese."""

import pytest

from dialogue.tasks.reading_addresses import lacking_part
from dialogue.tasks.scene import Begun, Reading
from dialogue.tasks.state import Filled
from tests.dialogue.tasks.scenes import LI, PETER, directory, read, scene, slot, value

ADDRESS = slot("address")


def whole(*parts: str) -> dict[str, str]:
    """An address by its lines: street, rest of it, city, state, zip code."""
    keys = ("address1", "address2", "city", "state", "zip")
    country = "中国" if any("一" <= char <= "鿿" for char in parts[2]) else "USA"
    return {**dict(zip(keys, parts, strict=True)), "country": country}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (
            "12 Main Street, Boston, Massachusetts 02134",
            whole("12 Main Street", "", "Boston", "MA", "02134"),
        ),
        (
            "it's five hundred Oak Avenue, apartment 4, Seattle, Washington, nine eight one zero one",
            whole("500 Oak Avenue", "Apt 4", "Seattle", "WA", "98101"),
        ),
        (
            "上海市浦东新区世纪大道100号 邮编200120",
            whole("浦东新区世纪大道100号", "", "上海市", "上海市", "200120"),
        ),
        (
            "浙江省杭州市西湖区文三路一百二十八号三号楼二单元五零二室，邮编三一零零一二",
            whole("西湖区文三路128号", "3号楼2单元502室", "杭州市", "浙江省", "310012"),
        ),
    ],
)
def test_in_one_go(said: str, meant: dict[str, str]) -> None:
    assert value(read(ADDRESS, scene(said, user=LI))) == meant


@pytest.mark.parametrize(
    ("pieces", "meant"),
    [
        (
            (("12 Main Street", "city"), ("Boston, Massachusetts", "zip"), ("02134", "")),
            whole("12 Main Street", "", "Boston", "MA", "02134"),
        ),
        (
            (("12 Main Street", "city"), ("Austin", "zip"), ("um seven eight seven oh one", "")),
            whole("12 Main Street", "", "Austin", "TX", "78701"),
        ),
        (
            (("北京市朝阳区", "address1"), ("建国路88号", "zip"), ("一零零零二二", "")),
            whole("朝阳区建国路88号", "", "北京市", "北京市", "100022"),
        ),
    ],
)
def test_in_pieces(pieces: tuple[tuple[str, str], ...], meant: dict[str, str]) -> None:
    parts: dict[str, str] = {}
    reading: Reading = None
    for said, lacking in pieces:
        reading = read(ADDRESS, scene(said, user=LI, parts=parts))
        if lacking:
            assert isinstance(reading, Begun)
            assert lacking_part(reading.parts) == lacking
            parts = dict(reading.parts)
    assert value(reading) == meant


@pytest.mark.parametrize("said", ["yes", "what do you mean", "the lamp", "好的", "嗯"])
def test_what_is_no_piece_adds_nothing(said: str) -> None:
    begun = read(ADDRESS, scene("12 Main Street"))
    assert isinstance(begun, Begun)
    assert read(ADDRESS, scene(said, parts=begun.parts)) is None


def test_his_own_address() -> None:
    own = value(read(ADDRESS, scene("my home address")))
    assert own == whole("436 Cedar Drive", "Suite 324", "Denver", "CO", "80215")
    assert value(read(ADDRESS, scene("send it to my default address", asked=False))) == own
    assert value(read(ADDRESS, scene("改成我的默认地址", user=LI, asked=False)))["city"] == "成都市"


@pytest.mark.parametrize(
    "said", ["change my default address", "修改我的默认地址", "my account address is old"]
)
def test_what_is_to_be_changed_is_not_what_it_is_changed_to(said: str) -> None:
    assert read(ADDRESS, scene(said, user=LI, asked=False)) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("14 Main Street", whole("14 Main Street", "Apt 4", "Boston", "MA", "02134")),
        ("9 Elm Road", whole("9 Elm Road", "", "Boston", "MA", "02134")),
        ("the zip code is 02135", whole("12 Main Street", "Apt 4", "Boston", "MA", "02135")),
        ("it's in Austin", whole("12 Main Street", "Apt 4", "Austin", "TX", "02134")),
    ],
)
def test_a_piece_is_corrected_and_the_rest_stays(said: str, meant: dict[str, str]) -> None:
    before = Filled(whole("12 Main Street", "Apt 4", "Boston", "MA", "02134"))
    assert value(read(ADDRESS, scene(said, before=before))) == meant


def test_a_chinese_district_is_corrected_within_the_street() -> None:
    before = Filled(whole("西城区建国路88号", "", "北京市", "北京市", "100022"))
    corrected = value(read(ADDRESS, scene("北京市朝阳区", user=LI, before=before)))
    assert corrected == whole("朝阳区建国路88号", "", "北京市", "北京市", "100022")


def test_the_zip_code_of_a_new_address_is_not_taken_for_the_old_one() -> None:
    # Peter's own is 80215.
    reading = value(read(ADDRESS, scene("12 Main Street, Denver, Colorado 80216", user=PETER)))
    assert reading["zip"] == "80216"
    begun = read(ADDRESS, scene("12 Main Street, Denver, Colorado", user=PETER))
    assert isinstance(begun, Begun)
    assert value(read(ADDRESS, scene("8 0 2 1 6", user=PETER, parts=begun.parts)))["zip"] == "80216"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("浙江省杭州市西湖区文三路128号,由便31012。", "310012"),
        ("浙江省杭州市西湖区文三路128号,由便3112。", ""),
        ("浙江省杭州市西湖区文三路128号,邮编320202。", ""),
        ("浙江省杭州市西湖区文三路128号,邮编311200。", "311200"),
        ("黑龙江省哈尔滨市南岗区中山路128号,邮编150001。", "150001"),
    ],
)
def test_a_zip_code_fits_the_city_as_far_as_customers_there_tell(said: str, code: str) -> None:
    reading = read(ADDRESS, scene(said, user=LI))
    parts = reading.parts if isinstance(reading, Begun) else value(reading)
    assert parts.get("zip", "") == code


def test_a_city_of_the_same_name_in_another_state_is_another_city() -> None:
    known = directory()
    assert known.states["Portland"] == "OR"
    assert known.zip_leads["Portland"].startswith("97")
    reading = read(ADDRESS, scene("12 Main Street, Portland, Maine 04101", user=LI))
    assert value(reading)["zip"] == "04101"
    unlikely = read(ADDRESS, scene("12 Main Street, Portland, Oregon 04101", user=LI))
    assert isinstance(unlikely, Begun)
    assert lacking_part(unlikely.parts) == "zip"


def test_a_long_house_number_is_no_zip_code() -> None:
    begun = read(ADDRESS, scene("12345 Main Street, Boston, Massachusetts"))
    assert isinstance(begun, Begun)
    assert lacking_part(begun.parts) == "zip"
