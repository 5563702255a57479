// The filter. The address holds it, so that a link shows the same view to its reader.

const form = byId("filters");
const FIELDS = ["text", "client", "area", "level", "verdict", "differ"];

/** Set the form from the query of `#matrix?...`. */
function showFilter(query) {
  for (const name of FIELDS) {
    const field = form.elements[name];
    if (field.type === "checkbox") field.checked = query.get(name) === "yes";
    else field.value = query.get(name) ?? "";
  }
}

/** Return the filter from the form. */
function readFilter() {
  const given = Object.fromEntries(
    FIELDS.map((name) => {
      const field = form.elements[name];
      return [name, field.type === "checkbox" ? field.checked : field.value];
    }),
  );
  return { ...given, words: given.text.toLowerCase().split(/\s+/).filter(Boolean) };
}

/** Return the filter as the query of an address. */
function filterQuery(filter) {
  const query = new URLSearchParams();
  for (const name of FIELDS) if (filter[name]) query.set(name, filter[name] === true ? "yes" : filter[name]);
  const text = query.toString().replaceAll("+", "%20");
  return text ? `?${text}` : "";
}

/** Return for each column whether the filter matches the row's result, or null when it matches none. */
function matching(row, filter) {
  if (filter.area && row.area !== filter.area) return null;
  if (filter.level && row.level !== filter.level) return null;
  if (filter.differ && new Set(row.verdicts.filter((verdict) => verdict && verdict !== "not-applicable")).size < 2)
    return null;
  const missing = filter.words.filter((word) => !row.text.includes(word));
  const found = row.verdicts.map(
    (verdict, column) =>
      verdict !== null &&
      (!filter.client || index.clients[column] === filter.client) &&
      (!filter.verdict || (filter.verdict === "red" ? RED.has(verdict) : verdict === filter.verdict)) &&
      missing.every((word) => row.notes[column].includes(word)),
  );
  return found.includes(true) ? found : null;
}
