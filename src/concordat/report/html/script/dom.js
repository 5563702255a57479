// Helpers for elements. Only this file creates elements, and it adds text only as text nodes.
// page.py joins all files of this folder, in the order of SCRIPTS, into one module.

const byId = (id) => document.getElementById(id);

/** Return an element. Attributes that are null or false are omitted, on* are listeners; children are text or nodes. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function fill(parent, ...children) {
  parent.replaceChildren(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
}

/** Announce a text to screen readers. */
function announce(text) {
  byId("announcement").textContent = text;
}

const pill = (verdict) => el("span", { class: `pill v-${verdict}` }, verdict.replaceAll("-", " "));

/** Return a button that copies the text which `text` returns, and confirms it. */
function copyButton(label, text) {
  const button = el("button", { type: "button" }, label);
  button.addEventListener("click", async () => {
    const copied = await copyText(text());
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
  return button;
}

/** Copy text. Browsers deny pages from disk the clipboard: then select the text in a box for the reader to copy. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = el("textarea", { class: "block", rows: 12, readonly: true, "aria-label": "Text to copy" });
    box.value = text;
    byId("case").prepend(box);
    box.focus();
    box.select();
    return false;
  }
}
