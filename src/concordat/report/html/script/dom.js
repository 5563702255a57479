// Building blocks: elements are made here and nowhere else, and text only ever enters as a text node.
// All files of this folder are joined, in the order of SCRIPTS in page.py, into one module.

const byId = (id) => document.getElementById(id);

/** Make an element: attributes (null and false are left away, on* are listeners), then children, text or nodes. */
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

/** Tell a screen reader. */
function say(text) {
  byId("said").textContent = text;
}

const pill = (verdict) => el("span", { class: `pill v-${verdict}` }, verdict.replaceAll("-", " "));

/** A button that copies what `text` returns, and says so. */
function copyButton(label, text) {
  const button = el("button", { type: "button" }, label);
  button.addEventListener("click", async () => {
    const copied = await copyText(text());
    button.textContent = copied ? "Copied" : "Press Ctrl+C";
    say(button.textContent);
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
  return button;
}

/** Copy text; where the clipboard is closed to pages from disk, select it in a box for the reader to copy. */
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
