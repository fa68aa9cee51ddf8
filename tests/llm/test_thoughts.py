"""Thoughts in an answer, in every notation that is known: none of them is taken for the reply."""

from __future__ import annotations

import pytest

from assistant.llm.client.json_mode import json_object
from assistant.llm.client.thoughts import ThoughtFilter

DRAFT, REPLY = '{"value": "held_out"}', '{"value": "none"}'

THOUGHTS = {
    "closed": f"<think>Perhaps {DRAFT}?</think>{REPLY}",
    "only closed": f"Perhaps {DRAFT}?</think>{REPLY}",
    "twice": f"<think>Perhaps {DRAFT}?</think><think>{DRAFT}</think>\n{REPLY}",
    "a harmony channel": f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant"
    f"<|channel|>final<|message|>{REPLY}<|return|>",
    "a harmony channel without its marks": f"analysisPerhaps {DRAFT}.assistantfinal{REPLY}",
    "thinking": f"<thinking>{DRAFT}</thinking>{REPLY}",
    "capitals": f"<THOUGHT>{DRAFT}</THOUGHT>{REPLY}",
    "reasoning": f"<reasoning>{DRAFT}</reasoning><answer>{REPLY}</answer>",
    "square brackets": f"[THINK]{DRAFT}[/THINK]{REPLY}",
    "triangles": f"◁think▷{DRAFT}◁/think▷{REPLY}",
    "seed": f"<seed:think>{DRAFT}</seed:think>{REPLY}",
    "command": f"<|START_THINKING|>{DRAFT}<|END_THINKING|><|START_RESPONSE|>{REPLY}<|END_RESPONSE|>",
    "begin of thought": f"<|begin_of_thought|>{DRAFT}<|end_of_thought|>{REPLY}",
    "unused tokens": f"<unused94>thought\n{DRAFT}<unused95>{REPLY}",
    "a gemma channel": f"<|channel>thought\n{DRAFT}<channel|>{REPLY}",
    "granite": f"Here is my thought process: {DRAFT} Here is my response: {REPLY}",
    "headings": f"## Thinking\n{DRAFT}\n## Final Response\n{REPLY}",
    "an attribute": f'<think effort="high">{DRAFT}</think>{REPLY}',
    "folded away": f'<details type="reasoning" done="true">\n<summary>Thinking</summary>\n{DRAFT}\n</details>\n{REPLY}',
    "folded away and escaped": f"&lt;details&gt;&lt;summary&gt;Thinking&lt;/summary&gt;{DRAFT}&lt;/details&gt;{REPLY}",
    "blanks": f"< think >{DRAFT}</ think >{REPLY}",
    "a harmony call": f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>commentary "
    f"<|constrain|>json<|message|>{REPLY}<|call|>",
    "apertus": f"<|inner_prefix|>{DRAFT}<|inner_suffix|>{REPLY}",
    "solar": f"<|think|>{DRAFT}<|end|><|begin|>assistant<|content|>{REPLY}",
    "minimax": f"<mm:think>{DRAFT}</mm:think>{REPLY}",
    "reasoning content": f"<reasoning_content>{DRAFT}</reasoning_content>{REPLY}",
    "a draft with many braces": f"<think>{'{ ' * 300}{DRAFT}</think>{REPLY}",
    "a draft broken off": '<think>{"value": "held</think>' + REPLY,
    "escaped tags": f"&lt;think&gt;{DRAFT}&lt;/think&gt;{REPLY}",
    "tags escaped twice": f"&amp;lt;thinking&amp;gt;{DRAFT}&amp;lt;/thinking&amp;gt;\n{REPLY}",
    "tags by number": f"&#60;think&#62;{DRAFT}&#x3C;/think&#x3E;{REPLY}",
    "tags escaped as in JSON": rf"\u003cthink\u003e{DRAFT}\u003c/think\u003e{REPLY}",
    "tags escaped as in Markdown": rf"\<think\>{DRAFT}\</think\>{REPLY}",
    "wide tags": f"＜think＞{DRAFT}＜/think＞{REPLY}",
    "a fence": f"```thinking\n{DRAFT}\n```\n{REPLY}",
    "a fence in a fence": f"```Thoughts\nPerhaps:\n```json\n{DRAFT}\n```\nNo.\n```\n{REPLY}",
    "a long fence": f"````thinking\n```\n{DRAFT}\n```\n````\n{REPLY}",
    "a fence of tildes": f"~~~reasoning\n{DRAFT}\n~~~\n{REPLY}",
    "tags in a fence": f"```thinking\n<think>{DRAFT}</think>\n```\n{REPLY}",
    "bold headings": f"**Thinking**\n{DRAFT}\n\n**Answer**\n{REPLY}",
    "bold labels": f"**My reasoning:** {DRAFT}\n**Final answer:** {REPLY}",
    "a colon behind": f"__Thought process__: {DRAFT}\n__Response__: {REPLY}",
    "a bold heading of a section": f"### **Analysis**\n{DRAFT}\n### **Output**\n{REPLY}",
    "a heading with a picture": f"**💭 Thinking**\n{DRAFT}\n**✅ Result**\n{REPLY}",
    "labels": f"Thought: {DRAFT}\nFinal Answer: {REPLY}",
    "German headings": f"**Überlegung**\n{DRAFT}\n**Antwort**\n{REPLY}",
    "an answer inside a thought": f"<think>**Thinking**\n**Answer**\n{DRAFT}</think>{REPLY}",
    "on a terminal": f"Thinking...\n{DRAFT}\n...done thinking.\n\n{REPLY}",
}
UNMARKED = "a harmony channel without its marks"
OPEN = {name: thought.replace(REPLY, "") for name, thought in THOUGHTS.items() if DRAFT in thought}
"""The same thoughts with nothing said after them."""


