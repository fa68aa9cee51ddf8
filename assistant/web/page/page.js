// What the page does in the browser: hand clicks to the server, keep focus and open disclosures where they were when
// a panel is redrawn, open and close sources, copy and download. Everything else is the server's.
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const openKeys = new Set();
let wanted = null; // the key of the element that had the focus before a redraw
let opener = null; // the href of the link that opened the source
let scrolled = 0; // how far the case was scrolled when a source was opened over it
let count = 0;

/** Put a request into one of the two hidden boxes that Gradio listens to; the count makes every request new. */
const hand = (box, request) => {
  const field = one(`#${box} textarea, #${box} input`);
  if (!field) return;
  field.value = request;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const early = []; // what was clicked before the page was ready for it
const isReady = () => document.documentElement.dataset.ready === "yes";
const act = (request) => {
  if (!isReady()) return request.do === "forget" ? forget() : early.push(request);
  if (isBusy()) return (!turn.isQuiet && HURRIED.includes(request.do)) || afterwards.push(request);
  if (isHanding) return;
  isHanding = true;
  setTimeout(() => (isHanding = false), 1500);
  if (request.do === "forget") dropOpen();
  hand("clicked", JSON.stringify({ ...request, count: ++count, at: Date.now() }));
};
const HURRIED = ["say", "facts", "misread", "retry"]; // a second click on one of these means no second answer
const type = (text) => {
  hand("box", text);
};
const words = () => JSON.parse(one("#spoken")?.dataset.words || "{}");
const say = (text) => {
  const live = one("#spoken");
  if (live) live.textContent = text;
};

/** A page that was not even given its conversation asks for it again by itself, and not all such pages at once. */
let isWaiting = false;
const restoreIn = (seconds) => {
  if (!seconds || isReady() || isWaiting) return;
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    if (!isReady()) hand("clicked", JSON.stringify({ do: "restore", count: ++count }));
  }, 1000 * seconds * (1 + Math.random() / 2));
};

// ---- forgetting without the server, which may be what is missing ---------------------------------------------

let wasForgotten = history.state?.isForgotten; // by the page that was here before it was loaded again
const forget = () => {
  dropOpen();
  wasForgotten = false;
  history.replaceState({ ...history.state, isForgotten: true }, "");
  location.reload();
};
const sayForgotten = () => {
  if (!wasForgotten) return;
  history.replaceState({ ...history.state, isForgotten: false }, "");
  sayRefused(words().forgotten);
};

// ---- clicks -------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const element = event.target.closest("a, button, summary");
  if (!element) return;
  const data = element.dataset;
  if (data.act) return clickedAct(element);
  if (data.member) return press(element);
  if (data.collect) return collect(element);
  if (data.number) return clickedNumber(element);
  if (data.pane) return showPane(data.pane);
  if ("closeSource" in data) return closeSource();
  if ("copyRecord" in data) return copy(recordOf(element), element);
  if (data.download) return download(recordOf(element, data.download.split(".").at(-1)), data.download);
  if ("print" in data) return printAll();
  const href = element.getAttribute("href") || "";
  if (href.startsWith("#")) followed(event, element, href.slice(1));
});

const clickedAct = (element) => {
  const request = JSON.parse(element.dataset.act);
  clickedText = element.closest("#answers > * .options, #answers .options") ? element.textContent : "";
  remember(element);
  if ("close" in element.dataset) openKeys.delete(element.closest("details")?.dataset.key);
  if (request.do === "edit" || request.do === "cancel_edit") focusBoxSoon = true;
  act(request);
};
const collect = (element) => {
  const members = pressed(element);
  remember(element);
  clickedText = members.map((button) => button.textContent).join(", ");
  act({ do: "facts", facts: { [element.dataset.collect]: members.map((button) => button.dataset.member) } });
};
const clickedNumber = (element) => {
  const field = one("input", element.parentElement);
  if (!field.value || !field.reportValidity()) return field.focus();
  remember(element);
  openKeys.delete(element.closest("details")?.dataset.key);
  act({ do: "facts", facts: { [element.dataset.number]: Number(field.value) } });
};
const press = (element) => {
  element.setAttribute("aria-pressed", element.getAttribute("aria-pressed") !== "true");
  one("[data-collect]", element.parentElement).disabled = pressed(element).length === 0;
};
const pressed = (element) => all('[data-member][aria-pressed="true"]', element.parentElement);

const followed = (event, element, name) => {
  if (/^(c\d+-\d+|m-\w+)$/.test(name)) openSource(element, name);
  else if (/^heard-\w+$/.test(name)) openChip(element, name.slice(6));
  else if (name === "unfold") element.closest(".pasted").classList.toggle("open");
  else if (/^misread-/.test(name)) act({ do: "misread", what: decodeURIComponent(name.slice(8)) });
  else if (/^edit-\d+$/.test(name)) {
    focusBoxSoon = true;
    act({ do: "edit", index: Number(name.slice(5)) });
  } else if (/^copy-\d+$/.test(name)) copy(replyText(element), element);
  else if (name === "retry") act({ do: "retry" });
  else if (name === "box") boxField()?.focus();
  else return;
  event.preventDefault();
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && chip) closeChip();
  else if (event.key === "Escape" && document.body.classList.contains("source-open")) closeSource();
  if (event.key === "Enter" && event.target.matches(".exact input")) {
    event.preventDefault();
    one("button", event.target.closest(".exact")).click();
  }
});

