// Turns on their way: what is sent shows at once and is kept before it leaves, one at a time; what the server turned away
// or a lost connection swallowed comes back with one line that says so. Shares its scope with page.js and
// conversations.js.

const TURNS = ["tell", "act"];
const NOTHING_CHANGED = { __type__: "update" };
let turn = null; // the one under way: what was said or clicked, how many messages there were, its event's id
let entered = ""; // what stood in the box when it was sent, until Gradio sends it or has not for a while
let forgetting; // the timer of that while
let isHanding = false; // a click is on its way to Gradio, which sends it a moment later
let clickedText = ""; // what stood on the button that was clicked last
const afterwards = []; // clicks that wait until the answer is there
const openEvents = new Map(); // the ids of events that were not completed, each with how many outputs it has
const isBusy = () => turn !== null;

// ---- one line that says what is the matter ------------------------------------------------------------------------

const sayLine = (id, text, ...more) => {
  const before = one(`#${id}`);
  if (!text || before?.dataset.text !== text) before?.remove();
  if (!text || (before?.dataset.text === text && before.isConnected)) return;
  const line = make("p", { id, className: "note" }, text, ...more);
  line.dataset.text = text;
  line.setAttribute("role", "alert");
  one("#note")?.after(line);
};
/** Say it where the page says such things. What was written stays in the box, since nothing was taken. */
const sayRefused = (text) => sayLine("refused", text);
const sayLost = ({ text, request }) => {
  const again = make("button", { type: "button", textContent: words().send_again });
  again.addEventListener("click", () => {
    if (text !== undefined && boxField().value.trim() === text.trim()) type("");
    act(request || { do: "say", text });
  });
  sayLine("lost", request ? words().lost_click : words().lost, " ", again);
};

// ---- what goes to the server, and what comes back -----------------------------------------------------------------

const dependency = (index) => window.gradio_config?.dependencies?.find((entry) => entry.id === index);
const fetchFromServer = window.fetch;
window.fetch = async (...asked) => {
  const address = String(asked[0]?.url ?? asked[0]);
  if (address.includes("/queue/data")) return watched(asked);
  if (!address.includes("/queue/join")) return fetchFromServer(...asked);
  const body = JSON.parse(asked[1].body);
  const about = dependency(body.fn_index);
  if (about?.api_name === "tell") body.data[0] = asEntered(body.data[0]);
  const mine = TURNS.includes(about?.api_name) ? begin(about.api_name, body.data[0]) : null;
  let answer;
  try {
    answer = await join(asked, body);
  } catch {
    if (mine) lost(mine);
    return left();
  }
  const isRefused = answer.status === 429 || answer.status === 413;
  sayRefused(isRefused ? (await answer.json()).detail : "");
  if (answer.status === 429) restoreIn(Number(answer.headers.get("Retry-After")));
  if (isRefused) giveBack(mine);
  else if (!answer.ok && mine) lost(mine);
  else if (answer.ok) await note(mine, answer, about);
  return isRefused || !answer.ok ? left() : answer;
};
/** An empty list of faults: Gradio takes it for a form that was not sent, and leaves everything as it is. */
const left = () => Response.json({ detail: [] }, { status: 422 });
/** Send an event with what this tab holds as its last value. Where that is too large, the server goes on from what it
    knows of the visit, and else begins anew. */
const join = async ([address, request], body) => {
  const sent = (last) => ({ ...request, body: JSON.stringify({ ...body, data: [...body.data.slice(0, -1), last] }) });
  const answer = await fetchFromServer(address, sent(held || "{}"));
  return answer.status === 413 ? fetchFromServer(address, sent("left out")) : answer;
};
const note = async (mine, answer, about) => {
  const { event_id: id } = await answer.clone().json();
  if (id && about) openEvents.set(id, about.outputs.length);
  if (mine) mine.id = id;
};

/** Read along with what the server streams, to know when a turn is through, and when its connection is lost. What a lost
    one left open is completed here with nothing changed: Gradio would reload the page instead. */
