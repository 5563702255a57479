// The matrix: one row per case, one column per client. It is built once; the filter hides rows.

const SHORT = {
  pass: "pass",
  fail: "FAIL",
  blocked: "blocked",
  "known-failure": "known",
  "unexpected-pass": "PASSES",
  observation: "observed",
  "not-applicable": "n/a",
  "harness-error": "HARNESS",
  target: "target",
};
const matrix = { built: false, groups: [], shown: [], last: null };

const caseLink = (key, client) =>
  `#case/${encodeURIComponent(key)}${client ? `?client=${encodeURIComponent(client)}` : ""}`;

function buildMatrix() {
  if (matrix.built) return;
  matrix.built = true;
  const areas = new Map();
  for (const row of rows) {
    if (!areas.has(row.area)) areas.set(row.area, []);
    areas.get(row.area).push(row);
  }
  for (const [area, listed] of areas) {
    const head = el("div", { role: "row", class: "area" }, el("span", { role: "rowheader" }, visible(area)));
    const body = el("div", { role: "rowgroup" }, head, listed.map(matrixRow));
    matrix.groups.push({ body, rows: listed });
  }
  const table = byId("matrix-table");
  table.style.setProperty("--clients", index.clients.length);
  table.append(...matrix.groups.map((group) => group.body));
}

/** Return a row. Its height is fixed, so that the browser does not lay out rows outside the viewport. */
function matrixRow(row) {
  row.cells = row.verdicts.map((verdict, column) => {
    if (verdict === null) return el("span", { role: "cell" }, el("span", { class: "faint" }, "–"));
    const client = index.clients[column];
    const link = el(
      "a",
      {
        class: `cell v-${verdict}`,
        href: caseLink(row.key, client),
        tabindex: -1,
        "aria-label": `${verdict.replaceAll("-", " ")}: ${row.key}, ${client}`,
      },
      SHORT[verdict],
    );
    return el("span", { role: "cell" }, link);
  });
  row.off = row.cells.map(() => false);
  row.line = el(
    "div",
    { role: "row", class: "row" },
    el(
      "span",
      { role: "rowheader", title: `${visible(row.key)}\n${visible(row.title)}` },
      el("code", {}, visible(row.key)),
    ),
    el("span", { role: "cell" }, row.level),
    row.cells,
  );
  return row.line;
}

/** Show the results that match the filter. Return the milliseconds that this took, layout included. */
function applyFilter(filter) {
  const began = performance.now();
  let results = 0;
  matrix.shown = [];
  for (const group of matrix.groups) {
    let any = false;
    for (const row of group.rows) {
      const found = matching(row, filter);
      if (row.line.hidden !== (found === null)) row.line.hidden = found === null;
      if (found === null) continue;
      any = true;
      matrix.shown.push(row);
      found.forEach((wanted, column) => {
        if (row.off[column] === wanted) row.cells[column].classList.toggle("off", !wanted);
        row.off[column] = !wanted;
        results += wanted;
      });
    }
    group.body.hidden = !any;
  }
  byId("none").hidden = matrix.shown.length > 0;
  byId("count").textContent = `${plural(matrix.shown.length, "case")}, ${plural(results, "result")}`;
  updateTabStop();
  void byId("matrix-table").offsetHeight;
  return performance.now() - began;
}

/** Make one cell of the matrix reachable by Tab: the last focused one, or the first visible one. */
function updateTabStop() {
  const kept = matrix.last && !matrix.last.closest("[role=row]").hidden ? matrix.last : null;
  const row = matrix.shown.find((one) => one.line.querySelector("a"));
  setTabStop(kept ?? row?.line.querySelector("a") ?? null);
}

function setTabStop(link) {
  matrix.last?.setAttribute("tabindex", "-1");
  matrix.last = link;
  link?.setAttribute("tabindex", "0");
}

/** Move the focus by rows and columns to the next cell with a result. */
function moveInMatrix(down, right) {
  const place = matrix.last?.closest("[role=cell]");
  let at = matrix.shown.findIndex((row) => row.line === place?.parentElement);
  let column = at < 0 ? 0 : matrix.shown[at].cells.indexOf(place);
  at = Math.max(0, Math.min(matrix.shown.length - 1, at + down));
  column = Math.max(0, Math.min(index.clients.length - 1, column + right));
  const row = matrix.shown[at];
  if (!row) return;
  const link = row.cells[column].querySelector("a") ?? row.line.querySelector("a");
  if (link === null) return;
  setTabStop(link);
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}
