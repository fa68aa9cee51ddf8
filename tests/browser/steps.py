"""What a visitor does, in words of the page: tell, answer, open. Everything waits for what it leads to."""

from __future__ import annotations

from playwright.sync_api import Frame, Locator, Page, expect

WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."


def tell(page: Page, message: str) -> None:
    """Write into the box and send it with the keyboard."""
    before = page.locator("#chat .said").count()
    page.locator("#box textarea").fill(message)
    page.keyboard.press("Enter")
    answered(page, before + 1)


def answered(page: Page | Frame, n_messages: int) -> None:
    """Wait until the user's n-th message has its whole answer."""
    expect(page.locator("#chat .said")).to_have_count(n_messages)
    expect(page.locator('#chat a[href="#retry"]')).to_have_count(1)
    expect(page.locator("#chat .bot .tools")).to_have_count(n_messages)
    expect(page.locator("body.sending")).to_have_count(0)


def click_answer(page: Page, name: str | None = None) -> None:
    """Click an answer under the question: by its name, or the first."""
    before = page.locator("#chat .said").count()
    options = page.locator("#answers .options").locator("visible=true").first.get_by_role("button")
    (options.filter(has_text=name) if name else options).first.click()
    use = page.locator("#answers [data-collect]")
    if use.count():  # of a set, what is pressed is sent by a click of its own
        use.first.click()
    answered(page, before + 1)


def fact(page: Page, slot: str) -> Locator:
    """The row of one fact among those of the case."""
    return page.locator(f'details[data-key="fact-{slot}"]')


def change_fact(page: Page, slot: str, label: str) -> None:
    """Open a fact and choose another value."""
    before = page.locator("#chat .said").count()
    row = fact(page, slot)
    if page.locator("details[data-key='untold']:not([open])").filter(has=row).count():
        page.locator("details[data-key='untold'] > summary").click()
    row.locator("summary").click()
    row.get_by_role("button", name=label).click()
    answered(page, before + 1)


def settle(page: Page) -> None:
    """Tell a case that is ready for a yes, by clicks among the facts, and confirm what is read back."""
    for slot, label in (
        ("goal", "Sort, label or score things"),
        ("prompting", "Examples, a schema or a strong model tried"),
        ("evals", "A fixed test set"),
        ("data_count", "1,000 to 9,999"),
        ("data_quality", "Checked and consistent"),
        ("freshness", "Hardly ever"),
        ("task_change", "Hardly ever"),
        ("retrieval", "Nothing needs looking up"),
        ("process", "Yes, agreed and owned"),
        ("privacy", "Nothing sensitive"),
    ):
        change_fact(page, slot, label)
