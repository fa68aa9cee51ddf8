// What differs where the page stands in a frame of another site, and how a conversation goes from there into a tab of its
// own. It runs before anything of Gradio's. Messages go to one window and one origin, and are taken from one: a framing
// site that the operator allowed, or the tab that was opened here. Nothing that anybody wrote is put into an address.
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const page = document.documentElement;
  const isFrame = page.classList.contains("embed");
  const sites = (one('meta[name="embed-origins"]')?.content || "").split(" ").filter(Boolean);
  const asked = new URLSearchParams(location.search);
  const PROTOCOL = "fine-tuning-coach";
  const CARRIED = "#carried";
  const THEMES = ["light", "dark"];
  const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
  const LOWEST = 480; // px; lower, and the site's text would jump while an answer begins
  const LONGEST = 8000; // characters put into the box for the visitor
  const PATIENCE = 15000; // ms until a tab stops waiting for its conversation

  /** Put a text into a box of the page as if it was typed. */
  const type = (box, text) => {
    const field = one(`#${box} textarea, #${box} input`);
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const is = (event, source, origin) => event.source === source && event.origin === origin && event.data?.type === PROTOCOL;

  /** Call back once the page takes clicks: what the browser kept is then back. */
  const onceReady = (then) => {
    const look = () => page.dataset.ready === "yes" && (watch.disconnect(), then(), true);
    const watch = new MutationObserver(look);
    look() || watch.observe(page, { attributes: true, attributeFilter: ["data-ready"] });
  };

  // ---- storage that a browser denies to a frame --------------------------------------------------------------------

  /** Gradio asks for it while it draws, and what it was drawing then is lost with the error: so there is one that forgets. */
  const forgetful = () => {
    const held = new Map();
    return {
      getItem: (key) => held.get(String(key)) ?? null,
      setItem: (key, value) => void held.set(String(key), String(value)),
      removeItem: (key) => void held.delete(String(key)),
      clear: () => held.clear(),
      key: (index) => [...held.keys()][index] ?? null,
      get length() {
        return held.size;
      },
    };
  };
  const isDenied = ["localStorage", "sessionStorage"].filter((name) => {
    try {
      window[name].getItem(PROTOCOL);
      return false;
    } catch {
      Object.defineProperty(window, name, { value: forgetful(), configurable: true });
      return true;
    }
  }).includes("localStorage");

  // ---- what the frame's address asks for ------------------------------------------------------------------------

  /** Gradio reads the theme from the address when it begins; later it is a class of the body. */
  const beginInTheme = (theme) => {
    const address = new URL(location.href);
    address.searchParams.set("__theme", theme);
    history.replaceState(history.state, "", address);
  };
  const showTheme = (theme) => {
    const isDark = THEMES.includes(theme) ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.classList.toggle("dark", isDark);
  };
  const fillBox = () => {
    const field = one("#box textarea");
    if (LANGUAGE.test(asked.get("lang") || "")) field.lang = asked.get("lang");
    field.dir = "auto";
    if (asked.get("q") && !field.value) type("box", asked.get("q").slice(0, LONGEST));
  };
  const sayWhatIsKept = () => {
    const said = one("#kept-where");
    if (isDenied && said) said.textContent = said.dataset.denied;
  };

  // ---- the framing site: it may set the theme, and is told how high the page would like to be ---------------------

  let site = null;
  let toldHeight = 0;
  const tellHeight = () => {
    const height = Math.max(LOWEST, Math.ceil(one("#desk").getBoundingClientRect().height));
    if (height === toldHeight || document.body.classList.contains("source-open")) return;
    toldHeight = height;
    window.parent.postMessage({ type: PROTOCOL, height }, site);
  };
  const heardFromSite = (event) => {
    const origin = sites.find((allowed) => is(event, window.parent, allowed));
    if (!origin) return;
    if (event.data.theme) showTheme(event.data.theme);
    if (site || !event.data.fit) return;
    site = origin;
    page.classList.add("fits");
    onceReady(() => {
      new ResizeObserver(tellHeight).observe(one("#desk"));
      tellHeight();
    });
  };

  // ---- the case, folded under the conversation --------------------------------------------------------------------

  const fold = (button) => {
    const isOpen = page.classList.toggle("case-open");
    button.setAttribute("aria-expanded", isOpen);
  };

  // ---- into a tab of its own ----------------------------------------------------------------------------------------

  let tab = null;
  const openTab = (event) => {
    tab = window.open(`./${CARRIED}`, "_blank");
    if (tab) event.preventDefault(); // else the link itself leads there, without the conversation
  };
  const heardFromTab = (event) => {
    if (!tab || !is(event, tab, location.origin) || !event.data.ready) return;
    tab.postMessage({ type: PROTOCOL, kept: one("#kept input, #kept textarea").value || "{}" }, location.origin);
  };
  /** In the tab: ask whoever opened it, and nobody else, for the conversation. */
  const takeOver = () => {
    const opener = window.opener;
    history.replaceState(history.state, "", location.pathname + location.search);
    const missed = () => {
      const note = document.createElement("p");
      Object.assign(note, { className: "note", textContent: one("#kept-where")?.dataset.missed });
      note.setAttribute("role", "alert");
      one("#note")?.after(note);
    };
    if (!opener) return missed();
    const waited = setTimeout(missed, PATIENCE);
    window.addEventListener("message", (event) => {
      if (!is(event, opener, location.origin) || !event.data.kept) return;
      clearTimeout(waited);
      window.opener = null;
      type("clicked", JSON.stringify({ do: "take_over", kept: JSON.parse(event.data.kept), at: Date.now() }));
    });
    opener.postMessage({ type: PROTOCOL, ready: true }, location.origin);
  };

  /** A sandbox without an origin of its own: Gradio cannot even load there. */
  const showStatic = () => {
    const line = one("#static");
    if (line) Object.assign(line, { hidden: false, className: "static" });
  };
  if (window.origin === "null") document.addEventListener("DOMContentLoaded", showStatic);

  if (isFrame) {
    if (THEMES.includes(asked.get("theme"))) beginInTheme(asked.get("theme"));
    window.addEventListener("message", heardFromSite);
    window.addEventListener("message", heardFromTab);
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("#fold button");
      if (button) fold(button);
      if (event.target.closest?.("#leave")) openTab(event);
    });
    onceReady(fillBox);
  } else if (location.hash === CARRIED) onceReady(takeOver);
  onceReady(sayWhatIsKept);
})();
