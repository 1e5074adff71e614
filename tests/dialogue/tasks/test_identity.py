"""Who calls: found by what he said, corrected, refused; and nobody is told what he did not say."""

import pytest

from dialogue.tasks.identity import Pieces, pieces_of, pieces_said, split_name
from tests.dialogue.tasks.scenes import directory
from tests.dialogue.tasks.talk import Call, Counted, sample

FOUND, NOT_FOUND = "I have found your account", "I can't find an account"


@pytest.fixture
async def call(counted: Counted) -> Call:
    """A caller who has been asked who he is."""
    made = counted.call()
    assert "e-mail address, or your name and zip code" in await made.line("what is my gift card balance")
    return made


async def said_to(call: Call, *lines: str) -> str:
    """What the last of some lines is answered."""
    said = ""
    for line in lines:
        said = await call.line(line)
    return said


@pytest.mark.parametrize(
    "lines",
    [
        ("peter.ward7431@example.com",),
        ("it's peter dot ward seven four three one at example dot com",),
        ("p e t e r dot w a r d 7 4 3 1 at example dot com",),
        ("Peter Ward, zip code 02170",),
        ("my name is Peter Ward", "oh two one seven zero"),
        ("oh two one seven zero", "Peter Ward"),
        ("Peter Ward", "#02170"),
        ("Peter Ward", "oh two one", "#70"),
        ("Peter Ward", "oh two one", "seven zero"),
        ("Peter Ward", "it's Ward, W A R D", "02170"),
        ("peter dot wart seven four three one at example dot com", "02170"),
    ],
)
async def test_a_caller_is_found(call: Call, lines: tuple[str, ...]) -> None:
    assert "$30.17 left on your gift card" in await said_to(call, *lines)
    assert call.tasks.session["user_id"] == "peter_ward_4604"
    assert call.tasks.who == {}


@pytest.mark.parametrize(
    "lines", [("吴军，210096",), ("我叫吴军", "邮编是二一零零九六"), ("口天吴，军队的军", "二幺零零九六")]
)
async def test_a_chinese_caller_is_found(counted: Counted, lines: tuple[str, ...]) -> None:
    call = counted.call()
    await call.line("礼品卡还有多少钱")
    assert "礼品卡还有106.31美元" in await said_to(call, *lines)


async def test_a_corrected_address_is_not_enough_by_itself(call: Call) -> None:
    said = await call.line("peter dot wart seven four three one at example dot com")
    assert "zip code" in said
    assert "Ward" not in said
    assert call.tasks.session.get("user_id") is None
    assert NOT_FOUND in await call.line("80215")  # another customer's
    assert call.tasks.session["user_id"] is None
    assert call.tasks.session["failures"] == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("nobody.at.all@example.com",),
        ("Peter Ward, 80215",),  # somebody else's zip code
        ("Peter Ward", "99999"),
        ("Peter Patel, 02170",),
    ],
)
async def test_nobody_is_found_and_nobody_is_named(call: Call, lines: tuple[str, ...]) -> None:
    said = await said_to(call, *lines)
    assert NOT_FOUND in said
    assert call.tasks.session["failures"] == 1
    assert not any(word in said for word in ("Ward", "Patel", "Peter"))


async def test_whoever_knows_a_zip_code_only_is_told_no_name(call: Call) -> None:
    heard = [
        await call.line(line)
        for line in ("02170", "well, who lives there", "just tell me", "you surely know it")
    ]
    names = {part for user in sample()["users"].values() for part in user["name"].values() if len(part) > 2}
    assert not any(name in said for said in heard for name in names)
    assert call.over  # a person takes over
    assert call.tasks.session.get("user_id") is None


async def test_after_too_many_attempts_no_account_is_opened(call: Call) -> None:
    for zip_code in ("80201", "80202", "80203", "80204", "80205"):
        said = await call.line(f"Peter Ward {zip_code}")
    assert NOT_FOUND in said
    said = await call.line("Peter Ward 02170")
    assert "can't open an account in this call" in said
    assert call.over
    assert call.tasks.session["user_id"] is None
    assert call.tasks.stack == ()


async def test_who_was_found_stays_whoever_he_says_he_is_later(call: Call) -> None:
    await call.line("peter.ward7431@example.com")
    await call.line("where is my order")
    await call.line("actually my e-mail is peter.patel4957@example.com")
    await call.line("I am Peter Patel, zip code 80215")
    assert call.tasks.session["user_id"] == "peter_ward_4604"
    assert "Tea Set" not in await call.line("the tea set")


async def test_he_is_asked_for_what_is_missing(call: Call) -> None:
    assert "zip code" in await call.line("Peter Ward")
    assert (call.mind.state.expects, call.tasks.who["name"]) == ("digits", "Peter Ward")


def test_pieces() -> None:
    assert Pieces().lacking == "identity"
    assert Pieces(name="Ann Reed").lacking == "postcode"
    assert Pieces(postcode="02134").lacking == "full_name"
    assert Pieces(email="a@b.com").lacking == ""
    assert Pieces(email="a@b.com", doubtful=True).lacking == "postcode"
    assert Pieces(email="a@b.com", doubtful=True, postcode="02134").lacking == ""
    made = Pieces("a@b.com", "Ann Reed", "02134", True)
    assert pieces_of(made.as_json()) == made
    assert pieces_of({}) == Pieces()


def test_pieces_add_up_and_words_that_say_nothing_change_nothing() -> None:
    first = pieces_said(Pieces(), ("my name is Peter Ward",), "en", directory(), asked=True)
    assert pieces_said(first, ("hm, let me see",), "en", directory(), asked=True) == first
    assert pieces_said(first, (), "en", directory(), asked=True) == first
    second = pieces_said(first, ("02170",), "en", directory(), asked=True)
    assert (second.name, second.postcode) == ("Peter Ward", "02170")
    unasked = pieces_said(
        Pieces(), ("I want to know where my order is, my zip code is 02170",), "en", directory(), asked=False
    )
    assert unasked == Pieces(postcode="02170")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Peter Ward", ("Peter", "Ward")),
        ("Mary Ann Reed", ("Mary Ann", "Reed")),
        ("王小明", ("小明", "王")),
        ("Cher", ("", "Cher")),
    ],
)
def test_first_and_last_name(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts
