"""A flow that has one of everything, small enough to break in one place."""

SMALL = """\
name: small
languages: [en]
persona: You answer the phone of a lamp shop.
greeting: Hello, lamp shop.
transfers:
  desk: {target: "600", say: One moment please.}
menu:
  prompt: Press 1 for delivery or 0 for a colleague.
  keys:
    "1": {answer: delivery}
    "0": {transfer: desk}
  unknown: That key does nothing.
person: {transfer: desk}
goodbye: {text: Goodbye!}
repeat: {nothing: I have said nothing yet.}
more: Anything else?
silence:
  after: 5s
  prompts: ["Are you there?"]
  then: {end: I hang up now.}
misunderstanding:
  prompts: ["Sorry?", "Pardon?"]
  then: {transfer: desk}
failure: {apology: I can't look that up., regret: Please call again., transfer: desk}
answers:
  - name: delivery
    examples: [how long does delivery take]
    text: Two days.
"""
