"use strict";
// The positional generation of TypeScript SDKs, on fetch: `sdk.resource.method(first, second, ..., options)`, answers as
// an envelope. The setting of an operation's name lists its arguments by wire name, in the order in which they are
// passed (`customers.get: companyId customerId`); an operation without one takes a request object.

const { readConfig, serve, theirs, unrepresentable, unsupported, decode } =
  require("../protocol/typescript/concordat-adapter.js");
const { look, methodOf, outcomeOf, requestOf } = require("../protocol/typescript/concordat-envelope.js");
const { wireNames } = require("./names.js");

function makeAdapter() {
  const config = readConfig();
  const sdk = require(config.module);
  const manifest = require(`${config.module}/package.json`);
  let names;
  let client;
  let timeout;

  /** What is passed before the options: an argument that the message leaves out is undefined, as in a caller's code. */
  function passed(operation, spec, given) {
    const order = config.settings[operation]?.split(" ");
    if (order === undefined) return [requestOf(spec, given)];
    const stray = Object.keys(given).find((name) => !order.includes(name));
    if (stray !== undefined) throw unrepresentable(stray);
    return order.map((name) => (Object.hasOwn(given, name) ? decode(given[name], name) : undefined));
  }

  return {
    hello: {
      style: config.style,
      package: manifest.name,
      version: manifest.version,
      operations: Object.keys(config.operations),
      modes: ["sync"],
      features: ["cancel", "timeout", "retries", "undefined"],
    },

    async open(message) {
      const settings = { serverURL: message.serverUrl };
      if (message.auth !== null) settings.authHeader = message.auth;
      const retryConfig = retryPolicy(message.retries);
      if (retryConfig !== undefined) settings.retryConfig = retryConfig;
      timeout = message.timeout;
      client = await theirs("build", () => new sdk[config.class](settings));
    },

    async call(message, signal) {
      if (client === undefined) throw new Error("call before open");
      if (!Object.hasOwn(config.operations, message.operation)) throw unsupported(message.operation);
      const spec = config.operations[message.operation];
      const method = methodOf(client, spec.call);
      if (method === undefined) throw unsupported(message.operation);
      const given = passed(message.operation, spec, message.arguments);
      const options = { fetchOptions: { signal: limited(signal, timeout) } };
      const response = await theirs("call", () => method(...given, options), look);
      names ??= wireNames(responseSchemas(config.module));
      return outcomeOf(spec, await drained(response), names(response));
    },

    close() {
      client = undefined;
    },
  };
}

/** The schemas by which the SDK reads its responses; none where the package does not export them. */
function responseSchemas(module) {
  let operations;
  try {
    operations = require(`${module}/sdk/models/operations`);
  } catch (missing) {
    if (missing.code !== "MODULE_NOT_FOUND" && missing.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw missing;
    return [];
  }
  const found = Object.entries(operations).filter(([name]) => name.endsWith("Response$"));
  return found.map(([, space]) => space.inboundSchema).filter((schema) => schema !== undefined);
}

/** The SDK's own retry policy, a plain object; undefined leaves the one it comes with. */
function retryPolicy(retries) {
  if (retries === "default") return undefined;
  if (retries === "none") return { strategy: "none" };
  const { retryConnectionErrors, ...backoff } = retries;
  return { strategy: "backoff", backoff, retryConnectionErrors };
}

/** This generation has no time limit of its own: a caller passes a signal that gives up after `timeout` ms. */
const limited = (signal, timeout) =>
  typeof timeout === "number" ? AbortSignal.any([signal, AbortSignal.timeout(timeout)]) : signal;

/** The envelope with its streams read to their ends, as a caller must to see the bytes. */
async function drained(response) {
  const streams = Object.entries(response ?? {}).filter(([name, value]) => name !== "rawResponse" && isStream(value));
  const read = {};
  for (const [name, stream] of streams) {
    const chunks = [];
    await theirs("read", async () => {
      for await (const chunk of stream) chunks.push(chunk);
    });
    read[name] = new Uint8Array(Buffer.concat(chunks));
  }
  return streams.length === 0 ? response : { ...response, ...read };
}

const isStream = (value) => typeof value?.getReader === "function" || typeof value?.pipe === "function";

serve(makeAdapter);
