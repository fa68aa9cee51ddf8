// What is handed over: a reply or the record copied, downloaded or printed, and a record opened again. Shares its scope
// with page.js.

const copy = async (text, button) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  const done = one("#spoken").dataset.copied;
  const before = button.textContent;
  say("");
  say(done);
  button.textContent = `${done} ✓`;
  setTimeout(() => (button.textContent = before), 1600);
};
const download = (text, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: name.endsWith(".json") ? "application/json" : "text/markdown" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const recordOf = (button, kind) => one(kind === "json" ? "textarea.values" : "textarea:not(.values)", button.closest(".record")).value;

/** A reply as text, with its sources as footnotes: what the server wrote beside it. */
const replyText = (link) => {
  const message = link.closest(".message").cloneNode(true);
  const notes = all(".sources li", message).map((row) => row.textContent.trim());
  all(".tools, .heard, .unseen, .sources", message).forEach((added) => added.remove());
  all('a[href^="#c"]', message).forEach((mark) => (mark.textContent = `[${mark.textContent}]`));
  const blocks = all(".prose > *, .md > *", message).map((block) => block.innerText ?? block.textContent);
  const text = (blocks.length ? blocks.map((block) => block.trim()).filter(Boolean).join("\n\n") : message.textContent.trim());
  return notes.length ? `${text}\n\n${notes.join("\n")}` : text;
};

const printAll = () => window.print();

const LARGEST_RECORD = 200000; // bytes; one takes some 5,000
const openRecord = async (file) => {
  const text = file.size > LARGEST_RECORD ? "" : await file.text();
  closeTalks();
  act({ do: "open_record", record: parsed(text) });
};
