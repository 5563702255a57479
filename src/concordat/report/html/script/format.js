// Values and bytes as readable text. Numbers keep their digits; invisible characters become escapes.

const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Return text with escapes for invisible characters and for those that change the text direction. */
const visible = (text) =>
  String(text).replace(INVISIBLE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Return a JSON value as indented text; `sorted` sorts members by name, for a comparison. */
function jsonText(value, sorted = false, indent = "") {
  if (value instanceof ExactNumber) return value.text;
  if (value === undefined) return "";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (!value.length) return "[]";
    return `[\n${value.map((item) => deeper + jsonText(item, sorted, deeper)).join(",\n")}\n${indent}]`;
  }
  const names = Object.keys(value);
  if (sorted) names.sort();
  if (!names.length) return "{}";
  const members = names.map((name) => `${deeper}${JSON.stringify(name)}: ${jsonText(value[name], sorted, deeper)}`);
  return `{\n${members.join(",\n")}\n${indent}}`;
}

/** Return a body as readable text. JSON is indented token by token, which keeps repeated names, order and numbers. */
function formatted(text) {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let shown = "";
  let indent = "\n";
  tokens.forEach((token, at) => {
    if ((token === "{" || token === "[") && (tokens[at + 1] === "}" || tokens[at + 1] === "]")) shown += token;
    else if (token === "{" || token === "[") shown += token + (indent += "  ");
    else if ((token === "}" || token === "]") && (tokens[at - 1] === "{" || tokens[at - 1] === "[")) shown += token;
    else if (token === "}" || token === "]") shown += (indent = indent.slice(0, -2)) + token;
    else if (token === ",") shown += token + indent;
    else if (token === ":") shown += ": ";
    else shown += token;
  });
  return shown;
}

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Return bytes as lines of `offset  hex  text`, sixteen bytes a line. */
function hexDump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = [...bytes.subarray(at, at + 16)];
    const hex = part
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(" ")
      .padEnd(47);
    const text = part.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex}  ${text}`);
  }
  return lines.join("\n");
}

const plural = (count, noun, many = `${noun}s`) => `${count.toLocaleString("en")} ${count === 1 ? noun : many}`;
const seconds = (time) => `${(time * 1000).toFixed(1)} ms`;
