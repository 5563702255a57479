// The keyboard, for every action that the mouse has. Keys with Ctrl, Alt or Meta are left to the browser.

const MOVES = {
  j: [1, 0],
  ArrowDown: [1, 0],
  k: [-1, 0],
  ArrowUp: [-1, 0],
  l: [0, 1],
  ArrowRight: [0, 1],
  h: [0, -1],
  ArrowLeft: [0, -1],
  PageDown: [15, 0],
  PageUp: [-15, 0],
  Home: [-1e9, 0],
  End: [1e9, 0],
};
let leader = false;

const typing = (target) => target.matches("input, select, textarea");
const follow = (selector) => document.querySelector(selector)?.click();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || byId("help").open) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    if (event.key === "ArrowDown" && event.target.name === "text") {
      event.preventDefault();
      moveInMatrix(0, 0);
    }
    return;
  }
  if (pressed(event.key, event.target)) event.preventDefault();
});

function pressed(key, target) {
  const after = leader;
  leader = key === "g" && !after;
  if (after && { o: "#overview", m: "#matrix" }[key]) {
    location.hash = key === "o" ? "#overview" : matrixAddress();
    return true;
  }
  if (key === "?") {
    byId("help").showModal();
    return true;
  }
  if (key === "/") {
    openSearch();
    return true;
  }
  const { view } = address();
  if (view === "matrix") return inMatrix(key, target);
  if (view === "case") return inCase(key);
  return false;
}

function inMatrix(key, target) {
  const arrows = key.length > 1;
  if (!MOVES[key] || (arrows && !target.closest("#matrix-table"))) return false;
  moveInMatrix(...(target.closest("#matrix-table") ? MOVES[key] : [0, 0]));
  return true;
}

function inCase(key) {
  const selector = { j: "[data-step='1']", k: "[data-step='-1']", Escape: "[data-back]" }[key];
  if (selector) follow(selector);
  return Boolean(selector);
}

function openSearch() {
  if (address().view !== "matrix") location.hash = matrixAddress();
  setTimeout(() => {
    form.elements.text.focus();
    form.elements.text.select();
  });
}
