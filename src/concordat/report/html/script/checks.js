// The checks of a result, each with its expected and its observed value.

/** The verdicts of the checks that get a panel. */
const PANEL_VERDICTS = new Set(["fail", "unexpected-pass", "harness-error", "target", "known-failure", "observation"]);

/** Return a panel for each check that failed or was observed, with the reason from the ledger. */
function checkPanels(result, client) {
  const checks = (result.checks ?? []).filter((check) => PANEL_VERDICTS.has(check.verdict));
  return checks.map((check) =>
    el(
      "div",
      { class: `panel v-${check.verdict}` },
      el(
        "header",
        {},
        el("code", {}, visible(check.id)),
        pill(check.verdict),
        check.pointer ? el("span", {}, "at ", el("code", {}, visible(check.pointer))) : null,
        check.level ? el("span", { class: "tag" }, check.level) : null,
        check.exchange
          ? el(
              "a",
              { href: `#exchange-${check.exchange}`, class: "faint", "data-jump": true },
              `exchange ${check.exchange}`,
            )
          : null,
      ),
      el(
        "div",
        { class: "inside" },
        check.message ? el("p", {}, visible(check.message)) : null,
        check.verdict === "unexpected-pass"
          ? null
          : el(
              "div",
              { class: "sides" },
              side("expected (case)", check.expected),
              side("observed (client)", check.observed),
            ),
        check.cause ? causeElement(check.cause, client) : null,
      ),
    ),
  );
}

function side(label, value) {
  return el(
    "div",
    { class: "side" },
    el("p", {}, label),
    el("pre", { tabindex: 0 }, value === undefined || value === null ? "nothing" : visible(jsonText(value))),
  );
}

/** Return the cause from the client's ledger: its id, its reason and its details. */
function causeElement(id, client) {
  const cause = index.about.causes[client]?.[id];
  const more = cause
    ? [
        cause.smallest ? el("p", {}, el("span", { class: "faint" }, "Smallest: "), visible(cause.smallest)) : null,
        el(
          "p",
          { class: "faint" },
          [
            cause.source && `source ${cause.source}`,
            cause.versions && `versions ${cause.versions}`,
            cause.review_by && `review by ${cause.review_by}`,
          ]
            .filter(Boolean)
            .map(visible)
            .join(" · "),
        ),
      ]
    : [];
  return el(
    "div",
    { class: "cause" },
    el(
      "p",
      {},
      "Known: ",
      el("a", { href: `#matrix?client=${encodeURIComponent(client)}&text=${encodeURIComponent(id)}` }, visible(id)),
    ),
    cause?.reason ? el("p", {}, visible(cause.reason)) : null,
    more,
  );
}

/** Return a folded table of all checks. */
function checkTable(checks) {
  if (!checks?.length) return null;
  const line = (check) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, el("code", {}, visible(check.id))),
      el("td", {}, pill(check.verdict)),
      el(
        "td",
        {},
        check.message
          ? visible(check.message)
          : check.observed === undefined || check.observed === null
            ? ""
            : el("pre", {}, visible(jsonText(check.observed))),
      ),
    );
  const passed = checks.filter((check) => check.verdict === "pass").length;
  return el(
    "details",
    { class: "more" },
    el("summary", {}, `All ${plural(checks.length, "check")}, ${passed} passed`),
    el("div", { class: "scroll" }, el("table", { class: "checks" }, el("tbody", {}, checks.map(line)))),
  );
}
