"""The knowledge folder: every fault an editor can make is found, with its file, its line and what to do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import KnowledgeError
from assistant.knowledge.files import Fault, Folder
from assistant.knowledge.loader import check, load
from assistant.knowledge.sources import Place
from tests.moments import knowledge

Edit = Callable[[Path], None]

DOCUMENT = "documents/fine-tuning-a-scalpel.md"
ASKS = "documents/fine-tuning-a-scalpel.asks.yaml"
CARD = "guidance/evals.md"


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    """A copy of the project's knowledge, to be broken."""
    return shutil.copytree(project_root / "knowledge", tmp_path / "knowledge")


def swap(file: str, old: str, new: str) -> Edit:
    """Replace the first place of some words."""

    def edit(root: Path) -> None:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def prior(which: str, value: str) -> Edit:
    """Give another prior to the first entry of slots.yaml that begins with these words."""

    def edit(root: Path) -> None:
        text = (root / "slots.yaml").read_text(encoding="utf-8")
        changed, n_changed = re.subn(rf"({re.escape(which)}.*prior: )[\d.]+", rf"\g<1>{value}", text, count=1)
        assert n_changed
        (root / "slots.yaml").write_text(changed, encoding="utf-8")

    return edit


def add(file: str, text: bytes) -> Edit:
    """Add bytes at the end of a file."""
    return lambda root: (root / file).write_bytes((root / file).read_bytes() + text) and None


def write(file: str, text: str) -> Edit:
    """Write a file anew."""
    return lambda root: (root / file).write_text(text, encoding="utf-8") and None


def remove(file: str) -> Edit:
    """Take a file away."""
    return lambda root: (root / file).unlink()


def carriage_returns(file: str) -> Edit:
    """Save a file as Windows would."""
    return lambda root: (root / file).write_bytes((root / file).read_bytes().replace(b"\n", b"\r\n")) and None


