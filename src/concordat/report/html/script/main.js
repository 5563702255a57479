// The address selects the view: `#overview`, `#matrix?verdict=fail`, `#case/KEY?client=NAME`.

const views = [...document.querySelectorAll("main > .view")];
const THEMES = { "": ["◐", "as the system"], light: ["☀", "light"], dark: ["☾", "dark"] };
let lastFilter = "";
let lastView = null;

/** Return the parts of the address; an id inside a view selects that view. */
function address() {
  const [path, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const [name, key = ""] = path.split(/\/(.*)/s);
  const place = name && document.getElementById(name);
  const view = place ? (place.closest("main > .view")?.id ?? "overview") : "overview";
  return { view, key: decoded(key), place, query: new URLSearchParams(query) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const matrixAddress = () => `#matrix${lastFilter}`;
const currentClient = () => address().query.get("client");

async function route() {
  const { view, key, place, query } = address();
  const moved = lastView !== view;
  if (view === "case") {
    buildMatrix();
    if (!matrix.shown.length) applyFilter(readFilter());
    await showCase(key, query.get("client"));
  } else {
    document.title = `Conformance report: ${byId("headline").textContent}`;
  }
  for (const one of views) one.hidden = one.id !== view;
  for (const link of document.querySelectorAll(".top nav a")) {
    const here =
      link.getAttribute("href") === `#${view}` || (view === "case" && link.getAttribute("href") === "#matrix");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view === "matrix") showMatrix(query);
  moveFocus(view, place, moved);
  lastView = view;
  document.documentElement.dataset.ready = location.hash;
  document.documentElement.dataset.opened ??= performance.now().toFixed(0);
}

function showMatrix(query) {
  buildMatrix();
  showFilter(query);
  lastFilter = filterQuery(readFilter());
  form.dataset.took = applyFilter(readFilter()).toFixed(1);
}

/** Move to the heading of a new view, to the cell that the reader left, or to the element that the address names. */
function moveFocus(view, place, moved) {
  if (place && place.id !== view) {
    place.scrollIntoView();
    return;
  }
  if (view === "matrix" && lastView === "case") {
    moveInMatrix(0, 0);
    return;
  }
  scrollTo(0, 0);
  if ((moved && lastView !== null) || view === "case") byId(view).querySelector("h1").focus({ preventScroll: true });
}

/** Apply the changed filter to the matrix and to the address, without a new entry in the browser's history. */
function filterChanged() {
  const filter = readFilter();
  lastFilter = filterQuery(filter);
  history.replaceState(null, "", matrixAddress());
  form.dataset.took = applyFilter(filter).toFixed(1);
}

function clearFilter() {
  form.reset();
  setTimeout(filterChanged);
}

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const [sign, name] = THEMES[theme];
  byId("theme").textContent = sign;
  byId("theme").setAttribute("aria-label", `Colours: ${name}`);
  byId("theme").title = `Colours: ${name}`;
  try {
    localStorage.setItem("concordat-theme", theme);
  } catch {
    /* a page from disk may have no storage */
  }
}

function storedTheme() {
  try {
    const theme = localStorage.getItem("concordat-theme") ?? "";
    return theme in THEMES ? theme : "";
  } catch {
    return "";
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId(address().view).querySelector("h1").focus();
});
form.addEventListener("input", filterChanged);
form.addEventListener("reset", () => setTimeout(filterChanged));
form.addEventListener("submit", (event) => event.preventDefault());
byId("clear").addEventListener("click", clearFilter);
byId("help-button").addEventListener("click", () => byId("help").showModal());
byId("theme").addEventListener("click", () => {
  const order = Object.keys(THEMES);
  setTheme(order[(order.indexOf(document.documentElement.dataset.theme ?? "") + 1) % order.length]);
});
byId("matrix-table").addEventListener("focusin", (event) => {
  if (event.target.matches("a.cell")) setTabStop(event.target);
});
byId("case").addEventListener("click", (event) => {
  const jump = event.target.closest("[data-jump]");
  if (!jump) return;
  event.preventDefault();
  byId(jump.getAttribute("href").slice(1))?.scrollIntoView({ block: "start" });
});
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
addEventListener("hashchange", route);
document.documentElement.classList.add("js");
setTheme(storedTheme());
route();
