// What the browser keeps: each conversation under a name of its own, the open one a tab, the draft, and a message that has
// no answer yet. A tab writes only over what it read or wrote itself: what another tab wrote meanwhile stays, and this
// one goes on under a second name. Shares its scope with page.js and turns.js.

const STORE = "fine-tuning-coach"; // before every name
const TAB = `${STORE}:tab`;
const DRAFT = `${STORE}:draft`;
const UNANSWERED = `${STORE}:unanswered`;
const MOST_KEPT = 20;
const LONGEST_EMPTY = 99; // characters that an earlier version kept of a conversation in which nothing was told

const read = (storage, name) => {
  try {
    return JSON.parse(storage.getItem(name));
  } catch {
    return null; // denied, or not ours
  }
};
/** Write, read back, and tell whether it is there: a browser that is full or private may only seem to take it. */
const write = (storage, name, value) => {
  try {
    const text = JSON.stringify(value);
    storage.setItem(name, text);
    return storage.getItem(name) === text;
  } catch {
    return false;
  }
};
const drop = (storage, name) => {
  try {
    storage.removeItem(name);
  } catch {
    // Denied to a frame: nothing is there.
  }
};
const random = () => crypto.getRandomValues(new Uint32Array(2)).join("");

/** `open`: the entry of this tab; `seen`: the mark of each entry as this tab last saw it; `names`: under which name a
    conversation goes on that another tab writes to as well. */
const tab = { open: null, seen: {}, names: {}, ...read(sessionStorage, TAB) };
const saveTab = () => write(sessionStorage, TAB, tab);

const entryOf = (name) => {
  const entry = read(localStorage, `${STORE}:${name}`);
  return typeof entry?.kept === "string" ? entry : null;
};
/** The conversations kept here, the latest first. */
const entries = () => {
  let names = [];
  try {
    names = Object.keys(localStorage).filter((name) => name.startsWith(`${STORE}:`));
  } catch {
    // Denied.
  }
  const found = names.map((name) => ({ name: name.slice(STORE.length + 1), ...entryOf(name.slice(STORE.length + 1)) }));
  return found.filter((entry) => entry.kept).sort((one, other) => other.at - one.at);
};

/** What this tab holds: sent with every event, so that a server that has forgotten goes on from it. */
let held = tab.open ? entryOf(tab.open)?.kept ?? "" : "";
if (tab.open && held) tab.seen[tab.open] = entryOf(tab.open).mark;

let lastSaid = ""; // by the server; what this tab holds may come from elsewhere
let unreadable = null; // the entry that was open, where the server could not read it; it stays until it is forgotten
let keptVerdict = null;
const keptField = () => one("#kept input, #kept textarea");
/** Keep what the server said is to be kept, if it is something new. */
const keep = () => {
  const text = keptField()?.value;
  const verdict = one("#verdict-label")?.textContent ?? "";
  const isNew = text !== lastSaid;
  if (!text || (!isNew && (verdict === keptVerdict || !tab.open))) return;
  keptVerdict = verdict;
  lastSaid = held = text;
  const { id, events } = parsed(text);
  if (isNew) forgetAnswered(events);
  if (!id) {
    if (!isReady()) unreadable = tab.open;
    tab.open = null;
  } else keepUnder(nameFor(id), text, verdict, events);
  saveTab();
  countKept();
};
const parsed = (text) => {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
};
/** The name to write under: the conversation's own, or another where another tab wrote to that one. */
const nameFor = (id) => {
  const name = tab.names[id] || id;
  const there = entryOf(name);
  if (!there || there.mark === tab.seen[name]) return name;
  tab.names[id] = `${id}~${random()}`;
  return tab.names[id];
};
const keepUnder = (name, kept, verdict, events) => {
  const before = entryOf(name);
  const title = before?.title || events.find((event) => event.message)?.message.trim().slice(0, 80) || words().untitled;
  const entry = { title, verdict, kept, at: before?.kept === kept ? before.at : Date.now(), mark: random() };
  const isKept = write(localStorage, `${STORE}:${name}`, entry);
  tab.open = isKept ? name : tab.open;
  if (isKept) tab.seen[name] = entry.mark;
  sayLine("unkept", isKept ? "" : words().not_kept);
  entries().slice(MOST_KEPT).forEach((old) => old.name !== tab.open && drop(localStorage, `${STORE}:${old.name}`));
};