FAULTS: dict[str, tuple[Edit, str, str]] = {
    # name: what was done, the file that must be named, what must be said of it
    "a criterion reads an unknown slot": (
        swap("criteria.yaml", "slots: [scope]", "slots: [scoop]"),
        "criteria.yaml",
        "unknown slot 'scoop'",
    ),
    "a criterion rests on an unknown source": (
        swap("criteria.yaml", "source: annotator-agreement", "source: nobody"),
        "criteria.yaml",
        "no source 'nobody'",
    ),
    "a card rests on an unknown source": (swap(CARD, "sources: [", "sources: [nobody, "), CARD, "no 'nobody'"),
    "a card speaks to an unknown slot": (swap(CARD, "slots: [", "slots: [colour, "), CARD, "no slot 'colour'"),
    "a threshold has an unknown source": (
        swap("thresholds.yaml", "source: engineering-judgement", "source: nobody"),
        "thresholds.yaml",
        "no 'nobody'",
    ),
    "a step waits for an unknown criterion": (
        swap("verdicts.yaml", "when: [reason_cost]", "when: [reason_money]"),
        "verdicts.yaml",
        "waits for 'reason_money'",
    ),
    "a quoted span of the document has changed": (
        swap(DOCUMENT, "a lunch menu", "a menu"),
        "criteria.yaml",
        "stand 0 times in knowledge/documents/fine-tuning-a-scalpel.md",
    ),
    "a quoted span of a card has changed": (
        swap("guidance/annotator-agreement.md", "cannot be right for both", "can be right for both"),
        "criteria.yaml",
        "stand 0 times in knowledge/guidance/annotator-agreement.md",
    ),
    "a quotation fits two places": (
        add("guidance/annotator-agreement.md", b"\nwhere experts disagree, the model cannot be right for both\n"),
        "criteria.yaml",
        "stand 2 times in knowledge/guidance/annotator-agreement.md",
    ),
    "a mistake's line is not the document's": (
        swap("mistakes.yaml", "Fine-tuning without evals.", "Tuning without evals."),
        "mistakes.yaml",
        "stand 0 times",
    ),
    "a best value is no option": (
        swap("slots.yaml", "best: held_out", "best: perfect"),
        "slots.yaml",
        "no option 'perfect'",
    ),
    "a best number is no threshold": (
        swap("slots.yaml", "best: examples ", "best: plenty "),
        "slots.yaml",
        "data_count names the threshold 'plenty'",
    ),
    "a value makes an unknown step needless": (
        swap("slots.yaml", "clean_data: [clean]", "clean_rooms: [clean]"),
        "slots.yaml",
        "data_quality names the step 'clean_rooms'",
    ),
    "an option makes a step needless that is none": (
        swap("slots.yaml", "clean_data: [clean]", "clean_data: [spotless]"),
        "slots.yaml",
        "no option 'spotless'",
    ),
    "a slot places a case on an unknown rung": (
        swap("slots.yaml", "    measurement: {", "    measuring: {"),
        "slots.yaml",
        "evals names the rung 'measuring'",
    ),
    "no slot places a case on a rung": (
        swap("slots.yaml", "    measurement: {", "    prompt: {"),
        "slots.yaml",
        "0 slots place a case on the rung 'measurement'",
    ),
    "an option stands nowhere on a rung": (
        swap("slots.yaml", "live: started, ", ""),
        "slots.yaml",
        "evals: 'live' stands nowhere on the rung 'measurement'",
    ),
    "an option that does not exist outweighs others": (
        swap("slots.yaml", "outweighs: {supplied:", "outweighs: {delivered:"),
        "slots.yaml",
        "freshness has no option 'delivered'",
    ),
    "a slot is kindred to an unknown one": (
        swap("slots.yaml", "kindred: [freshness]", "kindred: [age]"),
        "slots.yaml",
        "task_change names the slot 'age'",
    ),
    "a value is said in an unknown answer": (
        swap("slots.yaml", "said_in: [risk]", "said_in: [joke]"),
        "slots.yaml",
        "said_in",
    ),
    "a question supposes an unknown option": (
        swap("suppositions.yaml", "value: held_out", "value: perfect"),
        "suppositions.yaml",
        "no evals 'perfect'",
    ),
    "what a question supposes cannot be words": (
        swap("suppositions.yaml", "agree*|owner", "(agree|owner)"),
        "suppositions.yaml",
        "words",
    ),
    "a mistake rests on an unknown slot": (
        swap("mistakes.yaml", "slots: [evals]", "slots: [tests]"),
        "mistakes.yaml",
        "no_evals rests on an unknown slot 'tests'",
    ),
    "nothing says when a mistake is hit": (
        swap("mistakes.yaml", "- id: mixed_stew", "- id: no_owner"),
        "mistakes.yaml",
        "Nothing says when 'no_owner' is hit",
    ),
    "a mistake is said by an unknown criterion": (
        swap("mistakes.yaml", "said_by: [mixed_concerns]", "said_by: [mixed_wishes]"),
        "mistakes.yaml",
        "mixed_stew is said by 'mixed_wishes'",
    ),
    "the priors of a slot do not sum to 1": (
        prior("{value: basic,", "0.99"),
        "slots.yaml",
        "The priors of prompting sum to",
    ),
    "the priors of a set do not sum to 1": (
        prior("{members: [style],", "0.9"),
        "slots.yaml",
        "The priors of goal sum to",
    ),
    "a prior is no number": (prior("{value: basic,", ".nan"), "slots.yaml", "finite number"),
    "a set's prior names an unknown member": (
        swap("slots.yaml", "{members: [style], prior", "{members: [fashion], prior"),
        "slots.yaml",
        "no option 'fashion'",
    ),
    "an order of readiness names an unknown option": (
        swap("slots.yaml", "readiness: [none, basic", "readiness: [none, plain"),
        "slots.yaml",
        "no option 'plain'",
    ),
    "an option is offered twice": (
        swap("slots.yaml", "{value: basic,", "{value: none,"),
        "slots.yaml",
        "value twice",
    ),
    "bands leave a gap": (swap("slots.yaml", "low: 50, high: 100", "low: 55, high: 100"), "slots.yaml", "gap at 50"),
    "a number lies outside its band": (
        swap("slots.yaml", "{value: 70,", "{value: 170,"),
        "slots.yaml",
        "170.0 lies",
    ),
    "a slot is there twice": (
        swap("slots.yaml", "- id: evals", "- id: goal"),
        "slots.yaml",
        "'goal' stands in line",
    ),
    "a slot is not put in other words": (
        swap("slots.yaml", "second_question: Has anybody", "# Has anybody"),
        "slots.yaml",
        "second_question",
    ),
    "a slot is not explained": (
        swap("slots.yaml", "explanation: A model copies", "# A model copies"),
        "slots.yaml",
        "explanation",
    ),
    "a verdict is missing": (
        swap("verdicts.yaml", "- id: not_yet", "- id: later"),
        "verdicts.yaml",
        "'not_yet' is missing",
    ),
    "a mistake is missing": (
        swap("mistakes.yaml", "- id: no_evals", "- id: x"),
        "mistakes.yaml",
        "'no_evals' is missing",
    ),
    "a criterion is missing": (
        swap("criteria.yaml", "- id: no_owner", "- id: nobody"),
        "criteria.yaml",
        "criterion 'no_owner' is missing",
    ),
    "a threshold is missing": (
        swap("thresholds.yaml", "- id: evidence", "- id: misheard"),
        "thresholds.yaml",
        "threshold 'evidence' is missing",
    ),
    "a threshold is a word": (swap("thresholds.yaml", "value: 100", "value: many"), "thresholds.yaml", "valid number"),
    "a threshold is no number": (
        swap("thresholds.yaml", "value: 100", "value: .nan"),
        "thresholds.yaml",
        "finite number",
    ),
    "a phrase has an unknown placeholder": (
        swap("phrases.yaml", "** {why}", "** {because}"),
        "phrases.yaml",
        "unknown placeholder {because}",
    ),
    "a phrase leaves out a placeholder": (swap("phrases.yaml", "** {why}", "**"), "phrases.yaml", "leaves out {why}"),
    "a phrase's braces do not pair": (swap("phrases.yaml", "** {why}", "** {why"), "phrases.yaml", "cannot be filled"),
    "a phrase is missing": (
        swap("phrases.yaml", "  not_covered:", "  unknown:"),
        "phrases.yaml",
        "'asks.not_covered' is missing",
    ),
    "a prompt has an unknown placeholder": (
        swap("prompts/listen.md", "{slots}", "{slots} {colour}"),
        "prompts/listen.md",
        "{colour} is unknown",
    ),
    "a prompt leaves out a placeholder": (
        swap("prompts/listen_message.md", "{question}", "none"),
        "prompts/listen_message.md",
        "{question} is left out",
    ),
    "a prompt's braces do not pair": (swap("prompts/listen.md", "}}]}}", "}}]}"), "prompts/listen.md", "be filled"),
    "a prompt has an unknown name": (write("prompts/listn.md", "Listen."), "prompts/listn.md", "called 'listn.md'"),
    "a key is unknown": (swap("thresholds.yaml", "  unit:", "  units:"), "thresholds.yaml", "units: Extra inputs"),
    "a key is missing": (swap("mistakes.yaml", "  hit:", "  hits:"), "mistakes.yaml", "hit: Field required"),
    "a grade is unknown": (swap("sources.yaml", "grade: D", "grade: E"), "sources.yaml", "grade: Input should be"),
    "a key is given twice": (
        swap("thresholds.yaml", "  unit: examples\n", "  unit: examples\n  unit: examples\n"),
        "thresholds.yaml",
        "'unit' is given twice",
    ),
    "the YAML is broken": (swap("slots.yaml", "- id: evals", "- id: [evals"), "slots.yaml", "Not valid YAML"),
    "a key is a list": (add("page.yaml", b"? [a, b]\n: c\n"), "page.yaml", "a key must be plain text"),
    "an object is smuggled in": (add("page.yaml", b"x: !!python/object:os.system y\n"), "page.yaml", "Not valid YAML"),
    "a control character is in it": (add("slots.yaml", b"# \x07\n"), "slots.yaml", "the character 0x07"),
    "brackets are nested without end": (write("page.yaml", "[" * 3000), "page.yaml", "Not valid YAML"),
    "a list is expected": (write("slots.yaml", "goal: yes\n"), "slots.yaml", "must be a list"),
    "the file holds only comments": (write("mistakes.yaml", "# later\n"), "mistakes.yaml", "nothing but comments"),
    "the file is empty": (write("criteria.yaml", ""), "criteria.yaml", "The file is empty"),
    "the document has Windows line ends": (carriage_returns(DOCUMENT), DOCUMENT, "CR line ends"),
    "a card has Windows line ends": (carriage_returns(CARD), CARD, "CR line ends"),
    "a file is not UTF-8": (add("mistakes.yaml", b"# caf\xe9\n"), "mistakes.yaml", "Not UTF-8 at byte"),
    "the document is not UTF-8": (add(DOCUMENT, b"caf\xe9\n"), DOCUMENT, "Not UTF-8 at byte"),
    "a card has no front matter": (swap(CARD, "---\n", ""), CARD, "no front matter"),
    "a card's front matter is empty": (write(CARD, "---\n\n---\n# Evals\n"), CARD, "nothing but comments"),
    "a card's front matter is no YAML": (swap(CARD, "sources: [", "sources: ]"), CARD, "Not valid YAML"),
    "a card has an unknown key": (swap(CARD, "mistakes:", "errors:"), CARD, "errors: Extra inputs"),
    "a card has another id than its file": (swap(CARD, "id: evals", "id: evaluation"), CARD, "not the file's name"),
    "a card is of an unknown kind": (swap(CARD, "kind: ", "kind: a "), CARD, "kind: Input should be"),
    "a document is not in the bibliography": (
        write("documents/second.md", "# Second\n\nText.\n"),
        "documents/second.md",
        "no entry 'second'",
    ),
    "a question is put to words that do not stand there": (
        add(ASKS, b'"No such words":\n  - "Why?"\n'),
        ASKS,
        "No passage begins with 'No such words'",
    ),
    "questions are no list": (add(ASKS, b'"First: evals":\n  Why?\n'), ASKS, "must hold a list of questions"),
    "questions have no words to belong to": (write(ASKS, "- Why?\n"), ASKS, "must be a mapping"),
    "a decision is looked at again at no time": (
        swap("thresholds.yaml", "value: 90\n", "value: 0\n"),
        "thresholds.yaml",
        "look_again: 0 days",
    ),
    "the record fills in another word": (
        swap("record.yaml", "{verdict}", "{answer}"),
        "record.yaml",
        "title: placeholders",
    ),
    "a file is a folder": (
        lambda root: (root / "page.yaml").rename(root / "page").with_name("page.yaml").mkdir(),
        "page.yaml",
        "Cannot be read",
    ),
}
NEEDED = (
    "slots.yaml", "criteria.yaml", "thresholds.yaml", "verdicts.yaml", "mistakes.yaml", "phrases.yaml", "page.yaml",
    "record.yaml", "sources.yaml", "utterances/relevance.yaml",
    "prompts/listen.md", "prompts/listen_message.md", "prompts/listen_repair.md",
)  # fmt: skip