// ---- chips under a reply: each opens the options of its fact ------------------------------------------------

let chip = null; // the card that is open, with the link that opened it
const openChip = (element, slot) => {
  const editor = one(`#case details[data-key="fact-${slot}"]`);
  const wasOpen = chip?.element === element;
  closeChip();
  if (!editor || wasOpen) return;
  const card = editor.cloneNode(true);
  one("summary", card).remove();
  all("[data-key]", card).forEach((copied) => copied.removeAttribute("data-key"));
  const shown = document.createElement("div");
  Object.assign(shown, { id: "card", className: "prose" });
  shown.setAttribute("role", "dialog");
  shown.setAttribute("aria-label", element.textContent);
  shown.append(...card.childNodes);
  one("#talk").append(shown);
  chip = { element, shown, href: element.getAttribute("href") };
  place(shown, element.getBoundingClientRect());
  one("button", shown).focus();
};
/** Under its chip, or above it where there is more room. */
const place = (shown, chipBox) => {
  const left = Math.max(8, Math.min(chipBox.left, innerWidth - shown.offsetWidth - 8));
  const isAbove = chipBox.top > innerHeight - chipBox.bottom;
  Object.assign(shown.style, {
    left: `${left}px`,
    top: isAbove ? "auto" : `${chipBox.bottom + 4}px`,
    bottom: isAbove ? `${innerHeight - chipBox.top + 4}px` : "auto",
    maxHeight: `${(isAbove ? chipBox.top : innerHeight - chipBox.bottom) - 16}px`,
  });
};
const closeChip = () => {
  if (!chip) return;
  const { element, shown, href } = chip;
  chip = null;
  const hadFocus = shown.contains(document.activeElement);
  shown.remove();
  if (hadFocus) (element.isConnected ? element : one(`#chat a[href="${href}"]`) || boxField())?.focus();
};
document.addEventListener("click", (event) => {
  if (chip && !chip.element.contains(event.target) && (!chip.shown.contains(event.target) || event.target.closest("[data-act], [data-number]"))) closeChip();
});

// ---- sources ------------------------------------------------------------------------------------------------

const openSource = (element, name) => {
  opener = { href: `#${name}`, element };
  hand("opening", `${name}@${++count}`);
};
const sourceDrawn = () => {
  const source = one("#source .source");
  if (!source || !opener || source.dataset.seen) return;
  source.dataset.seen = "yes";
  const pane = one("#case-pane");
  if (!document.body.classList.contains("source-open")) scrolled = pane.scrollTop;
  document.body.classList.add("source-open");
  const lit = one("#lit", source) || one("#source-title", source);
  centre(lit, pane);
  lit.focus({ preventScroll: true });
};
/** By hand, since `scrollIntoView` would move the site around a frame too. */
const centre = (element, pane) => {
  const from = element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += from - (pane.clientHeight - element.offsetHeight) / 2;
};
const closeSource = () => {
  document.body.classList.remove("source-open");
  one("#case-pane").scrollTop = scrolled;
  const back = opener?.element.isConnected ? opener.element : one(`a[href="${opener?.href}"]`);
  opener = null;
  (back || boxField())?.focus();
};

// ---- focus, disclosures and panes over a redraw -------------------------------------------------------------

let focusBoxSoon = false;
const boxField = () => one("#box textarea");
const remember = (element) => {
  wanted = element.dataset.key || (element.closest("#answers") ? "box" : null);
};
const restoreFocus = () => {
  if (focusBoxSoon && boxField()?.value !== undefined && one("#note .note")) {
    focusBoxSoon = false;
    boxField().focus();
    return;
  }
  if (!wanted || (document.activeElement && document.activeElement !== document.body)) return;
  const target = wanted === "box" ? boxField() : keyed(wanted);
  if (!target) return;
  wanted = null;
  target.focus({ preventScroll: true });
};
const keyed = (key) => {
  const found = one(`[data-key="${CSS.escape(key)}"]`);
  return found?.tagName === "DETAILS" ? one("summary", found) : found;
};
document.addEventListener(
  "toggle",
  (event) => {
    const key = event.target.dataset?.key;
    if (key) event.target.open ? openKeys.add(key) : event.target.isConnected && openKeys.delete(key);
  },
  true,
);
const reopen = () => all("details[data-key]:not([open])").forEach((details) => {
  if (openKeys.has(details.dataset.key)) details.open = true;
});
const showPane = (pane) => {
  document.body.dataset.pane = pane;
  if (pane === "case") one("#case-pane").scrollTop = 0;
  all("[data-pane]", one(".panes")).forEach((button) => button.setAttribute("aria-pressed", button.dataset.pane === pane));
};
const sumUp = () => {
  const label = one("#verdict-label")?.textContent;
  const told = one("#case .told > .facts");
  const text = label && told ? `: ${label}` : "";
  all(".in-short").forEach((short) => short.textContent !== text && (short.textContent = text));
};