def filtered(thoughts: ThoughtFilter, answer: str, size: int) -> str:
    """What a filter gives on of an answer that comes in pieces of a size."""
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    return "".join(map(thoughts.take, pieces)) + thoughts.rest()


def is_value(text: str) -> bool:
    """Tell whether an object is of the shape that was asked for."""
    return '"value"' in text


@pytest.mark.parametrize("answer", THOUGHTS.values(), ids=THOUGHTS)
def test_a_draft_inside_a_thought_is_not_the_answer(answer: str) -> None:
    """The object after the last end of a thought counts, whichever mark ends it."""
    assert REPLY == json_object(answer, is_value)


@pytest.mark.parametrize("answer", OPEN.values(), ids=OPEN)
def test_a_draft_alone_is_no_answer(answer: str) -> None:
    """What a thought holds does not count where nothing follows its end."""
    assert json_object(answer, is_value) is None


@pytest.mark.parametrize(
    "opening",
    ["<think>", "Sure!\n<think>", "Sure: &lt;think&gt;", "```thinking\n", "Well.\n```reasoning\n", "**Thinking**\n",
     "Let us see.\n\n**Reasoning:** ", "## Thought process\n", "Thinking: ", "<think>\n**Answer**\n"],
)  # fmt: skip
def test_a_draft_in_a_thought_that_breaks_off_is_no_answer(opening: str) -> None:
    """However the thought was opened, and whatever was said before."""
    assert json_object(f"{opening}Perhaps {DRAFT}", is_value) is None


@pytest.mark.parametrize("after", ["**Reasoning:** not {}.", "<think>or {}?", "```thinking\n{}\n"])
def test_what_is_thought_after_the_answer_leaves_it(after: str) -> None:
    """Some explain themselves behind it."""
    assert REPLY == json_object(f"{REPLY}\n\n{after.format(DRAFT)}", is_value)


@pytest.mark.parametrize("words", ["The answer: ", "Thinking of your tests, ", "Analysis is done. ", "```json\n",
    "Use &lt;b&gt; here. ", "**Note** ", "**Answer**\n", "As I was thinking: "])  # fmt: skip
