"""What the text of an endpoint's error says, in the words of those that are known.

Owns the wordings by which an error is told apart where a status alone does not. Must not know what is done about it.
The text may hold a key or the user's words: it is searched, and never shown or logged.
"""

from __future__ import annotations

import re
from enum import Enum


class Meaning(Enum):
    """What an error is about, the most telling first: a text that fits several means the first of them."""

    ACCOUNT_UNVERIFIED = re.compile(r"must be verified|verify (?:your )?organi[sz]ation", re.I)
    NO_CREDIT = re.compile(
        r"insufficient[ _](?:quota|balance|credit|fund)|exceeded your current quota|payment required|billing[ _]"
        r"|credit balance|more credits|out of credit|余额不足|欠费",
        re.I,
    )
    TOO_LONG = re.compile(
        r"context[ _-]?(?:length|window|size|limit)|maximum context|too many (?:input )?tokens|exceed_context"
        r"|(?:prompt|input|request|message)s? (?:\w+ ){0,3}too (?:long|large)"
        r"|(?:prompt|input|message|request)\b.{0,60}exceed.{0,60}(?:tokens?|length)\b"
        r"|token(?:s| count| limit)?\b.{0,40}exceed|exceed\w*\b.{0,40}\btokens?\b|max_new_tokens|range of input length"
        r"|reduce the length|max(?:imum)?[ _](?:sequence|input|prompt|model)[ _]?len|string too long",
        re.I | re.S,
    )
    WITHHELD = re.compile(
        r"content[ _-]?(?:polic|filter|management|moderat|safety|exists risk|risk|violat|is not allowed)"
        r"|(?:usage|safety|acceptable use|responsible ?ai|prohibited use|content)[ _-]?polic|responsibleai"
        r"|data_?inspection|moderation|flagged|jailbreak|prompt[ _]injection|guardrail|unsafe|harmful"
        r"|inappropriate (?:content|language|request|material|input|prompt|text)|prohibited_content"
        r"|sensitive (?:content|word|information|topic)|safety (?:system|filter|check)"
        r"|blocked (?:by|due|because|for)\b|terms of (?:service|use)|敏感|不安全|违规",
        re.I,
    )
    NO_SYSTEM_ROLE = re.compile(
        r"system[ _](?:role|prompt|message|instruction)s?\b.{0,40}\b(?:not|n't|un\w+|only)"
        r"|(?:support|unknown|invalid|unexpected|allow)\w*\b.{0,30}\brole\b.{0,20}\bsystem\b"
        r"|\brole\b.{0,20}\bsystem\b.{0,40}(?:not|n't|unsupported|invalid)|developer instruction is not enabled"
        r"|roles must alternate|valid role: user|only user and assistant roles"
        r"|(?:must|should) (?:start|begin) with (?:a |the )?user",
        re.I | re.S,
    )
    NO_COUNT = re.compile(r"stream_options|include_usage", re.I)
    NO_EFFORT = re.compile(r"reasoning[_. ]effort", re.I)
    NO_FORM = re.compile(
        r"response_?format|\bschemas?\b|json_schema|json[ _](?:mode|object)|grammar|guided|structured[ _-]?output"
        r"|tool_choice|\btools?\b|tool[ _-]?(?:call|use)|function[ _-]?call|\bfunctions\b|\bstrict\b"
        r"|requested parameters"
        r"|additionalproperties|\banyof\b|\boneof\b|constrained|xgrammar|outlines|[eg]bnf",
        re.I,
    )
    UNKNOWN_MODEL = re.compile(
        r"model_not_found|(?:not a valid|invalid|unknown|no such|unsupported) model|model[ _](?:id|name)\b"
        r"|\bmodels?\b.{0,120}(?:not found|not exist|n't exist|not available|not have access|unavailable|is unknown)"
        r"|access to (?:the )?model|no endpoints found for",
        re.I | re.S,
    )


def find_meaning(text: str) -> Meaning | None:
    """Tell what an error's text is about; None where it says nothing that is known."""
    return next((meaning for meaning in Meaning if meaning.value.search(text)), None)
