"use strict";
// Loaded before an adapter: the module under test is a stand-in then. Everything that is asked of it is there, and
// every call of an operation throws. Only its package.json is its own. See concordat.clients.stub.

const Module = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const given = JSON.parse(readFileSync(join(__dirname, "stub.json"), "utf8"));
const DEEP = 2; // steps from which on it is an operation of a resource; below is the client's own, such as `close`

class StubCalled extends Error {}
Object.defineProperty(StubCalled.prototype, "name", { value: "StubCalled" });

function thing(path) {
  return new Proxy(function stub() {}, {
    get(_target, name) {
      // a promise has `then`, and this is none
      if (typeof name === "symbol" || name === "then") return undefined;
      if (name === "prototype") return {};
      return thing([...path, name]);
    },
    has: () => true,
    construct: () => thing([]),
    apply() {
      if (path.length >= DEEP || given.calls.includes(path.join("."))) throw new StubCalled(path.join("."));
      return undefined;
    },
  });
}

const load = Module._load;
Module._load = function stubbed(request, ...more) {
  const inside = given.modules.some((name) => request === name || request.startsWith(`${name}/`));
  return inside && !request.endsWith("/package.json") ? thing([]) : load.call(this, request, ...more);
};