// ---- what Gradio leaves without a name ----------------------------------------------------------------------

const nameButtons = () => {
  all('#chat button:not([aria-label]), #chat button[aria-label=""]').forEach((button) => {
    if (!button.textContent.trim()) button.setAttribute("aria-label", button.title || "Scroll to the end");
  });
  const send = one("#box .submit-button");
  const name = one("#spoken")?.dataset.send;
  if (send && name && !send.textContent.trim() && !send.getAttribute("aria-label")) send.setAttribute("aria-label", name);
  const field = boxField();
  if (field && !field.getAttribute("aria-label")) field.setAttribute("aria-label", field.placeholder);
  if (field) field.dir = "auto";
  all("#chat .bot .prose :is(p, li, blockquote):not([dir]):not(.tools, .heard, .unseen)").forEach((block) => (block.dir = "auto"));
  all("#chat [data-testid][aria-label]").forEach((message) => message.removeAttribute("aria-label"));
  all('#chat a[href^="#c"]:not([aria-label]):not([href^="#copy"])').forEach((link) => {
    link.setAttribute("aria-label", `${one("#spoken")?.dataset.source} ${link.textContent}`);
  });
  all(".bridge textarea").forEach((hidden) => hidden.setAttribute("tabindex", "-1"));
};

/** Show the end of the talk, unless that hides a reply's question, or the beginning of what asks nothing: then that stands
    at the top. What can be answered begins at its beginning. */
const showQuestion = () => {
  const [talk, answers] = [one("#talk"), one("#answers")];
  if (!talk || !answers) return;
  scrollTo(answers, 0);
  const isLow = talk.scrollHeight > talk.clientHeight + 1 && getComputedStyle(talk).overflowY === "auto";
  const scroller = isLow ? talk : one("#chat .bubble-wrap");
  const last = all("#chat .bot.message, #chat .message.bot").at(-1);
  const asked = last && all("strong", last).at(-1)?.closest("p, li");
  const isAsked = one(".options:not(.more *)", answers) && asked;
  const target = (isLow && one("#note .note")) || (isAsked ? asked : last);
  if (!target || !scroller) return;
  const above = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  scrollTo(scroller, scroller.scrollTop + above);
};
/** Only where it moves something: Gradio redraws after each scroll, and each redraw leads here. */
const scrollTo = (scroller, top) => {
  const wished = Math.min(top, scroller.scrollHeight - scroller.clientHeight);
  if (Math.abs(wished - scroller.scrollTop) > 1) scroller.scrollTop = wished;
};
/** Until the visitor moves on, a reply is followed while it grows, and then its question is kept in view: what can be
    answered comes a moment later and takes room from it. Gradio's own scrolling would go on to the end. */
let isFollowing = true;
const follow = () => {
  if (isFollowing) turn ? scrollTalk() : showQuestion();
};
const moveOn = (event) => {
  if (!event.target.closest?.("#box")) isFollowing = false;
};
["wheel", "touchmove", "pointerdown", "keydown"].forEach((name) =>
  document.addEventListener(name, moveOn, { capture: true, passive: true }),
);
/** A keyboard on the screen takes height that the page is not told of as its own. */
const fitHeight = () => {
  const seen = window.visualViewport;
  if (seen && seen.scale === 1) document.documentElement.style.setProperty("--height", `${seen.height}px`);
};
window.visualViewport?.addEventListener("resize", () => (fitHeight(), showQuestion()));

/** A verdict that moved is shown from its top, unless it moved by a click among the facts. */
let shownVerdict = null;
const showVerdict = () => {
  const label = one("#verdict-label");
  if (!label || label === shownVerdict) return;
  shownVerdict = label;
  const pane = one("#case-pane");
  if (!pane.contains(document.activeElement) && !wanted?.startsWith("fact-")) pane.scrollTop = 0;
};

const settle = () => {
  reopen();
  showVerdict();
  sourceDrawn();
  restoreFocus();
  sumUp();
  nameButtons();
  keep();
  offerLatest();
  seeUnderWay();
  follow();
  markReady();
  restoreIn(Number(one("#note [data-again]")?.dataset.again));
};
/** Ready once what the browser kept is back: an earlier click would be overwritten by it. */
const markReady = () => {
  if (isReady() || !one("#case [data-restored]") || !one("#clicked textarea")) return;
  document.documentElement.dataset.ready = "yes";
  keep();
  placeTalks();
  new ResizeObserver(follow).observe(one("#chat"));
  countKept();
  offerLatest();
  sayLeftBehind();
  sayForgotten();
  bringDraftBack();
  early.splice(0).forEach(act);
};
const beginPage = () => {
  document.body.dataset.pane = "talk";
  new MutationObserver(settle).observe(document.body, { childList: true, subtree: true });
  settle();
};
document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", beginPage) : beginPage();
