// A result as a bug report in Markdown: enough for the SDK's maintainer, without this page.

/** A fence that nothing inside can end. */
function fenced(text, language = "") {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function rawMessage(message) {
  const head = [message.line, ...(message.headers ?? []).map(([name, value]) => `${name}: ${value}`)];
  const body = message.body_base64
    ? hexDump(bytesOf(message.body_base64))
    : message.body_file
      ? `(${message.body_file})`
      : message.body;
  return visible([...head, ...(body ? ["", body] : [])].join("\n"));
}

/** What was promised and where, what happened, the smallest input, the bytes, the versions. */
function bugReport(detail, client, result) {
  const told = index.about.clients[client] ?? {};
  const checks = (result.checks ?? []).filter((check) => TELLING.has(check.verdict));
  const cause = index.about.causes[client]?.[checks.find((check) => check.cause)?.cause];
  const agreeing = Object.keys(detail.results).filter((other) => other !== client && passes(detail.results[other]));
  const made = [told.language, told.runtime].filter(Boolean).join(", ");
  const found = `Found by Concordat ${index.about.concordat} on ${index.about.started.slice(0, 10)}`;
  const parts = [
    `# ${detail.title || detail.key}`,
    `${told.package ?? client} ${told.version ?? ""}${made && ` (${made})`}, target ${index.about.target}`,
    "## What is promised",
    [detail.why, ...detail.source.map((source) => `- \`${source}\` (${detail.level})`)].filter(Boolean).join("\n\n"),
    cause?.reason ? `## What is known of it\n\n${cause.reason}` : null,
    "## What was called",
    cause?.smallest ? `Smallest: ${cause.smallest}` : null,
    ...(result.calls ?? []).map((call) => `\`${call.operation}\`\n\n${fenced(written(call.arguments ?? {}), "json")}`),
    result.client_settings ? `The client was built with\n\n${fenced(written(result.client_settings), "json")}` : null,
    "## What happened",
    result.reason,
    ...checks.map((check) =>
      [
        `**${check.id}**${check.pointer ? ` at \`${check.pointer}\`` : ""}${check.message ? `: ${check.message}` : ""}`,
        `Expected:\n\n${fenced(written(check.expected ?? null), "json")}`,
        `Observed:\n\n${fenced(written(check.observed ?? null), "json")}`,
      ].join("\n\n"),
    ),
    ...(result.outcomes ?? []).map((outcome) => `The caller saw\n\n${fenced(written(outcome), "json")}`),
    result.history ? `Releases: ${result.history}` : null,
    "## On the wire",
    ...(result.exchanges ?? []).flatMap((exchange) => [
      exchange.request
        ? fenced(rawMessage(exchange.request), "http")
        : fenced(hexDump(bytesOf(exchange.unparsable_base64 ?? ""))),
      exchange.response ? fenced(rawMessage(exchange.response), "http") : `No answer (${exchange.ending ?? "open"}).`,
    ]),
    (result.exchanges ?? []).length ? null : "No request is on record.",
    agreeing.length ? `Clients that keep the promise: ${agreeing.join(", ")}.` : null,
    `${found}; run it again:\n\n${fenced(result.command ?? "", "console")}`,
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

const passes = (result) => result.verdict === "pass";