/** An earlier version kept one conversation in a form that this one cannot read. It is said once, and nothing unreadable stays. */
const sayLeftBehind = () => {
  let left = "";
  try {
    left = localStorage.getItem(STORE) ?? "";
  } catch {
    // Denied: nothing is there.
  }
  if (!left) return;
  drop(localStorage, STORE);
  if (left.length > LONGEST_EMPTY) sayLine("earlier", words().left_behind);
};

// ---- the draft, and the message without an answer -----------------------------------------------------------------

const draftKept = () => read(sessionStorage, DRAFT) ?? "";
const keepDraft = (text) => (text ? write(sessionStorage, DRAFT, text) : drop(sessionStorage, DRAFT));
document.addEventListener("input", (event) => event.target.matches?.("#box textarea") && keepDraft(event.target.value));

const keepUnanswered = (text) => write(sessionStorage, UNANSWERED, text);
const dropUnanswered = () => drop(sessionStorage, UNANSWERED);
const forgetAnswered = (events = []) => {
  const text = read(sessionStorage, UNANSWERED);
  if (text !== null && events.at(-1)?.message?.trim() === text.trim()) dropUnanswered();
};
/** After a reload: what was being written, and what had been sent without an answer, are in the box again. */
const bringDraftBack = () => {
  const unanswered = read(sessionStorage, UNANSWERED);
  const texts = [unanswered, draftKept()].filter((text) => typeof text === "string" && text.trim());
  dropUnanswered();
  if (!texts.length || boxField().value) return;
  type([...new Set(texts)].join("\n\n"));
  if (unanswered) sayLost({ text: unanswered });
};

// ---- the list of conversations ------------------------------------------------------------------------------------

