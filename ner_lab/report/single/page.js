"use strict";
// Text from data only ever becomes text nodes: nothing here writes markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const BATCH = 30, MORE = 100, PRINTED = 200;
  const hue = new Map(data.types.map((type, i) => [type, Math.round(215 + (360 * i) / Math.max(1, data.types.length)) % 360]));

  function make(name, className, ...content) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content.filter((part) => part !== null && part !== undefined));
    return element;
  }

  const percent = (share) =>
    share < 0.0005 ? "below 0.1 %" : `${(100 * share).toFixed(share > 0.995 || share < 0.0095 ? 1 : 0)} %`;
  const INVISIBLE = /^[\s\p{Cf}\p{Cc}\p{Z}\p{Cn}\p{Co}]*$/u;
  const shown = (word) =>
    INVISIBLE.test(word)
      ? [...word].map((c) => `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ")
      : word;
  const textOf = (words, begin, end) => words.slice(begin, end).map(shown).join(" ");

  // --- A sentence: its words, gold above them, the model below, another system below that.

  function lane(kind, span, begin, wrong) {
    if (!span) return make("span", `lane ${kind} none`);
    const element = make("span", `lane ${kind}${wrong ? " wrong" : ""}${wrong && kind === "gold" ? " missing" : ""}`);
    element.style.setProperty("--hue", hue.has(span[2]) ? hue.get(span[2]) : 0);
    element.append(...(begin ? [make("bdi", "", span[2]), span.length > 3 ? ` ${Math.round(100 * span[3])}` : ""] : ["\u00a0"]));
    return element;
  }

  const labelOf = (span) => (span.length > 3 ? `${span[2]} ${Math.round(100 * span[3])}` : span[2]);

  function words(row) {
    const lanes = [row.gold || [], row.predicted || []].concat(row.other ? [row.other] : []);
    const wrong = [new Set(), new Set(), new Set()];
    for (const error of row.errors || []) {
      if (error.gold !== undefined) wrong[0].add(error.gold);
      if (error.predicted !== undefined) wrong[1].add(error.predicted);
    }
    if (row.other) {
      const gold = new Set((row.gold || []).map((span) => span.slice(0, 3).join()));
      row.other.forEach((span, i) => gold.has(span.slice(0, 3).join()) || wrong[2].add(i));
    }
    const cuts = new Set([0, row.words.length]);
    for (const spans of lanes) for (const [begin, end] of spans) cuts.add(begin).add(end);
    const edges = [...cuts].sort((a, b) => a - b);
    const line = make("p", "words");
    for (let i = 0; i + 1 < edges.length; i++) {
      const [begin, end] = [edges[i], edges[i + 1]];
      const at = lanes.map((spans) => spans.findIndex((span) => span[0] <= begin && end <= span[1]));
      const text = textOf(row.words, begin, end);
      if (at.every((index) => index < 0)) {
        line.append(make("span", "", text), " ");
        continue;
      }
      const segment = make("span", row.other ? "seg three" : "seg");
      const parts = ["gold", "model", "other"].slice(0, lanes.length).map((kind, l) => {
        const span = at[l] < 0 ? null : lanes[l][at[l]];
        const element = lane(kind, span, span && span[0] === begin, wrong[l].has(at[l]));
        if (span && span[0] < begin) element.classList.add("went-on");
        if (span && span[1] > end) element.classList.add("goes-on");
        return [span, element];
      });
      segment.append(parts[0][1]);
      for (const [span, element] of parts.slice(1)) {
        if (span && span[0] === begin) {
          const reserve = make("span", "reserve");
          reserve.dataset.label = labelOf(span);
          segment.append(reserve);
        }
        element.title = span ? `${element.classList.contains("model") ? "model" : "other"}: ${span[2]}` : "";
      }
      if (parts[0][0]) parts[0][1].title = `gold: ${parts[0][0][2]}`;
      // An entity that goes on has no gap: the space is inside its segment, and lines may still break behind that.
      const goesOn = parts.some(([span]) => span && span[1] > end);
      segment.append(make("span", "word", goesOn ? `${text}\u00a0` : text), ...parts.slice(1).map(([, element]) => element));
      line.append(segment, goesOn ? "" : " ");
    }
    return line;
  }

  function fault(row, error) {
    const gold = error.gold === undefined ? null : row.gold[error.gold];
    const model = error.predicted === undefined ? null : row.predicted[error.predicted];
    const said = (span) => [make("q", "", textOf(row.words, span[0], span[1])), " ", make("bdi", "", span[2])];
    const item = make("li", "", make("span", `kind k-${error.kind}`, error.kind));
    if (gold) item.append("gold ", ...said(gold));
    if (gold && model) item.append(" → ");
    if (model) item.append("model ", ...said(model));
    if (!gold) item.append(", gold has nothing");
    if (!model) item.append(", the model has nothing");
    if (error.sure !== undefined) item.append(`, ${percent(error.sure)} sure`);
    return item;
  }

  function sentence(row) {
    const about = make("div", "about", make("span", "", row.id));
    if (row.document) about.append(make("span", "", row.document));
    if (row.loss !== undefined) about.append(make("span", "", `loss ${row.loss.toFixed(2)}`));
    if (row.schemes) {
      about.append(make("span", "", `scored otherwise by ${row.schemes.map((s) => data.schemes[s]).join(", ")}`));
    }
    if (row.changes) {
      const changes = Object.entries(row.changes).map(([kind, number]) => `${kind} ${number}`);
      about.append(make("span", "", `the other: ${changes.join(", ")}`));
    }
    const faults = make("ul", "faults", ...(row.errors || []).map((error) => fault(row, error)));
    return make("article", "sentence", about, words(row), faults);
  }

  // --- Filters

  const typeOf = (row, error) => (error.gold === undefined ? row.predicted[error.predicted] : row.gold[error.gold])[2];
  const typeIn = (spans, index) => (index === undefined ? "" : spans[index][2]);
  const changeOf = (row) => {
    const better = row.changes && (row.changes.found || row.changes.dropped);
    const worse = row.changes && (row.changes.lost || row.changes.added);
    return better && worse ? "both" : better ? "fixed" : worse ? "broken" : "";
  };
  const lower = data.sentences.map((row) => row.words.join(" ").toLowerCase());
  const EMPTY = { kind: "", type: "", scheme: "", change: "", search: "" };
  let state = { ...EMPTY };
  let chosen = [], drawn = 0;

  function fits(row, index) {
    if (state.search && !lower[index].includes(state.search)) return false;
    if (state.scheme !== "" && !(row.schemes || []).includes(Number(state.scheme))) return false;
    if (state.change && changeOf(row) !== state.change) return false;
    const pair = state.gold !== undefined;
    if (!state.kind && !state.type && !pair) return true;
    return (row.errors || []).some(
      (error) =>
        (!state.kind || error.kind === state.kind) &&
        (!state.type || typeOf(row, error) === state.type) &&
        (!pair || (typeIn(row.gold, error.gold) === state.gold && typeIn(row.predicted, error.predicted) === state.predicted)),
    );
  }

  const last = Number.POSITIVE_INFINITY;
  const ORDERS = {
    loss: (row) => -(row.loss ?? -last),
    sure: (row) => -(row.sure ?? -last),
    unsure: (row) => row.sure ?? last,
    place: () => 0,
  };

  function update() {
    chosen = data.sentences.map((_, i) => i).filter((i) => fits(data.sentences[i], i));
    const order = ORDERS[$("sort").value];
    const keys = data.sentences.map(order);
    chosen.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
    drawn = 0;
    $("list").replaceChildren();
    draw(BATCH);
    const pair = state.gold !== undefined;
    const named = pair ? `, gold ${state.gold || "nothing"}, predicted ${state.predicted || "nothing"}` : "";
    $("count").textContent = `${chosen.length.toLocaleString("en")} of ${data.sentences.length.toLocaleString("en")} sentences${named}`;
    $("clear").hidden = !pair && Object.keys(EMPTY).every((key) => state[key] === "");
  }

  function draw(number) {
    const rows = chosen.slice(drawn, drawn + number);
    $("list").append(...rows.map((i) => sentence(data.sentences[i])));
    drawn += rows.length;
    $("more").hidden = drawn >= chosen.length;
    $("more").textContent = `Show ${Math.min(MORE, chosen.length - drawn)} more`;
  }

  const CONTROLS = ["kind", "type", "scheme", "change"].filter((id) => $(id));
  let waiting = 0;
  $("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      state.search = $("search").value.trim().toLowerCase();
      update();
    }, 120);
  });
  for (const id of CONTROLS) {
    $(id).addEventListener("change", () => {
      state[id] = $(id).value;
      delete state.gold;
      delete state.predicted;
      update();
    });
  }
  $("sort").addEventListener("change", update);
  $("filters").addEventListener("submit", (event) => event.preventDefault());

  function choose(filter) {
    state = { ...EMPTY, ...filter };
    for (const id of CONTROLS) $(id).value = state[id];
    $("search").value = "";
    update();
  }

  $("clear").addEventListener("click", () => choose({}));
  // By a button, not by scrolling: what stands below the sentences must stay within reach.
  $("more").addEventListener("click", () => draw(MORE));
  for (const button of document.querySelectorAll("[data-filter]")) {
    button.addEventListener("click", () => {
      choose(JSON.parse(button.dataset.filter));
      $("sentences").scrollIntoView();
    });
  }
  update();

  document.querySelector("a[href='#settings']")?.addEventListener("click", () => ($("settings").open = true));

  // --- Likely label errors

  let doubted = 0;
  const asSpan = (span) => [span.begin, span.end, span.type];

  const OBJECTIONS = {
    type: "the model has another type",
    boundary: "the model has other words",
    both: "the model has other words and another type",
    "no entity": "the model has no entity",
    missing: "gold has no entity, the model has one",
  };

  function suspect(row, number) {
    const place = row.origin || `${row.split}-${row.index}`;
    const about = make("div", "about", make("b", "", `${number}.`));
    about.append(make("span", "", `probability of gold: ${percent(row.probability)}`));
    about.append(make("span", "", OBJECTIONS[row.kind]));
    about.append(make("span", "", place));
    if (row.document) about.append(make("span", "", row.document));
    const line = words({ words: row.words, gold: row.gold ? [asSpan(row.gold)] : [], predicted: row.model.map(asSpan) });
    if (row.before) line.prepend("… ");
    if (row.after) line.append("…");
    return make("article", "sentence", about, line);
  }

  function drawSuspects() {
    const rows = data.suspects.slice(doubted, doubted + 10);
    $("suspects").append(...rows.map((row, i) => suspect(row, doubted + i + 1)));
    doubted += rows.length;
    $("more-suspects").hidden = doubted >= data.suspects.length;
  }
  if ($("suspects")) {
    $("more-suspects").addEventListener("click", drawSuspects);
    drawSuspects();
  }

  // --- Light and dark

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const nameTheme = () => ($("theme").textContent = isDark() ? "Light" : "Dark");
  try {
    const saved = localStorage.getItem("ner-lab-theme");
    if (saved === "light" || saved === "dark") root.dataset.theme = saved;
  } catch {
    // A page from disk may have no storage; the theme is then chosen anew each time.
  }
  $("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
    try {
      localStorage.setItem("ner-lab-theme", root.dataset.theme);
    } catch {
      // as above
    }
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();

  addEventListener("beforeprint", () => {
    if (drawn < PRINTED) draw(PRINTED - drawn);
    for (const details of document.querySelectorAll("#summary details")) details.open = true;
  });
})();
