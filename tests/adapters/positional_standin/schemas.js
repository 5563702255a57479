"use strict";
// Schemas with the public parts of the validator that this generation is built on: an object has a `shape`, what wraps a
// schema has it in `_def`, and a renaming is a function behind the object's schema.

const text = { _def: {}, parse: (value) => value };
const object = (shape) =>
  ({ _def: {}, shape, parse: (value) => mapped(value, (name, item) => (shape[name] ?? text).parse(item)) });
const optional = (innerType) => ({ _def: { innerType }, parse: (value) => innerType.parse(value) });
const array = (type) => ({ _def: { type }, parse: (value) => value.map((item) => type.parse(item)) });
const renamed = (schema, transform) =>
  ({ _def: { schema, effect: { type: "transform", transform } }, parse: (value) => transform(schema.parse(value)) });

function mapped(value, read) {
  const entries = Object.entries(value).map(([name, item]) => [name, read(name, item)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

const link = object({ href: text });
const free = object({ content: text });
const customer = object({ id: text, customerName: text, supplementalData: optional(free), _links: optional(link) });
const inner = renamed(customer, ({ _links, ...rest }) => ({ ...rest, ...(_links && { links: _links }) }));
const page = object({ _links: object({ self: link }), pageNumber: text, results: optional(array(inner)) });

const customers = renamed(page, ({ _links, ...rest }) => ({ links: _links, ...rest }));
exports.Customers$ = { inboundSchema: customers };

const answer = object({ StatusCode: text, Customers: optional(customers) });
exports.ListCustomersResponse$ = {
  inboundSchema: renamed(answer, (read) => ({ statusCode: read.StatusCode, customers: read.Customers })),
};
