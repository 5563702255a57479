"use strict";
// Wire names of this generation's results. Its models are plain objects without a class; only the zod schema of a
// response has the wire names: an object schema and a function that renames properties (`links: v._links`). The adapter
// calls that function once with marks in place of values, to learn the property of each wire name. It ignores unions,
// because a value does not identify its alternative.

/**
 * Returns a function that maps a response to the `names` which render it. An attribute has the schema that all responses
 * share for attributes of its name; if their schemas differ, the attribute's names are unchanged.
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

/** Adds the names of every object in a value, from the value's schema, to the tables. */
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

/** Returns the properties of an object schema, each with its wire name and schema; empty for other schemas. */
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
    return new Map(); // the function computes with values, so that marks cannot show the names
  }
  return new Map(Object.entries(renamed ?? {}).filter(([, mark]) => marks[mark?.wire] === mark));
}

/** Returns a schema without its optional, nullable and lazy wrappers. */
function bare(schema) {
  const def = schema?._def ?? {};
  const inner = def.innerType ?? (typeof def.getter === "function" ? def.getter() : undefined);
  return inner === undefined ? schema : bare(inner);
}

const isSchema = (part) => typeof part === "object" && part !== null && part._def !== undefined;

module.exports = { wireNames };
