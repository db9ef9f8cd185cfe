"use strict";
// Text from data only ever becomes text nodes: nothing here writes markup.
(() => {
  const $ = (id) => document.getElementById(id);
  const read = (id) => JSON.parse($(id).textContent);
  const HEIGHT = 33, BEYOND = 15; // pixels of a row; rows that are drawn above and below what is seen
  const SHOWN = 50; // sentences that two runs differ in
  const DRAWS = 2000; // resamplings of the sentences
  const { above, runs } = read("runs");
  const COLUMNS = [
    ["run", 0], ["state", 1], ["overridden", 2], ["dev F1", 3], ["test F1", 4], ["time", 5], ["size", 6], ["date", 7], ["notes", 8],
  ];
  const NUMBERS = new Set([3, 4, 5, 6]);
  const searched = runs.map((run) => [run[0], run[1], run[2], run[8]].join(" ").toLowerCase());
  let order = runs.map((_, index) => index), shown = order, sorted = [7, 1], picked = [], drawn = "";

  function make(name, className, ...content) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content.filter((part) => part !== null && part !== undefined));
    return element;
  }

  function svg(name, attributes, ...content) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  }

  const number = (value) => value.toLocaleString("en");
  const points = (value) => (value === null ? "" : value.toFixed(2));
  const time = (s) => (s === null ? "" : s < 100 ? `${Math.round(s)} s` : s < 3600 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`);

  function size(bytes) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let at = 0;
    for (; bytes >= 1000 && at < units.length - 1; at++) bytes /= 1000;
    return `${at ? bytes.toFixed(1) : bytes} ${units[at]}`;
  }

  const cellText = (run, column) => [3, 4].includes(column) ? points(run[column]) : column === 5 ? time(run[5]) : column === 6 ? size(run[6]) : run[column];

  // --- The list: of thousands of rows those that are seen are in the document.

  function row(index) {
    const run = runs[index];
    const box = Object.assign(make("input"), { type: "checkbox", checked: picked.includes(index) });
    box.setAttribute("aria-label", `pick ${run[0]}`);
    box.addEventListener("change", () => pick(index, box.checked));
    const cells = COLUMNS.map(([, column]) => {
      const cell = make("td", NUMBERS.has(column) ? "number" : column === 2 ? "told" : "", cellText(run, column));
      if (column === 0 || column === 2 || column === 8) cell.title = run[column];
      return cell;
    });
    return make("tr", box.checked ? "picked" : "", make("td", "", box), ...cells);
  }

  function gap(rows) {
    const cell = make("td");
    cell.colSpan = COLUMNS.length + 1;
    cell.style.height = `${rows * HEIGHT}px`;
    return make("tr", "gap", cell);
  }

  function draw() {
    const box = $("scroller");
    const first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - BEYOND);
    const last = Math.min(shown.length, Math.ceil((box.scrollTop + Math.max(box.clientHeight, 400)) / HEIGHT) + BEYOND);
    const state = `${first} ${last}`;
    if (state === drawn) return;
    drawn = state;
    $("body").replaceChildren(gap(first), ...shown.slice(first, last).map(row), gap(shown.length - last));
  }

  function redraw() {
    drawn = "";
    draw();
  }

  function filter() {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = $("state").value, least = $("least").value === "" ? null : Number($("least").value);
    shown = order.filter((index) => {
      const run = runs[index];
      return (!state || run[1] === state) && (least === null || (run[3] !== null && run[3] >= least)) &&
        words.every((word) => searched[index].includes(word));
    });
    $("count").textContent = shown.length === runs.length ? `${number(runs.length)} runs` : `${number(shown.length)} of ${number(runs.length)} runs`;
    $("scroller").scrollTop = 0;
    redraw();
  }

  const collator = new Intl.Collator("en", { numeric: true });

  function sort(column) {
    sorted = [column, sorted[0] === column ? -sorted[1] : NUMBERS.has(column) || column === 7 ? -1 : 1];
    const direction = sorted[1];
    order = runs.map((_, index) => index).sort((left, right) => {
      const a = runs[left][column], b = runs[right][column];
      if (a === null || b === null) return (a === null) - (b === null) || left - right;
      return direction * (typeof a === "number" ? a - b : collator.compare(a, b)) || left - right;
    });
    for (const th of $("head").querySelectorAll("th[data-column]")) {
      th.setAttribute("aria-sort", Number(th.dataset.column) !== column ? "none" : direction > 0 ? "ascending" : "descending");
    }
    filter();
  }

  function pick(index, on) {
    picked = picked.filter((one) => one !== index);
    if (on) picked = [...picked, index].slice(-2);
    redraw();
    pair();
  }

  // --- Two runs.

  function names([a, b]) {
    return make("p", "pair-names", make("b", "a", "A "), runs[a][0], make("br"), make("b", "b", "B "), runs[b][0]);
  }

  function table(head, rows) {
    const cells = head.map((name) => Object.assign(make("th", "", name), { scope: "col" }));
    return make("div", "scroll", make("table", "", make("thead", "", make("tr", "", ...cells)), make("tbody", "", ...rows)));
  }

  function differences([a, b]) {
    const { usual, own } = read("settings");
    if (!own[a] || !own[b]) return make("p", "note", "One of them has no settings that can be read.");
    const value = (run, key) => (key in own[run] ? own[run][key] : usual[key]);
    const keys = Object.keys(usual).filter((key) => value(a, key) !== value(b, key));
    if (!keys.length) return make("p", "note", "The same settings.");
    const cell = (text) => (text === null ? make("td", "", make("em", "", "absent")) : make("td", "", make("code", "", text)));
    return table(["setting", "A", "B"], keys.map((key) => make("tr", "", make("th", "", key), cell(value(a, key)), cell(value(b, key)))));
  }

  function chart(name, curves) {
    const all = curves.flat();
    const xs = all.map((point) => point[0]), ys = all.map((point) => point[1]);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const at = ([x, y]) => `${((x - x0) / (x1 - x0 || 1)) * 300},${100 - ((y - y0) / (y1 - y0 || 1)) * 92 - 4}`;
    const lines = curves.map((curve, which) =>
      curve.length > 1 ? svg("polyline", { points: curve.map(at).join(" "), class: which ? "line-b" : "line-a" })
        : svg("circle", { cx: curve.length ? at(curve[0]).split(",")[0] : -9, cy: curve.length ? at(curve[0]).split(",")[1] : -9, r: 3, class: which ? "line-b" : "line-a" }));
    const picture = svg("svg", { viewBox: "-5 0 310 104", class: "lines", role: "img", "aria-label": `${name} of A and B by step` }, ...lines);
    const ends = curves.map((curve) => (curve.length ? curve[curve.length - 1][1].toPrecision(4) : "none")).join(", ");
    return make("figure", "", picture, make("figcaption", "", `${name}: last ${ends} (A, B); steps ${x0} to ${x1}, values ${y0.toPrecision(3)} to ${y1.toPrecision(3)}`));
  }

  function charts(details) {
    const tags = [...new Set(details.flatMap((one) => Object.keys(one ? one.curves : {})))];
    if (!tags.length) return make("p", "note", "No curves in this page.");
    return make("div", "columns", ...tags.map((name) => chart(name, details.map((one) => (one && one.curves[name]) || []))));
  }

  const key = (span) => span.join(":");

  // Right, predicted and gold entities of a sentence.
  function counted(gold, found) {
    const truth = new Set(gold.map(key));
    return [found.filter((span) => truth.has(key(span))).length, found.length, gold.length];
  }

  const f1 = (right, found, gold) => (found + gold ? (200 * right) / (found + gold) : 0);

  function verdict(texts, said) {
    const counts = said.map((spans) => texts.map(([, gold], at) => counted(gold, spans.get(at) || gold)));
    const total = (rows, draw) => {
      const sum = [0, 0, 0];
      for (let at = 0; at < texts.length; at++) {
        const row = rows[draw ? draw[at] : at];
        sum[0] += row[0]; sum[1] += row[1]; sum[2] += row[2];
      }
      return f1(...sum);
    };
    const difference = total(counts[0]) - total(counts[1]);
    // The same numbers whenever the page is opened: a small generator with a fixed seed.
    let state = 12345;
    const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296);
    const draws = Math.max(200, Math.min(DRAWS, Math.floor(4e6 / Math.max(1, texts.length))));
    const drawn = new Uint32Array(texts.length), found = [];
    for (let round = 0; round < draws; round++) {
      for (let at = 0; at < drawn.length; at++) drawn[at] = Math.floor(random() * texts.length);
      found.push(total(counts[0], drawn) - total(counts[1], drawn));
    }
    found.sort((left, right) => left - right);
    const low = found[Math.floor(0.025 * draws)], high = found[Math.ceil(0.975 * draws) - 1];
    const what = low > 0 ? "A is better than B on these sentences" : high < 0 ? "B is better than A on these sentences" : "Which is better is not known";
    const signed = (value) => `${value > 0 ? "+" : ""}${value.toFixed(2)}`;
    return make("div", "verdict",
      make("b", "", `${what}: A minus B ${signed(difference)} points of F1 (95 % interval ${signed(low)} to ${signed(high)}).`),
      make("p", "", "Sentences were resampled, taken as independent; one run each says nothing of other seeds. ner-lab compare counts seeds and documents."));
  }

  // What they predicted: the verdict, which stands at the top, and the sentences, which stand at the end.
  function predictions(details) {
    const [a, b] = details;
    if (!a || !b || a.texts === undefined || b.texts === undefined) {
      return { verdict: make("p", "note", (a && a.fault) || (b && b.fault) || "The page has no predictions of both."), sentences: [] };
    }
    if (a.texts !== b.texts || a.split !== b.split) {
      return { verdict: make("p", "note", "They predicted different sentences."), sentences: [] };
    }
    const texts = read("texts")[a.texts], said = [a, b].map((one) => new Map(one.wrong));
    const differing = texts.map((_, at) => at).filter((at) => {
      const [left, right] = said.map((spans) => spans.get(at) || texts[at][1]);
      return left.map(key).join() !== right.map(key).join();
    });
    const rows = differing.slice(0, SHOWN).map((at) => {
      const [words, gold] = texts[at];
      const line = (name, spans, style) => make("p", "said", make("b", style, name),
        spans.length ? spans.map(([begin, end, type]) => `${words.slice(begin, end).join(" ")} (${type})`).join(", ") : "nothing");
      return make("div", "sentence", make("bdi", "", words.join(" ")), line("gold ", gold, ""),
        ...said.map((spans, which) => line(which ? "B " : "A ", spans.get(at) || gold, which ? "b" : "a")));
    });
    const more = differing.length - rows.length;
    const title = `${number(differing.length)} of ${number(texts.length)} ${a.split} sentences are predicted differently`;
    return {
      verdict: verdict(texts, said),
      sentences: [make("h3", "", title), ...rows, ...(more > 0 ? [make("p", "note", `and ${number(more)} more`)] : [])],
    };
  }

  function pair() {
    const box = $("pair");
    box.hidden = picked.length < 2;
    if (box.hidden) return;
    const details = picked.map((index) => read(`d${index}`)), found = predictions(details);
    const scores = picked.map((index) => `dev F1 ${points(runs[index][3]) || "none"}, test F1 ${points(runs[index][4]) || "none"}`);
    box.replaceChildren(make("h2", "", "Two runs"), names(picked), make("p", "note", `A: ${scores[0]}; B: ${scores[1]}`),
      found.verdict, make("h3", "", "Settings that differ"), differences(picked), make("h3", "", "Curves"), charts(details),
      ...found.sentences);
    box.scrollIntoView({ block: "start" });
    box.focus({ preventScroll: true });
  }

  // --- Once.

  $("head").append(make("th", "", make("span", "", "")));
  for (const [name, column] of COLUMNS) {
    const button = Object.assign(make("button", "", name), { type: "button" });
    button.addEventListener("click", () => sort(column));
    const th = Object.assign(make("th", NUMBERS.has(column) ? "number" : "", button), { scope: "col" });
    th.dataset.column = column;
    $("head").append(th);
  }
  for (const state of [...new Set(runs.map((run) => run[1]))].sort()) $("state").append(make("option", "", state));
  $("about").textContent = `${number(runs.length)} below ${above}`;
  for (const id of ["search", "least"]) $(id).addEventListener("input", filter);
  $("state").addEventListener("change", filter);
  $("scroller").addEventListener("scroll", draw, { passive: true });

  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const nameTheme = () => ($("theme").textContent = isDark() ? "Light" : "Dark");
  $("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();
  filter();
})();
