"use strict";
// The adapter of the positional generation of TypeScript SDKs, on fetch: `sdk.resource.method(first, second, ...,
// options)`, results as an envelope. An operation's setting lists the wire names of its arguments in the order of the
// method's parameters (`customers.get: companyId customerId`); without it, the method takes a request object.

const { readConfig, serve, theirs, unrepresentable, unsupported, decode } =
  require("../protocol/typescript/concordat-adapter.js");
const { errorParts, methodOf, outcomeOf, requestOf } = require("../protocol/typescript/concordat-envelope.js");
const { wireNames } = require("./names.js");

function makeAdapter() {
  const config = readConfig();
  const sdk = require(config.module);
  const manifest = require(`${config.module}/package.json`);
  let names;
  let client;
  let timeout;

  /** Returns the arguments before the options; an argument that is not in the message is undefined. */
  function passed(operation, spec, given) {
    const order = config.settings[operation]?.split(" ");
    if (order === undefined) return [requestOf(spec, given)];
    const unknown = Object.keys(given).find((name) => !order.includes(name));
    if (unknown !== undefined) throw unrepresentable(unknown);
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
      const response = await theirs("call", () => method(...given, options), errorParts);
      names ??= wireNames(responseSchemas(config.module));
      return outcomeOf(spec, await drained(response), names(response));
    },

    close() {
      client = undefined;
    },
  };
}

/** Returns the schemas of the SDK's responses, none if the package does not export them. */
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

/** Returns the SDK's retry policy, a plain object; undefined means the SDK's default. */
function retryPolicy(retries) {
  if (retries === "default") return undefined;
  if (retries === "none") return { strategy: "none" };
  const { retryConnectionErrors, ...backoff } = retries;
  return { strategy: "backoff", backoff, retryConnectionErrors };
}

/** Returns a signal that aborts after `timeout` ms: this generation has no timeout of its own. */
const limited = (signal, timeout) =>
  typeof timeout === "number" ? AbortSignal.any([signal, AbortSignal.timeout(timeout)]) : signal;

/** Returns the envelope with the contents of its streams, which a caller must read too. */
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
