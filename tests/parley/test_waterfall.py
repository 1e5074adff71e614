from parley.cli.waterfall import WIDTH, bars


def drawn(stages: dict[str, float], longest: float) -> list[str]:
    return [bar.drawn for bar in bars(stages, longest)]


def test_each_bar_begins_where_the_one_before_ended() -> None:
    assert drawn({"endpoint": 200.0, "asr": 100.0, "first_pcm": 100.0}, 400.0) == [
        "█" * 20,
        " " * 20 + "█" * 10,
        " " * 30 + "█" * 10,
    ]


def test_a_stage_that_took_no_time_has_no_bar_and_a_short_one_has() -> None:
    assert drawn({"asr": 0.0, "first_pcm": 0.1, "first_sent": 20.0}, 4000.0) == ["", "▏", "▎"]


def test_no_bar_is_wider_than_the_longest_turn() -> None:
    for longest in (0.0, 100.0, 700.0):
        assert max(map(len, drawn({"endpoint": 333.3, "asr": 333.3, "first_pcm": 0.1}, longest))) <= WIDTH


def test_a_stage_says_what_it_reaches() -> None:
    assert [bar.title for bar in bars({"endpoint": 1.0, "first_sent": 1.0}, 2.0)] == [
        "endpoint → decision",
        "first_sent → sent",
    ]
