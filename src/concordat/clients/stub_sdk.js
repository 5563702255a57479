"use strict";
// Node loads this program before an adapter. `require` then returns a stub in place of the SDK and its files, except
// its package.json. A stub has every property, and every call of an operation throws. See concordat.clients.stub.

const Module = require("node:module");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const description = JSON.parse(readFileSync(join(__dirname, "stub.json"), "utf8"));
// Length of the path of a resource's operation. A shorter path is a method of the client, such as `close`.
const OPERATION_DEPTH = 2;

class StubCalled extends Error {}
Object.defineProperty(StubCalled.prototype, "name", { value: "StubCalled" });

function stubAt(path) {
  return new Proxy(function stub() {}, {
    get(_target, name) {
      // With `then`, JavaScript would take the stub for a promise.
      if (typeof name === "symbol" || name === "then") return undefined;
      if (name === "prototype") return {};
      return stubAt([...path, name]);
    },
    has: () => true,
    construct: () => stubAt([]),
    apply() {
      const called = path.join(".");
      if (path.length >= OPERATION_DEPTH || description.calls.includes(called)) throw new StubCalled(called);
      return undefined;
    },
  });
}

const load = Module._load;
Module._load = function stubbed(request, ...more) {
  const isSdk = description.modules.some((name) => request === name || request.startsWith(`${name}/`));
  return isSdk && !request.endsWith("/package.json") ? stubAt([]) : load.call(this, request, ...more);
};
