// The page of one case: everything that a reader needs to find the cause of a red result.

const SEVERITY = [
  "harness-error",
  "fail",
  "unexpected-pass",
  "target",
  "known-failure",
  "blocked",
  "observation",
  "pass",
  "not-applicable",
];

const worstClient = (row) => {
  const there = index.clients.filter((_, column) => row.verdicts[column] !== null);
  const rank = (client) => SEVERITY.indexOf(row.verdicts[index.clients.indexOf(client)]);
  return there.sort((a, b) => rank(a) - rank(b))[0];
};

async function showCase(key, wanted) {
  const page = byId("case");
  const row = rowByKey.get(key);
  if (!row) {
    showProblem(page, "No such case", `This report has no case called ${key}.`);
    return;
  }
  let detail;
  try {
    detail = await caseDetail(row);
  } catch (error) {
    showProblem(page, "This case cannot be read", `The file is damaged, or the browser is too old: ${error.message}`);
    return;
  }
  if (address().key !== key) return; // the reader opened another page while the piece was decompressed
  const client = detail.results[wanted] ? wanted : worstClient(row);
  const result = detail.results[client];
  document.title = `${detail.title || key} · ${client}`;
  fill(
    page,
    crumbs(row),
    heading(detail),
    promise(detail),
    choices(row, client),
    el(
      "div",
      { id: "result" },
      verdictLine(result, client),
      checkPanels(result, client),
      checkTable(result.checks),
      rerunCommand(detail, client, result),
      callSection(result),
      wireSection(result),
      outcomeSection(result),
      rerunSection(result, client),
      agreement(detail, client),
      wirePanel(detail, client),
    ),
  );
}

function showProblem(page, title, text) {
  fill(page, el("h1", { tabindex: -1 }, title), el("p", {}, visible(text)));
}

function crumbs(row) {
  const at = matrix.shown.indexOf(row);
  const step = (to, label) => {
    const other = at < 0 ? undefined : matrix.shown[at + to];
    return (
      other &&
      el("a", { href: caseLink(other.key, currentClient()), "data-step": to, rel: to < 0 ? "prev" : "next" }, label)
    );
  };
  return el(
    "nav",
    { class: "crumbs", "aria-label": "Cases" },
    el("a", { href: matrixAddress(), "data-back": true }, "← Matrix"),
    el("span", { class: "faint" }, at < 0 ? "" : `${at + 1} of ${matrix.shown.length} in the filter`),
    el("span", { class: "step" }, step(-1, "previous"), step(1, "next")),
  );
}

function heading(detail) {
  return [
    el("h1", { tabindex: -1 }, visible(detail.title || detail.key)),
    el("p", { class: "key" }, el("code", {}, visible(detail.key))),
  ];
}

function promise(detail) {
  const pair = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
  return el(
    "dl",
    { class: "promise" },
    detail.why ? pair("Why", visible(detail.why)) : null,
    detail.source.length
      ? pair(
          "Promised by",
          detail.source.flatMap((source, at) => [at ? ", " : "", el("code", {}, visible(source))]),
        )
      : null,
    pair("Level", detail.level, el("span", { class: "faint" }, ` · area ${visible(detail.area)}`)),
    detail.path ? pair("Case", el("code", {}, visible(detail.path))) : null,
  );
}

function choices(row, chosen) {
  return el(
    "ul",
    { class: "choices", "aria-label": "Clients" },
    index.clients.flatMap((client, column) =>
      row.verdicts[column] === null
        ? []
        : el(
            "li",
            {},
            el(
              "a",
              { href: caseLink(row.key, client), "aria-current": client === chosen ? "true" : null },
              client,
              pill(row.verdicts[column]),
            ),
          ),
    ),
  );
}

