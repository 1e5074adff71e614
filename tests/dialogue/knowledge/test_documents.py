from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.knowledge import Document, DocumentError, Knowledge, read_documents
from dialogue.knowledge.documents import cut, language_of, passages_of

TEXT = """# Rules
Preamble that runs
over two lines. And a second sentence.

## Returns
- **Within** 30 days, e.g. by post.
- See [our page](https://example.com/x).

| Country | Days |
|---------|------|
| Canada  | 9    |

```
not ## a heading
```
## Returns
Again.
"""


def test_statements_know_their_line_heading_and_passage() -> None:
    found = [(one.line, one.passage.title, one.text) for one in cut(Document("rules.md", TEXT))]
    assert found[:4] == [
        (2, "Rules", "Preamble that runs over two lines."),
        (3, "Rules", "And a second sentence."),
        (6, "Rules › Returns", "Within 30 days, e.g. by post."),
        (7, "Rules › Returns", "See our page."),
    ]
    assert (11, "Rules › Returns", "Canada: 9") in found
    assert found[-1] == (17, "Rules › Returns", "Again.")


def test_passages_have_ids_of_their_own() -> None:
    passages = passages_of(cut(Document("rules.md", TEXT)))
    assert len({one.id for one in passages}) == len(passages)
    assert passages[1].id == "rules#returns/1"
    assert passages[0].text == "Preamble that runs over two lines. And a second sentence."


def test_the_language_comes_from_the_name_or_the_text() -> None:
    assert language_of(Document("a.zh.md", "Hello")) == "zh"
    assert language_of(Document("a.md", "退货政策：七天无理由退货。")) == "zh"
    assert language_of(Document("a.md", "Returns within 7 days (退货).")) == "en"


def test_a_folder_without_documents_and_one_in_another_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"expected Markdown files \(\*\.md\), found none"):
        read_documents(tmp_path)
    (tmp_path / "a.md").write_bytes("# A\n退货".encode("gb18030"))
    with pytest.raises(DocumentError, match=r"a\.md:2: expected UTF-8, found byte 0xcd"):
        read_documents(tmp_path)


@pytest.mark.parametrize(
    ("question", "language", "says"),
    [
        ("how long until I have my money back", "en", "5 to 7 business days"),
        ("my package never arrived, I think it got lost", "en", "If a parcel is lost"),
        ("买的东西坏了", "zh", "48小时内"),
        ("想开发票", "zh", "发票"),
    ],
)
def test_passages_for_the_language_model_say_what_was_asked(
    knowledge: Knowledge, question: str, language: str, says: str
) -> None:
    found = knowledge.passages(question, language, 3)
    assert len(found) <= 3
    assert any(says in one.text for one in found)
    assert all(one.source().line > 0 and one.source().file.startswith("policy.") for one in found)
    assert found == knowledge.passages(question, language, 3)


def test_passages_in_the_other_language_come_last(knowledge: Knowledge) -> None:
    found = knowledge.passages("refund to a gift card", "zh", 50)
    languages = [one.language for one in found]
    assert {"en", "zh"} <= set(languages)
    assert languages == sorted(languages, reverse=True)


def test_no_passage_is_made_up_for_what_nothing_speaks_of(knowledge: Knowledge) -> None:
    assert knowledge.passages("xyzzy", "en") == []
