"""Who calls: by e-mail address, or by name and zip code.

What was misheard is corrected by the shop's directory, but nobody is told what he did not say: neither a
name that lives at a zip code nor the address that is nearest to his. An e-mail address that had to be
corrected is not enough by itself; it wants the account's zip code as well.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialogue.entities import Entity, Kind, Valid, best_of, extract
from dialogue.entities.sounds import likeness
from dialogue.tasks.directory import Directory
from dialogue.tools import Caller, Code, Refusal

_INTRODUCED = 0.8
"""Confidence of a name that nobody has here, from which it was surely said as one: "my name is"."""

_ZIP_CODE = re.compile(
    r"\b(?:and )?(?:my |the )?(?:zip(?: ?code)?|postal code|postcode)(?: is)?\b"
    r"|(?:我的)?邮[政编]编?码?(?:号码)?是?"
)

_SURELY = 0.7
"""Confidence of a corrected name that may take the place of another."""

_SURE = ("heard", "listed", "keyed", "mixed")


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the caller has said of himself so far.

    Attributes:
        email, name, postcode: as they are written, empty for none.
        doubtful: the e-mail address was corrected.
    """

    email: str = ""
    name: str = ""
    postcode: str = ""
    doubtful: bool = False

    @property
    def lacking(self) -> str:
        """What is asked for next: `identity`, `full_name`, `postcode`; empty when it is enough."""
        if self.email and (not self.doubtful or self.postcode):
            return ""
        if self.email or (self.name and not self.postcode):
            return "postcode"
        if self.postcode and not self.name:
            return "full_name"
        return "" if self.name else "identity"

    def as_json(self) -> dict[str, Any]:
        """For the call's state."""
        return {
            "email": self.email,
            "name": self.name,
            "postcode": self.postcode,
            "doubtful": self.doubtful,
        }


def pieces_said(
    before: Pieces, texts: Sequence[str], language: str, directory: Directory, *, asked: bool
) -> Pieces:
    """What the words add to what is known of the caller."""
    if not texts:
        return before
    made = before
    if asked:
        made = _asked(made, texts, language, directory)
    else:
        found = {
            one.kind: one for one in extract(texts[0], language, valid=_valid(directory, before.postcode))
        }
        if (email := found.get("email")) is not None:
            made = _with_email(made, email)
        if (postcode := found.get("postcode")) is not None:
            made = replace(made, postcode=postcode.value)
        if (name := found.get("name")) is not None and name.source != "heard":
            # Nobody asked: "I have called three times" tells no name.
            made = replace(made, name=name.value)
    return made


def _asked(before: Pieces, texts: Sequence[str], language: str, directory: Directory) -> Pieces:
    def best(kind: Kind, valid: Valid) -> Entity | None:
        return best_of(texts, language, kind, valid=valid)

    email = best("email", _valid(directory, ""))
    if email is not None:
        before = _with_email(before, email)
    postcode = best("postcode", _valid(directory, ""))
    if postcode is not None and not (email is not None and _is_inside(postcode, email)):
        before = replace(before, postcode=postcode.value)
    if email is None:
        left = tuple(_without_postcode(text, language, directory) for text in texts)
        name = _name_said(before, left, language, directory)
        before = replace(before, name=name) if name else before
        if postcode is not None and postcode.source not in _SURE:
            before = replace(before, postcode=_postcode_of(before, texts, language, directory))
    return before


def _postcode_of(said: Pieces, texts: Sequence[str], language: str, directory: Directory) -> str:
    """The zip code that was corrected, put right for the name; empty where it does not go with it.

    The nearest of all customers' zip codes may be somebody else's: it is asked for again.
    """
    if not said.name or said.name in directory.at.get(said.postcode, ()):
        return said.postcode
    own = [postcode for postcode, names in directory.at.items() if said.name in names]
    found = best_of(texts, language, "postcode", valid=Valid(postcodes=own)) if own else None
    return found.value if found is not None and found.value in own else ""


def _without_postcode(text: str, language: str, directory: Directory) -> str:
    """The words in which a name may be: 零零 in a zip code sounds like 林."""
    found = best_of((text,), language, "postcode", valid=_valid(directory, ""))
    if found is None:
        return text
    return f"{_ZIP_CODE.sub(' ', text[: found.start])}, {text[found.end :]}"


def _name_said(before: Pieces, texts: Sequence[str], language: str, directory: Directory) -> str:
    """The caller's name with what the words add to it, empty for nothing."""
    if not any(any(char.isalpha() for char in text) for text in texts):
        return ""
    name = best_of(texts, language, "name", valid=_valid(directory, before.postcode))
    if name is None or name.source == "heard":
        # Nobody at the zip code: somebody from elsewhere is looked up, and refused.
        name = best_of(texts, language, "name", valid=_valid(directory, "")) or name
    if name is None or (name.source == "heard" and name.confidence < _INTRODUCED):
        return ""
    parts = before.name.split()
    if len(parts) > 1 and " " not in name.value:
        # Only one of its parts was said again.
        nearest = max(range(len(parts)), key=lambda k: (likeness(name.value, parts[k]), k))
        return " ".join((*parts[:nearest], name.value, *parts[nearest + 1 :]))
    if before.name and name.source == "corrected" and name.confidence < _SURELY:
        return ""  # something that sounds a little like a name does not take the place of one
    return name.value


def _is_inside(one: Entity, other: Entity) -> bool:
    return other.start <= one.start and one.end <= other.end


def _with_email(before: Pieces, email: Entity) -> Pieces:
    return replace(before, email=email.value, doubtful=email.source not in _SURE)


def _valid(directory: Directory, postcode: str) -> Valid:
    """Names of those at the zip code where it is known, of all where it is not."""
    names = directory.at.get(postcode) if postcode else None
    return Valid(emails=directory.emails, names=names or directory.names, postcodes=directory.postcodes)


async def identify(caller: Caller, pieces: Pieces) -> Refusal | None:
    """Find the caller's account by what he has said; None when it is found.

    Raises ShopUnavailableError.
    """
    if not pieces.email:
        first, last = split_name(pieces.name)
        answer = await caller.call(
            "find_user_id_by_name_zip", {"first_name": first, "last_name": last, "zip": pieces.postcode}
        )
        return answer if isinstance(answer, Refusal) else None
    before = copy.deepcopy(caller.session.state.as_json())
    answer = await caller.call("find_user_id_by_email", {"email": pieces.email})
    if isinstance(answer, Refusal):
        return answer
    if pieces.doubtful:
        user, _ = await caller.account()
        if user["address"]["zip"] != pieces.postcode:
            caller.session.state.user_id = before["user_id"]
            caller.session.state.failures = before["failures"] + 1
            return Refusal(Code.USER_NOT_FOUND)
    return None


def split_name(name: str) -> tuple[str, str]:
    """First and last name; the family name of a Chinese name is its first sign."""
    if any("一" <= char <= "鿿" for char in name):
        return name[1:], name[:1]
    first, _, last = name.strip().rpartition(" ")
    return first, last


def pieces_of(kept: Mapping[str, Any]) -> Pieces:
    """As they were kept with the call's state."""
    return Pieces(**kept)
