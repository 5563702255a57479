// The data of the page. The index is parsed at once, a piece of the cases when the reader opens one of its cases.

const index = JSON.parse(byId("index").textContent);
const RED = new Set(["fail", "unexpected-pass", "harness-error"]);
const opened = new Map();

/** A number whose text a double does not keep: `1.0`, or more digits than a double has. */
class ExactNumber {
  constructor(text) {
    this.text = text;
  }
  valueOf() {
    return Number(this.text);
  }
  toString() {
    return this.text;
  }
}

/** Parse JSON and keep the text of its numbers, in browsers that have `context.source`. */
function parseExact(text) {
  return JSON.parse(text, (_key, value, context) =>
    typeof value === "number" && context?.source !== undefined && context.source !== String(value)
      ? new ExactNumber(context.source)
      : value,
  );
}

/** The rows of the matrix as objects. */
const rows = index.cases.map(([key, title, area, level, piece, place, verdicts, notes], number) => ({
  key,
  title,
  area,
  level,
  piece,
  place,
  number,
  verdicts: verdicts.map((verdict) => (verdict < 0 ? null : index.verdicts[verdict])),
  notes: notes.map((note) => (note < 0 ? "" : index.notes[note].toLowerCase())),
  text: `${key} ${title}`.toLowerCase(),
}));
const rowByKey = new Map(rows.map((row) => [row.key, row]));

async function inflate(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream).text();
}

/** Return the details of one case, with `results` by client. */
async function caseDetail(row) {
  if (!opened.has(row.piece)) {
    opened.set(row.piece, inflate(byId(`piece-${row.piece}`).textContent).then(parseExact));
  }
  return (await opened.get(row.piece))[row.place];
}
