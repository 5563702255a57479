// The difference of two texts by line: the longest common subsequence between their common start and end.

const MOST = 4_000_000;

/** Return `[sign, line]` with sign " ", "-" or "+". Texts too long to compare become one removal and one addition. */
function diffLines(left, right) {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const a = left.slice(start, left.length - end);
  const b = right.slice(start, right.length - end);
  return [
    ...left.slice(0, start).map((line) => [" ", line]),
    ...(a.length * b.length > MOST ? replaced(a, b) : middle(a, b)),
    ...left.slice(left.length - end).map((line) => [" ", line]),
  ];
}

const replaced = (a, b) => [...a.map((line) => ["-", line]), ...b.map((line) => ["+", line])];

function middle(a, b) {
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const found = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      found.push([" ", a[i]]);
      i += 1;
      j += 1;
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
      found.push(["-", a[i]]);
      i += 1;
    } else {
      found.push(["+", b[j]]);
      j += 1;
    }
  }
  return [...found, ...replaced(a.slice(i), b.slice(j))];
}

/** Return the differences as an element; long runs of equal lines are folded. */
function diffElement(left, right) {
  const lines = diffLines(left, right);
  const near = lines.map(() => false);
  lines.forEach(([sign], at) => {
    if (sign !== " ") for (let k = Math.max(0, at - 3); k <= at + 3 && k < lines.length; k += 1) near[k] = true;
  });
  const shown = [];
  let skipped = 0;
  const gap = () => {
    if (skipped) shown.push(el("div", { class: "gap" }, `… ${plural(skipped, "equal line")}`));
    skipped = 0;
  };
  lines.forEach(([sign, line], at) => {
    if (!near[at]) {
      skipped += 1;
      return;
    }
    gap();
    const name = sign === "-" ? "minus" : sign === "+" ? "plus" : null;
    shown.push(el("div", { class: name }, visible(line) || " "));
  });
  gap();
  return el("div", { class: "diff" }, shown);
}
