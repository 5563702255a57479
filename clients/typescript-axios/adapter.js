"use strict";
// The adapter of the axios generation of TypeScript SDKs: one client class, operations as
// `sdk.resource.method(request, retries, config)`, results as an envelope of statusCode, contentType, rawResponse and
// one further attribute with a value.

const { createRequire } = require("node:module");
const { readConfig, serve, theirs, unsupported } = require("../protocol/typescript/concordat-adapter.js");
const { errorParts, methodOf, outcomeOf, requestOf } = require("../protocol/typescript/concordat-envelope.js");
const { describePublicApi } = require("./public-api.js");

function makeAdapter() {
  const config = readConfig();
  const sdk = require(config.module);
  const utils = require(`${config.module}/dist/internal/utils`);
  const models = {
    operations: require(`${config.module}/dist/sdk/models/operations`),
    shared: require(`${config.module}/dist/sdk/models/shared`),
  };
  const manifest = require(`${config.module}/package.json`);
  const { names, decoded } = wireNames(config.module, manifest);
  let client;
  let timeout;

  /** Returns the SDK's retry policy; undefined means the SDK's default. */
  function retryPolicy(retries) {
    if (retries === "default") return undefined;
    if (retries === "none") return new utils.RetryConfig("none");
    const { initialInterval, maxInterval, exponent, maxElapsedTime, retryConnectionErrors } = retries;
    const backoff = new utils.BackoffStrategy(initialInterval, maxInterval, exponent, maxElapsedTime);
    return new utils.RetryConfig("backoff", backoff, retryConnectionErrors);
  }

  /** Returns the properties that the request's class declares, undefined for an unknown class. */
  function declared(className) {
    if (className === null) return undefined;
    const [space, name] = className.includes(".") ? className.split(".") : ["operations", className];
    const properties = models[space]?.[name]?.prototype?.__props__;
    return properties && new Set(properties.map((property) => property.key));
  }

  return {
    hello: {
      style: config.style,
      package: manifest.name,
      version: manifest.version,
      operations: Object.keys(config.operations),
      modes: ["sync"],
      features: ["cancel", "timeout", "retries", "undefined", "describe"],
    },

    async open(message) {
      const settings = { serverURL: message.serverUrl };
      if (message.auth !== null) settings.security = { authHeader: message.auth };
      const retryConfig = retryPolicy(message.retries);
      if (retryConfig !== undefined) settings.retryConfig = retryConfig;
      timeout = typeof message.timeout === "number" ? { timeout: message.timeout } : {};
      client = await theirs("build", () => new sdk[config.class](settings));
    },

    async call(message, signal) {
      if (client === undefined) throw new Error("call before open");
      if (!Object.hasOwn(config.operations, message.operation)) throw unsupported(message.operation);
      const spec = config.operations[message.operation];
      const method = methodOf(client, spec.call);
      if (method === undefined) throw unsupported(message.operation);
      const request = requestOf(spec, message.arguments, declared(spec.request));
      const partsOf = (error) => errorParts(error, decoded, names);
      const response = await theirs("call", () => method(request, undefined, { ...timeout, signal }), partsOf);
      return outcomeOf(spec, response, names);
    },

    describe: () => describePublicApi(config, sdk, models),

    close() {
      client = undefined;
    },
  };
}

/**
 * Returns functions on the SDK's table of names: models declare a property with another wire name (`links` for `_links`)
 * to class-transformer. `names` returns the wire names of an object's declared properties, `decoded` the declared
 * properties of an error, undefined if its class declares none.
 */
function wireNames(module, manifest) {
  if (!Object.hasOwn(manifest.dependencies ?? {}, "class-transformer")) return { names: undefined, decoded: undefined };
  const theirRequire = createRequire(require.resolve(`${module}/package.json`));
  const storage = theirRequire("class-transformer/cjs/storage").defaultMetadataStorage;
  const tables = new Map();
  const tableOf = (object) => {
    const type = Object.getPrototypeOf(Object(object))?.constructor;
    if (typeof type !== "function") return undefined;
    if (!tables.has(type)) {
      const exposed = storage.getExposedMetadatas(type);
      tables.set(type, new Map(exposed.map(({ propertyName, options }) => [propertyName, options.name ?? propertyName])));
    }
    return tables.get(type);
  };
  const decoded = (error) => {
    const table = [...(tableOf(error) ?? [])];
    return table.length === 0 ? undefined : Object.fromEntries(table.map(([name, wire]) => [wire, error[name]]));
  };
  return { names: tableOf, decoded };
}

serve(makeAdapter);
