"""The section `turns` of `config.yaml`: who speaks when, see `parley.settings`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from dialogue.yamlfile import Duration, Strict, expected


class Turns(Strict):
    """Turn-taking. All in seconds.

    Attributes:
        complete: silence that ends a turn which is complete by sound and words.
        statement: the same, at least, where it asks for nothing and the flow does not know it.
        story: the same for one of 10 s and more; in proportion from 5 s on.
        end_of_turn: the same where neither tells.
        incomplete: the same for a turn that breaks off.
        dictation: the same between the pieces of a number, an e-mail or a postal address.
        barge_in: a sound shorter than this, while Parley speaks, does not interrupt it.
        probe: a sound that holds Parley's speech for so long is recognised while it goes on.
        acknowledge: something short is said if the language model's first words take longer.
        acknowledge_again: something else is, after so long a silence behind that.
        speculate: how many answers of the language model may be begun at the same time before their
            turn is over.
        max_turn: a turn is ended here even if the caller speaks on.
        budget: how long the caller should wait at most, from his last sound to the reply's first. Once it
            is spent, the language model's own words are preferred to something short, if they are near.
    """

    complete: Duration = 0.2
    statement: Duration = 0.4
    story: Duration = 0.8
    end_of_turn: Duration = 0.5
    incomplete: Duration = 1.0
    dictation: Duration = 1.5
    barge_in: Duration = 0.25
    probe: Duration = 0.7
    acknowledge: Duration = 0.1
    acknowledge_again: Annotated[Duration, Field(gt=0)] = 3.0
    speculate: Annotated[int, Field(ge=0, le=100)] = 1
    max_turn: Duration = 60.0
    budget: Annotated[Duration, Field(gt=0)] = 0.5

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Who has surely finished waits for less than who may not have."""
        if not self.complete <= self.end_of_turn <= self.incomplete:
            raise expected("complete, end_of_turn and incomplete in rising order")
        if self.story < self.statement:
            raise expected(f"story of {self.statement:g} s (statement) or more")
        return self
