// The difference between the requests of two clients, as one list of lines.

/** Headers that differ between any two clients, so that the panel omits them unless asked. */
const UNCOMPARED = new Set([
  "host",
  "date",
  "user-agent",
  "connection",
  "accept-encoding",
  "content-length",
  "keep-alive",
  "traceparent",
  "accept-language",
  "sec-fetch-mode",
  "x-rate-limit-remaining",
  "x-rate-limit-reset",
]);

/** Return a request line as lines: the path as sent, then each decoded pair of its query, sorted by name. */
function targetLines(line) {
  const [method, target = "", ...rest] = line.split(" ");
  const [path, query = ""] = target.split(/\?(.*)/s);
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `    ?${name} = ${value}`).sort();
  return [[method, path, ...rest].join(" "), ...pairs];
}

function messageLines(message, every) {
  const headers = message.headers ?? [];
  return [
    ...targetLines(message.line),
    ...headers
      .map(([name, value]) => [name.toLowerCase(), value])
      .filter(([name]) => every || !UNCOMPARED.has(name))
      .map(([name, value]) => `${name}: ${value}`)
      .sort(),
    ...bodyLines(message),
  ];
}

function bodyLines(message) {
  if (message.body_file) return ["", `(${message.body_file})`];
  if (message.body_base64) return ["", ...hexDump(bytesOf(message.body_base64)).split("\n")];
  if (!message.body) return [];
  try {
    return ["", ...jsonText(parseExact(message.body), true).split("\n")];
  } catch {
    return ["", ...message.body.split("\n")];
  }
}

/** Return all exchanges of a result as lines. */
function wireLines(result, every, answers) {
  const exchanges = result?.exchanges ?? [];
  if (!exchanges.length) return ["(no recorded request)"];
  return exchanges.flatMap((exchange) => [
    `#${exchange.number}${exchange.step ? ` ${exchange.step}` : ""}`,
    ...(exchange.request ? messageLines(exchange.request, every) : ["(bytes that are not an HTTP request)"]),
    ...(answers && exchange.response ? ["", ...messageLines(exchange.response, every)] : []),
    ...(exchange.ending && exchange.ending !== "complete" ? [`(${exchange.ending})`] : []),
    "",
  ]);
}

/** Return the panel that compares two clients; the reader can choose both. Null with fewer than two. */
function wirePanel(detail, first) {
  const clients = Object.keys(detail.results).filter((client) => detail.results[client].exchanges?.length);
  if (clients.length < 2) return null;
  const own = clients.includes(first) ? first : clients[0];
  const other =
    clients.find((client) => client !== own && detail.results[client].shape !== detail.results[own].shape) ??
    clients.find((client) => client !== own);
  const choose = (label, chosen) => {
    const select = el(
      "select",
      {},
      clients.map((client) => el("option", { selected: client === chosen }, client)),
    );
    return [select, el("label", {}, `${label} `, select)];
  };
  const [left, leftLabel] = choose("−", own);
  const [right, rightLabel] = choose("+", other);
  const every = el("input", { type: "checkbox" });
  const answers = el("input", { type: "checkbox" });
  const place = el("div", { "aria-live": "polite" });
  const show = () => {
    const sides = [left, right].map((side) => wireLines(detail.results[side.value], every.checked, answers.checked));
    const same = sides[0].join("\n") === sides[1].join("\n");
    fill(place, same ? el("p", { class: "faint" }, "No difference.") : diffElement(...sides));
  };
  for (const field of [left, right, every, answers]) field.addEventListener("change", show);
  show();
  return section(
    "Wire difference",
    el(
      "div",
      { class: "tools-row" },
      leftLabel,
      rightLabel,
      el("label", {}, every, "every header"),
      el("label", {}, answers, "responses too"),
    ),
    place,
  );
}
