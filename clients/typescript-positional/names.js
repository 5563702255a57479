"use strict";
// Wire names of this generation's results. Its models are plain objects without a class; what a property is called on
// the wire stands only in the zod schema that reads the answer: an object schema and a function that renames
// (`links: v._links`). Each wire name is sent through that function once, to see under which property it comes out.
// Alternatives (unions) are not followed: nothing in a value tells which one it is.

/**
 * Returns a function of a response that returns the `names` to render that response with. A response's attribute is
 * read by the schema that every response has for an attribute of that name; where they differ, names stay as they are.
 */
function wireNames(responses) {
  const schemas = new Map();
  for (const response of responses) {
    for (const [property, { schema }] of propertiesOf(bare(response))) {
      const read = bare(schema);
      schemas.set(property, !schemas.has(property) || schemas.get(property) === read ? read : undefined);
    }
  }
  return (response) => {
    const tables = new Map();
    for (const [attribute, value] of Object.entries(response ?? {})) note(value, schemas.get(attribute), tables);
    return (object) => tables.get(object);
  };
}

/** Notes the names of every object in a value that its schema describes. */
function note(value, schema, tables) {
  if (typeof value !== "object" || value === null || schema === undefined || tables.has(value)) return;
  const read = bare(schema);
  const def = read?._def ?? {};
  const element = Array.isArray(value) ? [def.element, def.type].find(isSchema) : def.valueType;
  if (element !== undefined) {
    for (const item of Object.values(value)) note(item, element, tables);
    return;
  }
  const properties = propertiesOf(read);
  if (properties.size === 0) return;
  tables.set(value, new Map([...properties].map(([property, { wire }]) => [property, wire])));
  for (const [property, item] of Object.entries(value)) note(item, properties.get(property)?.schema, tables);
}

/** The properties of an object that a schema reads, each with its wire name and its own schema; empty for any other. */
function propertiesOf(schema) {
  const def = schema?._def ?? {};
  const object = def.schema ?? def.in ?? schema;
  const rename = def.effect?.transform ?? def.out?._def?.transform ?? ((read) => read);
  const shape = object?.shape;
  if (typeof shape !== "object" || shape === null) return new Map();
  const marks = Object.fromEntries(Object.keys(shape).map((wire) => [wire, { wire, schema: shape[wire] }]));
  let renamed;
  try {
    renamed = rename({ ...marks });
  } catch {
    return new Map(); // a function that computes with its values: what it renames cannot be seen
  }
  return new Map(Object.entries(renamed ?? {}).filter(([, mark]) => marks[mark?.wire] === mark));
}

/** A schema without what makes it optional, nullable or lazy. */
function bare(schema) {
  const def = schema?._def ?? {};
  const inner = def.innerType ?? (typeof def.getter === "function" ? def.getter() : undefined);
  return inner === undefined ? schema : bare(inner);
}

const isSchema = (part) => typeof part === "object" && part !== null && part._def !== undefined;

module.exports = { wireNames };
