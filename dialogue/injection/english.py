"""English patterns: of lower-case words with single spaces between them and numbers in figures."""

from __future__ import annotations

_GAP = r"(?: [\w']+){0,3}"
_AM = r"\bi(?: a|')m (?:the|your|an?|one of your|actually the)"
_OURS = (
    r"(?:all|any|every|the|your|these|those|its|previous|prior|above|earlier|former|original|system|of|other)"
)
_RULES = (
    r"(?:instructions?|rules?|prompts?|guidelines|programming|directives|restrictions|safety|guardrails"
    r"|system|polic(?:y|ies))"
)
_OTHERS = (
    r"(?:(?:another|an ?other|the other|the last|the previous|(?:some|your) other|other|any|every|all(?: of)?"
    r"(?: the| your)?|a different) "
    r"(?:customer|caller|client|user|member|person|people|buyer|shopper)s?(?:'s|')?"
    r"|some(?:one|body) else(?:'s)?|other people(?:'s)?|every(?:one|body)(?: else)?'s|(?:your )?customers')"
)
_PRIVATE = (
    r"(?:address(?:es)?|phone|telephone|numbers?|e ?mails?|orders?|data|details|names?|cards?|passwords?"
    r"|information|accounts?|history|payments?|purchases?)"
)
_KIND = (
    r"(?:(?:home|delivery|shipping|mail|phone|credit|card|order|personal|private|account|contact|last|bank) "
    r")*"
)
_TELL = (
    r"\b(?:(?:read|tell|give|show|send|get|find|list|repeat|print)(?: out)? (?:me|us)(?: out)?|read out"
    r"|reveal|list|look up|access|open|what(?:'s| is| are| was| were)|dump|export|disclose)"
)
_ROLE = (
    r"(?:an? |the |my )?(?:unrestricted|unfiltered|different|new|evil|admin|administrator|developer|hacker"
    r"|pirate|assistant|ai|robot|chatbot|manager|supervisor|employee|doctor|lawyer|terminal|friend)\b"
)
_CHECK = r"(?:verification|authentication|identity check|security (?:check|questions?))"

_ORDERS = (
    # "Disregard all of the previous rules": of the shop's, for one's own instructions may well be forgotten.
    r"\b(?:ignore|disregard|forget|override|bypass|overwrite|drop|delete|stop following)"
    rf"(?: {_OURS})+{_GAP} {_RULES}\b",
    r"\b(?:ignore|disregard|forget) (?:everything|all|anything|what)(?: that)? "
    rf"(?:you|they|was|is|came|has|have|above|before)\b{_GAP} "
    r"(?:told|said|say|learned|taught|before|instructed|programmed|know)\b",
    r"\b(?:new|updated) (?:system )?(?:instructions?|prompt|rules?) "
    r"(?:for you|follow|you are|you must|begin)\b",
    r"\b(?:do not|don't|stop|no need to) follow(?:ing)? (?:your|the|any) "
    r"(?:rules?|instructions?|policy|policies|guidelines)\b",
)
_SELF = (
    r"\byou are (?:now|no longer) (?:an? |my |in |free|unrestricted|called|bound|restricted|going to)",
    r"\bfrom (?:now|this moment|here) on(?:wards?)? you (?:are|will|must|should|have|may|can|only|always)\b",
    r"\b(?:pretend|imagine|suppose|assume)(?: that)? (?:you are|you're|to be|you were|you have no)\b",
    rf"(?:^|\b(?:please|now|must|should|will|to|and) )act (?:as|like)(?: if you (?:were|are))? {_ROLE}",
    r"\brole ?play(?:ing)? (?:as|with me|that)\b",
    r"\b(?:developer|debug|god|admin|administrator|maintenance|root|jailbreak|dan|unrestricted) mode\b",
    r"\bjailbreak|\bdo anything now\b|\bprompt injection\b|\bsudo\b",
)
_AUTHORITY = (
    rf"{_AM} (?:system |super |shop |store |site )?(?:administrator|admin|root user|superuser)\b",
    r"\bi(?: a|')m (?:the|your|one of your|actually the) (?:developer|programmer|creator|engineer|boss|ceo"
    r"|owner of (?:this|the|your) (?:shop|store|company|system|business))\b",
    r"\b(?:admin(?:istrator)?|override|master|root) (?:access|code|password|privileges|rights|command)\b",
)
_PROMPT = (
    r"\b(?:system|initial|hidden|secret|internal) prompt\b|\bprompt you were given\b",
    r"\byour (?:secret|hidden|internal|original|initial|exact|own|system) "
    r"(?:instructions?|rules?|guidelines|prompt)\b",
    r"\b(?:reveal|repeat|recite|print|show me|tell me|read(?: me)?(?: out)?|what (?:is|are)) "
    r"your (?:prompt|instructions?|programming)(?! (?:for|on|about|to|when|if|manual|say))\b",
    r"\b(?:repeat|print|say|output) (?:everything|the (?:text|words|sentences?)) "
    r"(?:above|before|that (?:you were|came|is above))\b",
)
_OTHERS_DATA = (
    rf"{_TELL}(?: the| all)?(?: [\w']+)? {_OTHERS} {_KIND}{_PRIVATE}\b",
    rf"{_TELL}(?: the| all| all the)?{_GAP} {_PRIVATE} (?:of|from|for|belonging to) {_OTHERS}",
    r"\b(?:customer|user|client) (?:database|list|records)\b",
    r"\b(?:list|names) of (?:all )?(?:your |the )?(?:customers|users|clients)\b",
)
_UNDUE = (
    r"\b(?:give|grant|apply|make|get|offer|set)\b(?: [\w']+){0,4} (?:9\d|100) ?(?:%|percent) ?"
    r"(?:discount|off|reduction|rebate)",
    r"\b(?:set|change|make|reduce|lower|put)(?: [\w']+){0,3} (?:price|prices|total|cost|amount)s?"
    r"(?:(?: [\w']+){0,4} (?:to|at))? (?:zero|0|nothing|free|1 (?:dollar|cent)|\$ ?[01])(?! ?\d)\b",
    r"\b(?:skip|bypass|ignore|without|forget|disable|turn off)(?: the| your| my| any| doing)?"
    rf"(?: [\w']+)? {_CHECK}\b(?! code)",
    r"\b(?:drop table|select \* from|delete from \w+|rm rf)\b",
)

ENGLISH = (*_ORDERS, *_SELF, *_AUTHORITY, *_PROMPT, *_OTHERS_DATA, *_UNDUE)