function verdictLine(result, client) {
  const info = index.about.clients[client] ?? {};
  return el(
    "div",
    {},
    el(
      "p",
      {},
      pill(result.verdict),
      result.flaky ? el("span", { class: "tag" }, "flaky") : null,
      " with ",
      el("strong", {}, client),
      el(
        "span",
        { class: "faint" },
        [
          info.package && `${info.package} ${info.version}`,
          info.runtime,
          result.duration_ms && `${result.duration_ms} ms`,
        ]
          .filter(Boolean)
          .map((text) => ` · ${visible(text)}`)
          .join(""),
      ),
    ),
    result.write_safety ? el("p", {}, "Write safety: ", el("strong", {}, visible(result.write_safety))) : null,
    result.history ? el("p", {}, "Releases: ", visible(result.history)) : null,
    result.decoding ? decodingLine(result.decoding) : null,
    result.reason ? el("p", { class: "block" }, visible(result.reason)) : null,
  );
}

function decodingLine({ rule, at, retention, kept, total }) {
  return el(
    "p",
    {},
    `Response changed by the rule ${rule}${at ? ` at ${visible(at)}` : ""}: `,
    el("strong", {}, retention.replaceAll("-", " ")),
    `, ${kept} of ${plural(total, "JSON path")} reached the caller`,
  );
}

function callSection(result) {
  const settings = result.client_settings;
  if (!result.calls?.length) return null;
  return section(
    "Calls",
    settings &&
      el("p", {}, "Client settings: ", el("code", {}, visible(JSON.stringify(JSON.parse(jsonText(settings)))))),
    result.calls.map((call) =>
      el(
        "div",
        { class: "panel" },
        el(
          "header",
          {},
          el("code", {}, visible(call.operation)),
          el("span", { class: "tag" }, `step ${visible(call.step)}`),
        ),
        el("div", { class: "inside" }, el("pre", {}, visible(jsonText(call.arguments ?? {})))),
      ),
    ),
  );
}

function wireSection(result) {
  return result.verdict === "not-applicable"
    ? null
    : section("Requests and responses", exchangePanels(result.exchanges));
}

function outcomeSection(result) {
  if (!result.outcomes?.length) return null;
  return section(
    "Outcomes",
    result.outcomes.map((outcome) => el("pre", { class: "block", tabindex: 0 }, visible(jsonText(outcome)))),
  );
}

function rerunSection(result, client) {
  const second = result.rerun;
  if (!second) return null;
  return section(
    "Rerun",
    el(
      "p",
      {},
      pill(second.verdict),
      result.flaky ? ` after ${result.verdict.replaceAll("-", " ")}: the result is flaky and stays red.` : " again.",
    ),
    checkPanels(second, client),
    checkTable(second.checks),
    exchangePanels(second.exchanges),
  );
}

/** Return the groups of clients that sent the same requests and reported the same outcome. */
function agreement(detail, client) {
  const groups = new Map();
  for (const [name, result] of Object.entries(detail.results)) {
    if (result.shape) groups.set(result.shape, [...(groups.get(result.shape) ?? []), name]);
  }
  if (!groups.size) return null;
  const ordered = [...groups.values()].sort((a, b) => b.length - a.length);
  const line = (names, at) =>
    el(
      "li",
      { class: `group-${Math.min(at, 4)}` },
      el("span", { class: "dot" }),
      names
        .map((name) => [
          name === client ? el("strong", {}, name) : el("span", {}, name),
          pill(detail.results[name].verdict),
        ])
        .flat(),
    );
  return section(
    "Which clients agree",
    el(
      "p",
      { class: "legend" },
      ordered.length === 1
        ? "All clients sent the same requests and reported the same outcome."
        : "The clients of one line sent the same requests and reported the same outcome.",
    ),
    el("ul", { class: "groups" }, ordered.map(line)),
  );
}

function rerunCommand(detail, client, result) {
  return section(
    "Run this case",
    el(
      "div",
      { class: "rerun" },
      el("pre", { class: "block" }, visible(result.command ?? "")),
      copyButton("Copy the command", () => result.command ?? ""),
      copyButton("Copy as a bug report", () => bugReport(detail, client, result)),
    ),
  );
}
