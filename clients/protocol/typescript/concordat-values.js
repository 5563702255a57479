"use strict";
// Conversion of values between the adapter protocol and JavaScript, in both directions.

const MAX_MESSAGE = 2000;
const MAX_CHAIN = 8;

/** Throws an outcome out of nested code to the function that reports it. */
class Shown extends Error {
  constructor(outcome) {
    super(outcome.ended);
    this.outcome = outcome;
  }
}

/** The SDK lacks the operation. */
const unsupported = (detail) => new Shown({ phase: "build", ended: "unsupported", detail });

/** The SDK's interface cannot represent the argument whose wire name is `detail`. */
const unrepresentable = (detail) => new Shown({ phase: "build", ended: "unrepresentable", detail });

/** Returns the class, the causes (outermost first) and the shortened message of a thrown value. */
function showError(error) {
  const chain = [];
  for (let cause = error?.cause; !isNothing(cause) && chain.length < MAX_CHAIN; cause = cause.cause) {
    chain.push(className(cause));
  }
  const message = error instanceof Error ? error.message : error;
  return { class: className(error), chain, message: String(message).slice(0, MAX_MESSAGE).toWellFormed() };
}

/**
 * Returns the error with its status: the HTTP status if the caller can read one, or else the `statusCode` of the
 * decoded body. `statuses` are the candidates for the HTTP status, best first.
 */
function withStatus(error, statuses) {
  const decoded = Object.entries(error.fields ?? {}).filter(([name]) => /^status_?code$/i.test(name));
  const status = [...statuses, ...decoded.map(([, value]) => value)].find(isStatus);
  return status === undefined ? error : { ...error, status };
}

/** Returns whether HTTP defines the number as a status; an SDK uses 0 or -1 for no status. */
const isStatus = (number) => Number.isInteger(number) && number >= 100 && number <= 599;

/** Returns the name of a value's class, from its prototype because data may have a key `constructor`. */
const className = (value) =>
  isNothing(value) ? String(value) : (Object.getPrototypeOf(Object(value))?.constructor?.name ?? "Object");

const isNothing = (value) => value === null || value === undefined;

/** Returns the value of the argument `name`: tags become values, a doubled `$` becomes one. */
function decode(value, name) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => decode(item, name));
  const keys = Object.keys(value);
  if (keys.length === 1 && Object.hasOwn(TAGS, keys[0])) return TAGS[keys[0]](value[keys[0]], name);
  return Object.fromEntries(keys.map((key) => [plainKey(key), decode(value[key], name)]));
}

const TAGS = {
  $undefined: () => undefined,
  $bytes: (text) => new Uint8Array(Buffer.from(text, "base64")),
  $utf16: (units) => units.map((unit) => String.fromCharCode(unit)).join(""),
  $number: (text, name) => {
    const double = Number(text);
    if (Number.isFinite(double) && !sameDecimal(text, String(double))) throw unrepresentable(name);
    return double;
  },
  $object: (text, name) => {
    throw unrepresentable(name);
  },
};

function plainKey(key) {
  if (key.startsWith("$$")) return key.slice(1);
  if (key.startsWith("$")) throw new Error(`unknown tag ${key}`);
  return key;
}

/** Returns whether two decimal texts are the same number. */
function sameDecimal(one, other) {
  const parts = (text) => {
    const [mantissa, exponent = "0"] = text.toLowerCase().replace(/^[+-]/, "").split("e");
    const [whole, fraction = ""] = mantissa.split(".");
    const digits = (whole + fraction).replace(/^0+/, "");
    const kept = digits.replace(/0+$/, "");
    return `${kept}e${kept ? Number(exponent) - fraction.length + digits.length - kept.length : 0}`;
  };
  return parts(one) === parts(other);
}

/**
 * Returns a value as the caller reads it: own enumerable properties, null as null, undefined properties as absent.
 * For a value without a JSON form (a stream, a Map) it returns only the name of the class.
 * `names(object)` returns a Map from its properties to wire names, or undefined if they are the same.
 * A cyclic or too deeply nested value ends in an `unrepresentable` outcome.
 */
function render(value, names = () => undefined) {
  try {
    return show(value, names);
  } catch (fault) {
    if (fault instanceof RangeError) throw tooMuch("nested too deep");
    throw fault;
  }
}

const tooMuch = (detail) => new Shown({ phase: "render", ended: "unrepresentable", detail });

function show(value, names) {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value.isWellFormed() ? value : { $utf16: value.split("").map((unit) => unit.charCodeAt(0)) };
    case "number":
      if (Object.is(value, -0)) return { $number: "-0" };
      return isPlain(value) ? value : { $number: String(value) };
    case "bigint":
      return { $number: String(value) };
    case "undefined":
      return { $undefined: true };
    case "object":
      return value === null ? null : showObject(value, names);
    default:
      return { $object: className(value) };
  }
}

/** Returns whether JSON and every reader of JSON keep the number. */
const isPlain = (number) => Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number));

function showObject(value, names) {
  if (Array.isArray(value)) return Array.from(value, (item) => show(item, names));
  if (ArrayBuffer.isView(value)) return showBytes(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  if (value instanceof ArrayBuffer) return showBytes(Buffer.from(value));
  if (value instanceof Date) return value.toJSON();
  const opaque = typeof value.pipe === "function" || OPAQUE.some((type) => value instanceof type);
  if (opaque) return { $object: className(value) };
  const wireNames = names(value);
  const wireName = (key) => (wireNames?.get(key) ?? key).toWellFormed().replace(/^\$/, "$$$$");
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [wireName(key), show(item, names)]));
}

const OPAQUE = [Map, Set, WeakMap, WeakSet, Promise, RegExp, Error];

const showBytes = (buffer) => ({ $bytes: buffer.toString("base64") });

module.exports = { Shown, className, decode, render, showError, tooMuch, unrepresentable, unsupported, withStatus };