def test_words_about_thinking_open_no_thought(words: str) -> None:
    """Only a heading or a label of its own does."""
    assert REPLY == json_object(words + REPLY, is_value)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("name", THOUGHTS)
def test_no_thought_is_spoken_by_a_model_that_is_known_to_think(name: str, size: int) -> None:
    """However the reply is cut into pieces, only what comes after the thought is said."""
    assert REPLY == filtered(ThoughtFilter(holds=True), THOUGHTS[name], size).strip()


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("name", [name for name in THOUGHTS if name not in ("only closed", UNMARKED)])
def test_no_thought_that_is_opened_is_spoken(name: str, size: int) -> None:
    """Also where the model is not known to think."""
    assert REPLY == filtered(ThoughtFilter(), THOUGHTS[name], size).strip()


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_thought_that_nothing_opened_is_noticed(size: int) -> None:
    """What came before was said already; the next reply of this model is held back."""
    thoughts = ThoughtFilter()
    said = filtered(thoughts, "I wonder.</think>Do it.", size)
    assert (True, True) == (said.endswith("Do it."), thoughts.thinks_unmarked)


@pytest.mark.parametrize("reply", ["Use <b> tags.", "I <think> so.", "a < b", "## The", "Here is my", "[1] says so.",
    "a < think of b > c", "Use <br clear> and <",
    "x <y and then a long sentence which goes on for more than a tag may have in it", "R&D &lt; 3",
    "**Thinking of you**", "I was thinking: yes.\nAnswer: no.", "Analysis needs tests.", "```json\n1\n```",
    "**Answer** me", "&", "a \\",
])  # fmt: skip
def test_what_is_no_thought_is_said_as_it_is(reply: str) -> None:
    """Also where it begins as a mark does, and letter by letter."""
    thoughts = ThoughtFilter()
    assert reply == "".join(map(thoughts.take, reply)) + thoughts.rest()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (f"{DRAFT}\nNo, rather: {REPLY}", REPLY),
        (f'{REPLY}\n{{"note": "that was it"}}', REPLY),
        ('{"value": "we log </think> tags"}', '{"value": "we log </think> tags"}'),
        (f"<think>{DRAFT}", None),
        (f"{DRAFT}</think> I am done.", None),
        (f'<tool_call>{{"name": "answer", "arguments": {REPLY}}}</tool_call>', REPLY),
        (f'[TOOL_CALLS][{{"name": "answer", "arguments": {REPLY}}}]', REPLY),
        (f"<function=answer>{REPLY}</function>", REPLY),
        ('{"name": "answer", "arguments": "{\\"value\\": \\"none\\"}"}', REPLY),
        (f'{{"type": "function", "function": {{"name": "answer", "parameters": {REPLY}}}}}', REPLY),
        (f'{{"answer": {REPLY}}}', REPLY),
        (f"[{REPLY}]", REPLY),
    ],
    ids=["the last", "the right shape", "a mark in a quote", "no end", "nothing after the end", "a call as text",
         "calls as text", "a function tag", "arguments as text", "a call in a call", "wrapped", "a list of one"],
)  # fmt: skip
def test_the_last_whole_object_of_the_right_shape_counts(answer: str, found: str | None) -> None:
    """Wherever it stands, also inside what calls a tool in words."""
    assert found == json_object(answer, lambda text: text.startswith('{"value"'))


def test_without_one_of_the_right_shape_the_last_whole_object_is_given() -> None:
    """So that the model can be told that it was none."""
    assert '{"b": 2}' == json_object('{"a": 1} {"b": 2}', lambda _text: False)


@pytest.mark.parametrize("repeated", ['{"a":', "`", "<think ", "&amp;", "_", "\n#", "```a\n"])
def test_an_answer_that_repeats_what_opens_something_costs_little(repeated: str) -> None:
    """A model that repeats itself is given up, not read to its end each time."""
    assert json_object(repeated * 4_000, is_value) is None
