// Requests and responses as sent, with formatted bodies; a button shows a body's bytes.

/** Return a section of the case page with its heading and content. */
function section(title, ...children) {
  return el("section", {}, el("h2", {}, title), ...children);
}

function exchangePanels(exchanges) {
  if (!exchanges?.length) return [el("p", {}, "No request was recorded.")];
  return exchanges.map((exchange) => {
    const facts = [
      exchange.ending && exchange.ending !== "complete" ? exchange.ending : null,
      exchange.straggler ? "after the end of the case" : null,
      exchange.finished === undefined
        ? null
        : `${seconds(exchange.finished - (exchange.started ?? 0))}, ${seconds(exchange.started ?? 0)} into the case`,
    ].filter(Boolean);
    return el(
      "div",
      { class: "panel", id: `exchange-${exchange.number}` },
      el(
        "header",
        {},
        el("code", {}, `#${exchange.number}`),
        el("span", {}, visible(exchange.operation ?? "not an operation of the contract")),
        exchange.step ? el("span", { class: "tag" }, `step ${visible(exchange.step)}`) : null,
        (exchange.faults ?? []).map((fault) => el("span", { class: "tag mark-fault" }, `fault ${visible(fault)}`)),
        el("span", { class: "faint" }, facts.join(", ")),
      ),
      el(
        "div",
        { class: "inside" },
        (exchange.problems ?? []).map((problem) =>
          el("p", { class: "problem" }, `against the contract: ${visible(problem)}`),
        ),
        el(
          "div",
          { class: "wire sides" },
          exchange.request ? messageElement("Request", exchange.request) : unparsable(exchange),
          exchange.response
            ? messageElement("Response", exchange.response)
            : el("div", { class: "side" }, el("h4", {}, "Response"), el("p", {}, "None.")),
        ),
      ),
    );
  });
}

function unparsable(exchange) {
  return el(
    "div",
    { class: "side" },
    el("h4", {}, "Bytes that are not an HTTP request"),
    el("pre", { tabindex: 0 }, hexDump(bytesOf(exchange.unparsable_base64 ?? ""))),
  );
}

/** Return one message. Its button switches between the formatted body and its bytes. */
function messageElement(name, message) {
  const body = bodyText(message);
  const bytes = body === null || message.body_file ? null : bodyBytes(message);
  const shown = el("code", {}, body === null ? "" : `\n${visible(body)}`);
  const button = bytes && el("button", { type: "button", "aria-pressed": "false" }, "bytes");
  button?.addEventListener("click", () => {
    const raw = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(raw));
    button.textContent = raw ? "formatted" : "bytes";
    shown.textContent = `\n${raw ? hexDump(bytes) : visible(body)}`;
  });
  return el(
    "div",
    { class: "side" },
    el("h4", {}, name, bytes ? el("span", {}, plural(bytes.length, "byte")) : null, button),
    el(
      "pre",
      { tabindex: 0 },
      el("span", { class: "start" }, visible(message.line)),
      "\n",
      (message.headers ?? []).flatMap(([key, value]) => [
        el("span", { class: "name" }, visible(key)),
        `: ${visible(value)}\n`,
      ]),
      shown,
    ),
  );
}

function bodyText(message) {
  if (message.body_file) return `The body is beside the report: ${message.body_file}`;
  if (message.body_base64) return hexDump(bytesOf(message.body_base64));
  return message.body ? formatted(message.body) : null;
}

function bodyBytes(message) {
  return message.body_base64 ? bytesOf(message.body_base64) : new TextEncoder().encode(message.body);
}
