"use strict";
// The adapter protocol for programs on Node.js: it reads messages and writes answers, one JSON object per line, over
// the two descriptors in CONCORDAT_FDS. It reports observations without verdicts, and uses only Node's library.
//
//   serve(() => ({hello, open(message), call(message, signal), close(), describe?()}))
//
// `hello` describes the adapter; `open` and `close` may be asynchronous; `call` returns an outcome. `theirs` converts
// errors of the SDK into outcomes; every other error is a fault of the adapter: `failed`.

const { readFileSync } = require("node:fs");
const { Socket } = require("node:net");
const values = require("./concordat-values.js");

const { Shown, className, decode, render, showError, tooMuch, unrepresentable, unsupported, withStatus } = values;

const PROTOCOL = 2;
const MAX_LINE = 32 * 1024 * 1024;
const MAX_DETAIL = 8000;

/** Returns the program's CONFIG.json. */
const readConfig = () => JSON.parse(readFileSync(process.argv[2], "utf8"));

/**
 * Runs code of the SDK; its error becomes an outcome of `phase`.
 * `errorParts(error)` returns {statuses, body, fields}, the parts of the SDK's errors beside class and message.
 * `statuses` are the candidates for the HTTP status, best first.
 */
async function theirs(phase, act, errorParts = () => ({})) {
  try {
    return await act();
  } catch (error) {
    const { statuses = [], ...parts } = errorParts(error);
    throw new Shown({ phase, ended: "raised", error: withStatus({ ...showError(error), ...parts }, statuses) });
  }
}

/** Calls `take` for each line of a socket. */
function eachLine(socket, take) {
  let parts = [];
  socket.on("data", (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      start = end + 1;
      const line = Buffer.concat(parts).toString("utf8");
      parts = [];
      take(line);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  });
}

/** Sends `hello`, handles messages until `shutdown` or the end of the input, and then ends the process. */
function serve(make) {
  const [input, output] = process.env.CONCORDAT_FDS.split(",").map(Number);
  const messages = new Socket({ fd: input, readable: true, writable: false });
  const answers = new Socket({ fd: output, readable: false, writable: true });
  const calls = new Map();
  let ready = Promise.resolve();
  let adapter;

  const report = (message) => answers.write(`${JSON.stringify(message)}\n`);
  const leave = (code) => answers.end(() => process.exit(code));
  const failed = (id, fault) => {
    const detail = String(fault?.stack ?? "").slice(0, MAX_DETAIL).toWellFormed();
    report({ type: "failed", id, message: showError(fault).message, detail });
  };

  const outcome = (id, shown) => {
    try {
      const line = JSON.stringify({ type: "outcome", id, outcome: shown });
      if (Buffer.byteLength(line) >= MAX_LINE) throw new RangeError("a line over 32 MiB");
      answers.write(`${line}\n`);
    } catch (fault) {
      if (!(fault instanceof RangeError)) throw fault;
      report({ type: "outcome", id, outcome: tooMuch(fault.message).outcome });
    }
  };

  const answer = async (id, act, done) => {
    try {
      done(await act());
    } catch (fault) {
      if (fault instanceof Shown) outcome(id, fault.outcome);
      else failed(id, fault);
    }
  };

  const call = async (message) => {
    const controller = new AbortController();
    calls.set(message.id, controller);
    const act = async () => {
      try {
        return await adapter.call(message, controller.signal);
      } catch (fault) {
        const gaveUp = fault instanceof Shown && fault.outcome.ended === "raised" && controller.signal.aborted;
        if (gaveUp) fault.outcome.ended = "cancelled";
        throw fault;
      }
    };
    await ready;
    await answer(message.id, act, (shown) => outcome(message.id, shown));
    calls.delete(message.id);
  };

  const describe = () => {
    if (adapter.describe === undefined) throw unsupported("this style does not introspect its package");
    return adapter.describe();
  };

  const handle = (message) => {
    const done = () => report({ type: "done", id: message.id });
    switch (message.type) {
      case "open":
        ready = ready.then(() => answer(message.id, () => adapter.open(message), done));
        break;
      case "close":
        ready = ready.then(() => answer(message.id, () => adapter.close(), done));
        break;
      case "call":
        call(message);
        break;
      case "describe":
        ready.then(() => answer(message.id, describe, (found) => report({ type: "public-api", id: message.id, ...found })));
        break;
      case "cancel":
        calls.get(message.id)?.abort();
        break;
      case "shutdown":
        leave(0);
        break;
      default:
        failed(message.id ?? null, new Error(`unknown message ${message.type}`));
    }
  };

  try {
    adapter = make();
  } catch (fault) {
    failed(null, fault);
    leave(1);
    return;
  }
  const runtime = `node ${process.versions.node}`;
  report({ type: "hello", protocol: PROTOCOL, language: "typescript", runtime, ...adapter.hello });
  messages.on("end", () => process.exit(0));
  messages.on("error", () => process.exit(0));
  answers.on("error", () => process.exit(0));
  eachLine(messages, (line) => {
    try {
      handle(JSON.parse(line));
    } catch (fault) {
      failed(null, fault);
    }
  });
}

module.exports = { className, decode, readConfig, render, serve, showError, theirs, unrepresentable, unsupported };