def test_the_project_s_own_knowledge_has_no_fault(project_root: Path) -> None:
    """What ships is sound."""
    assert [] == check(project_root / "knowledge")


@pytest.mark.parametrize(("edit", "file", "what"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_in_its_file(folder: Path, edit: Edit, file: str, what: str) -> None:
    """One thing is broken, and the line that says so names file, line, what, and what to do."""
    edit(folder)
    found = [fault for fault in check(folder) if fault.file == f"knowledge/{file}" and what in fault.what]
    assert found
    assert all(fault.line >= 1 and fault.remedy.endswith(".") for fault in found)


@pytest.mark.parametrize("file", NEEDED)
def test_a_missing_file_is_the_one_fault(folder: Path, file: str) -> None:
    """What only seems wrong without it is not listed."""
    remove(file)(folder)
    assert [Fault(f"knowledge/{file}", 1, "The file is missing.", "Put it back.")] == check(folder)


def test_a_folder_without_a_document_says_so(folder: Path) -> None:
    """Cards alone are not enough."""
    shutil.rmtree(folder / "documents")
    assert ["There is no document."] == [fault.what for fault in check(folder)]


@pytest.mark.parametrize(
    ("edit", "file", "words"),
    [
        (prior("{value: basic,", "1.8"), "slots.yaml", "prior: 1.8}"),
        (swap("phrases.yaml", "  not_covered:", "  unknown:"), "phrases.yaml", "  unknown:"),
        (swap("thresholds.yaml", "  meaning:", "  sense:"), "thresholds.yaml", "  sense:"),
        (swap(CARD, "kind: ", "kind: a "), CARD, "kind: a "),
        (add(ASKS, b'"No such words":\n  - "Why?"\n'), ASKS, '"No such words":'),
    ],
)
def test_the_line_is_the_one_to_mend(folder: Path, edit: Edit, file: str, words: str) -> None:
    """An editor jumps to it."""
    edit(folder)
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    expected = next(n for n, line in enumerate(lines, start=1) if words in line)
    assert expected in [fault.line for fault in check(folder) if fault.file == f"knowledge/{file}"]


def test_a_prompt_s_fault_is_on_the_line_to_mend(folder: Path) -> None:
    """An unknown placeholder and a lonely brace alike."""
    swap("prompts/listen.md", "Mind denials.", "Mind {denials}.")(folder)
    swap("prompts/listen_repair.md", '"certainty"', '"certainty" }')(folder)
    found = {fault.file: fault.line for fault in check(folder)}
    for file, words in (("listen.md", "{denials}"), ("listen_repair.md", '"certainty" }')):
        lines = (folder / "prompts" / file).read_text(encoding="utf-8").splitlines()
        assert next(n for n, line in enumerate(lines, start=1) if words in line) == found[f"knowledge/prompts/{file}"]


def test_a_prompt_is_filled_as_it_is_given(folder: Path) -> None:
    """Braces in what a user wrote are no placeholders, and an edited prompt is another version."""
    prompts = load(folder).prompts
    filled = prompts.fill("listen_message", fence="~~~", recent="none", question="none", message="{x} {{y}} {fence}")
    assert "~~~\n{x} {{y}} {fence}\n~~~" in filled
    swap("prompts/listen_repair.md", "Answer again", "Try again")(folder)
    assert prompts.version != load(folder).prompts.version


def test_all_faults_are_listed_at_once_in_order(folder: Path) -> None:
    """Nobody mends one only to meet the next."""
    prior("{value: basic,", "0.99")(folder)
    swap(CARD, "sources: [", "sources: [nobody, ")(folder)
    swap("slots.yaml", "low: 50, high: 100", "low: 55, high: 100")(folder)
    assert ["guidance/evals.md", "slots.yaml", "slots.yaml"] == [
        f.file.removeprefix("knowledge/") for f in check(folder)
    ]


def test_a_faulty_folder_is_not_loaded(folder: Path) -> None:
    """The error lists what check would."""
    prior("{value: basic,", "0.99")(folder)
    with pytest.raises(KnowledgeError, match=re.escape(str(check(folder)[0]))):
        load(folder)


def test_no_folder_is_an_error_that_names_it_and_the_setting(tmp_path: Path) -> None:
    """It is the operator who can mend that."""
    with pytest.raises(KnowledgeError, match=r"nowhere.*ASSISTANT_KNOWLEDGE_DIR"):
        load(tmp_path / "nowhere")


def test_a_fault_reads_as_file_line_what_and_what_to_do() -> None:
    """As compilers write it, so that editors can jump."""
    assert "knowledge/a.yaml:3: It is wrong. Mend it." == str(Fault("knowledge/a.yaml", 3, "It is wrong.", "Mend it."))


def test_an_edit_is_another_version_and_the_same_files_are_the_same(folder: Path, project_root: Path) -> None:
    """Records name the knowledge they were made with."""
    same = Folder(folder).version()
    assert Folder(project_root / "knowledge").version() == same
    swap(CARD, "# ", "#  ")(folder)
    assert same != Folder(folder).version()


def test_a_file_hidden_by_its_name_is_no_part_of_the_version(folder: Path) -> None:
    """An editor's leavings change nothing."""
    same = Folder(folder).version()
    (folder / ".swp").write_text("x", encoding="utf-8")
    assert same == Folder(folder).version()


def test_what_is_loaded_points_at_the_words_it_quotes() -> None:
    """A quotation becomes the one place where it stands."""
    library = knowledge().library
    span = library.span(Place(source="fine-tuning-a-scalpel", quote="Hell is a careful student."))
    assert "Hell is a careful student." == library.texts[span.source].text[span.start : span.end]


def test_every_citable_text_rests_on_sources_of_the_bibliography() -> None:
    """A card on those it names, the document on itself."""
    library = knowledge().library
    rests_on = library.rests_on()
    assert set(library.texts) == set(rests_on)
    assert ("fine-tuning-a-scalpel",) == rests_on["fine-tuning-a-scalpel"]
    assert set() == {source for sources in rests_on.values() for source in sources} - set(library.bibliography)


def test_texts_are_as_they_are_on_disk(project_root: Path) -> None:
    """Offsets of citations count in the file itself."""
    for source in knowledge().library.texts.values():
        assert (project_root / source.file).read_bytes().decode("utf-8") == source.text


def test_examples_held_out_for_measuring_are_not_used(project_root: Path) -> None:
    """What relevance is measured on must not be what it was set on."""
    text = (project_root / "knowledge" / "utterances" / "relevance.yaml").read_text(encoding="utf-8")
    held_out = text[text.index("\nheld_out:") :]
    assert [] == [message for message in knowledge().off_topic if f"- {message}\n" in held_out]