const countKept = () => {
  const count = one("#talks .count");
  const n = `${entries().length || ""}`;
  if (count && count.textContent !== n) count.textContent = n;
};
const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const listTalks = () => {
  const said = words();
  const rows = entries().map((entry) => {
    const when = new Date(entry.at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    const about = make("small", { textContent: [when, entry.verdict].filter(Boolean).join(" · ") });
    const open = make("button", { type: "button", className: "talk" }, make("b", { textContent: entry.title, dir: "auto" }), about);
    if (entry.name === tab.open) open.setAttribute("aria-current", "true");
    open.addEventListener("click", () => openTalk(entry.name));
    const rename = make("button", { type: "button", className: "quiet", textContent: said.rename, ariaLabel: `${said.rename}: ${entry.title}` });
    rename.addEventListener("click", () => renameTalk(entry.name, open));
    const remove = make("button", { type: "button", className: "quiet", textContent: said.delete_talk, ariaLabel: `${said.delete_talk}: ${entry.title}` });
    remove.addEventListener("click", () => deleteTalk(entry.name));
    return make("li", {}, open, rename, remove);
  });
  const everything = make("button", { type: "button", className: "quiet", textContent: said.forget_all });
  everything.addEventListener("click", () => {
    if (everything.dataset.sure) return forgetAll();
    everything.dataset.sure = "yes";
    everything.textContent = said.forget_sure;
  });
  const file = make("input", { type: "file", accept: ".json,application/json", className: "unseen", ariaLabel: said.open_record });
  file.addEventListener("change", () => file.files[0] && openRecord(file.files[0]));
  const record = make("label", { className: "open-record" }, file, make("span", { textContent: said.open_record }));
  const masthead = one(".masthead .restart");
  const anew = make("button", { type: "button", className: "quiet", textContent: masthead.textContent });
  anew.addEventListener("click", () => (closeTalks(), act({ do: "restart" })));
  const restart = masthead.offsetParent ? [] : [anew]; // where there is no room for it beside the list
  const list = rows.length ? make("ul", {}, ...rows) : make("p", { textContent: said.no_talks });
  one("#talks .list").replaceChildren(list, ...restart, record, ...(rows.length ? [everything] : []));
};
/** A frame has no masthead: there the list stands where it is said what is kept. */
const placeTalks = () => {
  if (document.documentElement.classList.contains("embed")) one("#below .kept")?.after(one("#talks"));
};
const openTalk = (name) => {
  const entry = entryOf(name);
  if (!entry || (turn && !turn.isQuiet)) return;
  Object.assign(tab, { open: name, seen: { ...tab.seen, [name]: entry.mark } });
  const { id } = parsed(entry.kept);
  if (id) tab.names[id] = name;
  saveTab();
  held = entry.kept;
  closeTalks();
  act({ do: "restore" });
};
/** Who comes back in a new tab finds the latest conversation on the first screen; with none kept, the offer goes. */
const offerLatest = () => {
  const heading = one(".welcome h3");
  const latest = heading && isReady() ? entries().find((entry) => entry.name !== tab.open) : null;
  const offered = one("#go-on");
  if ((offered?.dataset.name ?? "") === (latest?.name ?? "")) return;
  offered?.remove();
  if (!latest) return;
  const open = make("button", { type: "button" }, `${words().go_on} `, make("b", { textContent: latest.title, dir: "auto" }));
  open.addEventListener("click", () => openTalk(latest.name));
  const offer = make("p", { id: "go-on" }, open);
  offer.dataset.name = latest.name;
  heading.before(offer);
};
const renameTalk = (name, open) => {
  const title = one("b", open);
  const field = make("input", { type: "text", value: title.textContent, maxLength: 80, ariaLabel: words().rename });
  open.before(field);
  open.hidden = true;
  const finish = () => {
    const entry = entryOf(name);
    if (!field.isConnected || !entry) return;
    const mark = random();
    if (field.value.trim() && write(localStorage, `${STORE}:${name}`, { ...entry, title: field.value.trim(), mark }) && tab.seen[name] === entry.mark) {
      tab.seen[name] = mark;
      saveTab();
    }
    listTalks();
  };
  field.addEventListener("blur", finish);
  field.addEventListener("keydown", (event) => event.key === "Enter" && field.blur());
  field.focus();
  field.select();
};
const deleteTalk = (name) => {
  drop(localStorage, `${STORE}:${name}`);
  if (name === tab.open) forgetOpen();
  listTalks();
  countKept();
  offerLatest();
  one("#talks .list button, #talks summary").focus();
};
const forgetAll = () => {
  entries().forEach((entry) => drop(localStorage, `${STORE}:${entry.name}`));
  closeTalks();
  forgetOpen();
};
const forgetOpen = () => {
  if (isReady()) act({ do: "forget" });
  else forget();
};
const closeTalks = () => one("#talks")?.removeAttribute("open");
document.addEventListener("toggle", (event) => event.target.id === "talks" && event.target.open && listTalks(), true);
document.addEventListener("click", (event) => one("#talks[open]") && event.target.isConnected && !event.target.closest("#talks") && closeTalks());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !one("#talks[open]")) return;
  closeTalks();
  one("#talks summary").focus();
});

/** Forget the open conversation in this browser: its entry, the draft, and what had no answer. */
const dropOpen = () => {
  [tab.open, unreadable].forEach((name) => name && drop(localStorage, `${STORE}:${name}`));
  drop(sessionStorage, DRAFT);
  dropUnanswered();
  Object.assign(tab, { open: null });
  saveTab();
  held = "";
};