const watched = async (asked) => {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let answer, reader;
  try {
    answer = await fetchFromServer(...asked);
    if (answer.ok) reader = answer.body.getReader();
  } catch (error) {
    if (error.name === "AbortError") throw error;
  }
  let text = "";
  const stream = new ReadableStream({
    async pull(controller) {
      let part = { done: true };
      try {
        if (reader) part = await reader.read();
      } catch (error) {
        if (error.name === "AbortError") return controller.error(error);
      }
      if (!part.done) {
        text = readAlong(text + decoder.decode(part.value, { stream: true }));
        return controller.enqueue(part.value);
      }
      for (const message of completions()) controller.enqueue(encoder.encode(`\n\ndata: ${JSON.stringify(message)}\n\n`));
      controller.close();
    },
    cancel: () => reader?.cancel(),
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
};
const readAlong = (text) => {
  const lines = text.split("\n");
  for (const line of lines.slice(0, -1)) {
    if (!line.includes('"process_completed"')) continue;
    const { event_id: id } = parsed(line.slice(5));
    openEvents.delete(id);
    if (id && id === turn?.id) setTimeout(done, 150, turn);
  }
  return lines.at(-1);
};
const completions = () => {
  const completed = [...openEvents].map(([id, n]) => ({
    msg: "process_completed",
    event_id: id,
    success: true,
    output: { data: Array(n).fill(NOTHING_CHANGED), is_generating: false },
  }));
  if (turn && openEvents.has(turn.id)) lost(turn);
  openEvents.clear();
  return [...completed, { msg: "close_stream", event_id: null }];
};

// ---- a turn from its first to its last byte -------------------------------------------------------------------------

const begin = (name, given) => {
  isHanding = false;
  isFollowing = true;
  const request = name === "act" ? parsed(given) : { do: "say", text: given };
  const text = request.do === "say" ? request.text : undefined;
  const shown = text ?? (request.do === "facts" ? clickedText : "");
  clickedText = "";
  turn = { text, kept: lastSaid, n: countSaid(), request: text === undefined ? request : null, isQuiet: !["say", "facts", "misread", "retry"].includes(request.do) };
  if (text !== undefined && text.trim()) keepUnanswered(text);
  ["lost", "refused", "earlier"].forEach((id) => one(`#${id}`)?.remove());
  if (name === "tell") type(boxField().value.startsWith(given) ? boxField().value.slice(given.length) : "");
  if (!turn.isQuiet) showUnderWay(shown);
  return turn;
};
/** The message as it was when Enter was pressed: on a busy computer Gradio reads the box only after the next letters. */
const asEntered = (text) => {
  const pressed = entered;
  forgetEntered();
  return pressed.trim() && text.startsWith(pressed) ? pressed : text;
};
const noteEntered = () => {
  entered ||= boxField().value;
  clearTimeout(forgetting);
  forgetting = setTimeout(forgetEntered, 1500);
};
const forgetEntered = () => {
  clearTimeout(forgetting);
  entered = "";
};
const countSaid = () => all("#chat .said").length - all("#underway .said").length;
const showUnderWay = (text) => {
  one("#underway")?.remove();
  const bubble = make("div", { className: "said", dir: "auto", textContent: text });
  const work = make("p", { className: "working" }, make("span", { className: "unseen", textContent: words().working }));
  work.setAttribute("role", "status");
  const way = make("div", { id: "underway" }, ...(text ? [bubble] : []), work);
  (one("#chat .bubble-wrap") || one("#chat"))?.append(way);
  document.body.classList.add("sending");
  scrollTalk();
};
const scrollTalk = () => {
  const wrap = one("#chat .bubble-wrap");
  if (wrap) scrollTo(wrap, wrap.scrollHeight);
};
/** The bubble goes once the server's own is there, the sign of work when the whole answer is. */
const seeUnderWay = () => {
  if (!turn || countSaid() <= turn.n) return;
  one("#underway .said")?.remove();
  if (lastSaid !== turn.kept && one('#chat a[href="#retry"]')) done(turn);
};
const end = (ended) => {
  if (turn !== ended) return false;
  turn = null;
  one("#underway")?.remove();
  document.body.classList.remove("sending");
  return true;
};
const done = (ended) => {
  if (!end(ended)) return;
  sayLine("waiting", "");
  keep();
  // Nothing new is kept and a note says why: it was not taken.
  if (ended.text && lastSaid === ended.kept && one("#note .note")) backIntoBox(ended.text);
  dropUnanswered();
  meetDraft(ended);
  follow();
  const next = afterwards.shift();
  if (next) act(next);
};
/** What the server put into the box is what is being written now; a draft that was begun meanwhile stands behind it. */
const meetDraft = ({ text }) => {
  const [shown, draft] = [boxField().value, draftKept()];
  if (shown === draft) return;
  if (text !== undefined && shown && draft && !shown.includes(draft)) type(`${shown}\n\n${draft}`);
  else keepDraft(shown);
};
/** What was not taken goes back into the box, before whatever was written there meanwhile. */
const giveBack = (ended) => {
  if (!ended || !end(ended) || ended.text === undefined) return;
  backIntoBox(ended.text);
  dropUnanswered();
};
const backIntoBox = (text) => {
  const draft = boxField().value;
  if (!draft.includes(text)) type([text, draft].filter(Boolean).join("\n\n"));
};
const lost = (ended) => {
  afterwards.length = 0;
  giveBack(ended);
  if (!ended.isQuiet || ended.request) sayLost(ended);
};

/** While an answer is being given, Enter and the button leave the draft where it is. */
const sendOrHoldBack = (event) => {
  if (!turn || turn.isQuiet) return noteEntered();
  event.preventDefault();
  event.stopImmediatePropagation();
  say(words().still_answering);
  sayLine("waiting", words().still_answering);
};
document.addEventListener(
  "keydown",
  (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("#box textarea") && sendOrHoldBack(event),
  true,
);
document.addEventListener("click", (event) => event.target.closest?.("#box .submit-button") && sendOrHoldBack(event), true);
