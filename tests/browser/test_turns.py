"""A turn on its way: it shows at once, is sent once, and comes back with one line when the connection is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests import served_page
from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, answered, tell

pytestmark = pytest.mark.browser
JOIN = "**/gradio_api/queue/join*"
STREAM = "**/gradio_api/queue/data*"


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """An open page."""
    return visit().page


def hold(page: Page) -> Callable[[], None]:
    """Hold back what is sent to the server until the returned function is called."""
    held: list[Route] = []
    is_open: list[bool] = []
    page.route(JOIN, lambda route: route.continue_() if is_open else held.append(route))

    def let_go() -> None:
        is_open.append(True)
        for route in held:
            route.continue_()

    return let_go


def send(page: Page, message: str) -> None:
    """Write a message and press Enter."""
    page.locator("#box textarea").fill(message)
    page.keyboard.press("Enter")


def test_what_was_sent_shows_before_the_server_answers(page: Page) -> None:
    """The bubble and a sign of work are there at once, and the box is free."""
    let_go = hold(page)
    send(page, WIKI)
    expect(page.locator("#underway .said")).to_have_text(WIKI)
    expect(page.locator("#underway .working")).to_be_visible()
    expect(page.locator("#box textarea")).to_have_value("")
    let_go()
    answered(page, 1)
    expect(page.locator("#underway")).to_have_count(0)


def test_what_is_typed_right_after_enter_is_a_draft_and_no_part_of_the_message(page: Page) -> None:
    """Gradio reads the box a moment after Enter; on a busy computer the next letters are there before."""
    page.locator("#box textarea").fill(WIKI)
    page.locator("#box textarea").evaluate(
        """(box) => {
             box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
             box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
             box.value += "We have";
             box.dispatchEvent(new Event("input", { bubbles: true }));
           }"""
    )
    expect(page.locator("#underway .said")).to_have_text(WIKI)
    page.locator("#box textarea").press_sequentially(" 400")
    answered(page, 1)
    expect(page.locator("#box textarea")).to_have_value("We have 400")


def test_a_draft_survives_enter_and_the_answer(page: Page) -> None:
    """What is written while an answer is being given is neither sent nor wiped out."""
    let_go = hold(page)
    send(page, WIKI)
    page.locator("#box textarea").press_sequentially("We have 400")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The answer is still coming")
    let_go()
    answered(page, 1)
    expect(page.locator("#box textarea")).to_have_value("We have 400")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_double_click_on_a_starter_sends_once(page: Page) -> None:
    """And so does one on an option."""
    page.get_by_role("button", name="Sound like our brand").dblclick()
    answered(page, 1)
    page.locator("#answers [data-collect]").dblclick()
    answered(page, 2)
    page.wait_for_timeout(1500)
    expect(page.locator("#chat .said")).to_have_count(2)


def test_a_lost_connection_leaves_the_message_in_the_box_and_one_line(page: Page) -> None:
    """One click sends it again, once."""
    page.context.set_offline(True)
    send(page, WIKI)
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
    expect(page.locator("#box textarea")).to_have_value(WIKI)
    expect(page.locator("#underway")).to_have_count(0)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send again").click()
    answered(page, 1)
    expect(page.locator("#box textarea")).to_have_value("")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_answer_that_is_cut_off_is_asked_for_again_without_saying_it_twice(page: Page) -> None:
    """The server may have answered what never came; the message still counts once."""
    page.route(STREAM, lambda route: route.abort())
    send(page, WIKI)
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
    expect(page.get_by_text("Connection Lost")).to_have_count(0)
    page.unroute(STREAM)
    page.get_by_role("button", name="Send again").click()
    answered(page, 1)
    tell(page, "We have 400 examples.")


def test_a_slow_network_shows_work_until_the_answer_is_there(page: Page) -> None:
    """With the browser's own brake on, the sign of work stands until the end."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 800, "downloadThroughput": 20_000, "uploadThroughput": 20_000}
    session.send("Network.emulateNetworkConditions", slow)
    send(page, WIKI)
    expect(page.locator("#underway .working")).to_be_visible()
    answered(page, 1)
    expect(page.locator("#underway")).to_have_count(0)


def test_a_server_that_starts_anew_under_an_open_page_goes_on(visit: Callable[..., Visit]) -> None:
    """The message sent while it was away is sent again by a click, and the conversation is whole."""
    port = str(served_page.free_port())
    server, address = served_page.start(ASSISTANT_PORT=port)
    try:
        page = visit(address=address).page
        tell(page, WIKI)
        served_page.stop(server)
        send(page, "We have 400 examples.")
        expect(page.get_by_role("alert")).to_contain_text("The connection was lost")
        server, _ = served_page.start(ASSISTANT_PORT=port)
        page.get_by_role("button", name="Send again").click()
        answered(page, 2)
    finally:
        served_page.stop(server)


def test_a_reload_during_an_answer_brings_the_message_back(page: Page) -> None:
    """It was kept before the first byte left, and one click sends it."""
    stay = threading.Event()
    page.route(JOIN, lambda route: stay.is_set() and route.continue_())
    send(page, WIKI)
    expect(page.locator("#underway")).to_be_visible()
    page.unroute(JOIN)
    page.reload()
    expect(page.locator("#box textarea")).to_have_value(WIKI)
    page.get_by_role("button", name="Send again").click()
    answered(page, 1)
    page.reload()
    answered(page, 1)
    expect(page.locator("#box textarea")).to_have_value("")


def test_a_reload_on_a_draft_keeps_it(page: Page) -> None:
    """Nobody writes a story twice."""
    page.locator("#box textarea").fill("We have a long story")
    page.reload()
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#box textarea")).to_have_value("We have a long story")
