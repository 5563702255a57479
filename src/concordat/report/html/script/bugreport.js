// A result as a bug report in Markdown, which the SDK's maintainer can use without this page.

/** Return text in a code fence that is longer than every run of backticks inside. */
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

/** Return the report: the expected behaviour, its sources, the calls, the failed checks, the messages, the versions. */
function bugReport(detail, client, result) {
  const info = index.about.clients[client] ?? {};
  const checks = (result.checks ?? []).filter((check) => PANEL_VERDICTS.has(check.verdict));
  const cause = index.about.causes[client]?.[checks.find((check) => check.cause)?.cause];
  const agreeing = Object.keys(detail.results).filter((other) => other !== client && passes(detail.results[other]));
  const platform = [info.language, info.runtime].filter(Boolean).join(", ");
  const found = `Found by Concordat ${index.about.concordat} on ${index.about.started.slice(0, 10)}`;
  const parts = [
    `# ${detail.title || detail.key}`,
    `${info.package ?? client} ${info.version ?? ""}${platform && ` (${platform})`}, target ${index.about.target}`,
    "## Expected behaviour",
    [detail.why, ...detail.source.map((source) => `- \`${source}\` (${detail.level})`)].filter(Boolean).join("\n\n"),
    cause?.reason ? `## Known cause\n\n${cause.reason}` : null,
    "## Calls",
    cause?.smallest ? `Smallest: ${cause.smallest}` : null,
    ...(result.calls ?? []).map((call) => `\`${call.operation}\`\n\n${fenced(jsonText(call.arguments ?? {}), "json")}`),
    result.client_settings ? `Client settings:\n\n${fenced(jsonText(result.client_settings), "json")}` : null,
    "## Result",
    result.reason,
    ...checks.map((check) =>
      [
        `**${check.id}**${check.pointer ? ` at \`${check.pointer}\`` : ""}${check.message ? `: ${check.message}` : ""}`,
        `Expected:\n\n${fenced(jsonText(check.expected ?? null), "json")}`,
        `Observed:\n\n${fenced(jsonText(check.observed ?? null), "json")}`,
      ].join("\n\n"),
    ),
    ...(result.outcomes ?? []).map((outcome) => `Outcome:\n\n${fenced(jsonText(outcome), "json")}`),
    result.history ? `Releases: ${result.history}` : null,
    "## Requests and responses",
    ...(result.exchanges ?? []).flatMap((exchange) => [
      exchange.request
        ? fenced(rawMessage(exchange.request), "http")
        : fenced(hexDump(bytesOf(exchange.unparsable_base64 ?? ""))),
      exchange.response ? fenced(rawMessage(exchange.response), "http") : `No response (${exchange.ending ?? "open"}).`,
    ]),
    (result.exchanges ?? []).length ? null : "No request was recorded.",
    agreeing.length ? `Clients that pass: ${agreeing.join(", ")}.` : null,
    `${found}; to run this case:\n\n${fenced(result.command ?? "", "console")}`,
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

const passes = (result) => result.verdict === "pass";
