"use strict";
// Text of people and of models only ever becomes text nodes: nothing here writes markup.
(() => {
  const $ = (id) => document.getElementById(id);
  const PAUSE = 150; // milliseconds without a key before the text is sent
  const LISTED = 200; // entities in a list; the text has all of them marked
  let runs = [], types = [], asking = null, timer = 0, number = 0, lastSent = null;

  function make(name, className, ...content) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  }

  const hue = (type) => Math.round(215 + (360 * Math.max(0, types.indexOf(type))) / Math.max(1, types.length)) % 360;
  const percent = (share) => (share > 0.995 && share < 1 ? "above 99 %" : `${Math.round(100 * share)} %`);
  const keyOf = (entity) => `${entity.start}:${entity.end}:${entity.type}`;
  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  function typed(name, type, className) {
    const element = make(name, className, make("bdi", "", type));
    element.style.setProperty("--hue", hue(type));
    return element;
  }

  // --- One run: the text with its entities marked, and the list of them.

  function marked(answer, common) {
    // Offsets count code points; a string of JavaScript counts an emoji twice.
    const characters = Array.from(answer.text), parts = [];
    let at = 0;
    for (const entity of answer.entities) {
      parts.push(characters.slice(at, entity.start).join(""));
      const state = `${entity.confidence < 0.5 ? " unsure" : ""}${common.has(keyOf(entity)) ? "" : " alone"}`;
      const mark = make("mark", `entity${state}`, characters.slice(entity.start, entity.end).join(""));
      mark.append(make("small", "", make("bdi", "", entity.type)));
      mark.style.setProperty("--hue", hue(entity.type));
      mark.title = `${entity.type}, ${percent(entity.confidence)}, characters ${entity.start} to ${entity.end}`;
      parts.push(mark);
      at = entity.end;
    }
    return make("div", "marked", ...parts, characters.slice(at).join(""));
  }

  function head(...names) {
    const row = make("tr", "");
    for (const name of names) row.append(Object.assign(make("th", "", name), { scope: "col" }));
    return make("thead", "", row);
  }

  function list(answer, common) {
    const rows = answer.entities.slice(0, LISTED).map((entity) => {
      const cells = [make("td", "text", entity.text), typed("td", entity.type, "type"), make("td", "number", percent(entity.confidence))];
      return make("tr", common.has(keyOf(entity)) ? "" : "alone", ...cells);
    });
    const names = head("entity", "type", "confidence");
    names.querySelector("th:last-child").className = "number";
    const table = make("table", "", names, make("tbody", "", ...rows));
    const more = answer.entities.length - rows.length;
    return make("div", "scroll", table, more > 0 ? make("p", "note", `and ${plural(more, "entity").replace("entitys", "entities")} more, marked above`) : "");
  }

  function section(run, answer, common) {
    const { words, sentences, windows } = answer.ledger;
    const about = `${plural(words, "word")} in ${plural(sentences, "sentence")} read${windows > sentences ? `, in ${windows} windows` : ""}`;
    const found = answer.entities.length ? list(answer, common) : make("p", "note", words ? "no entities" : "no words");
    return make("section", "", make("h2", "", run), marked(answer, common), found, make("p", "note", about));
  }

  // --- Several runs: what they disagree on.

  function agreed(answers) {
    const sets = answers.map((answer) => new Set(answer.entities.map(keyOf)));
    return new Set([...sets[0]].filter((key) => sets.every((set) => set.has(key))));
  }

  function differences(answers, common) {
    const places = new Map();
    for (const [at, answer] of answers.entries()) {
      for (const entity of answer.entities) {
        if (common.has(keyOf(entity))) continue;
        const place = `${entity.start}:${entity.end}`;
        if (!places.has(place)) places.set(place, { entity, said: answers.map(() => null) });
        places.get(place).said[at] = entity;
      }
    }
    const sorted = [...places.values()].sort((a, b) => a.entity.start - b.entity.start || a.entity.end - b.entity.end);
    const box = $("differences");
    box.hidden = answers.length < 2;
    box.replaceChildren(make("h2", "", "What they disagree on"));
    if (!sorted.length) {
      box.append(make("p", "note", "Nothing: all of them find the same."));
      return;
    }
    const rows = sorted.slice(0, LISTED).map(({ entity, said }) =>
      make("tr", "", make("td", "text", entity.text), ...said.map((one) => {
        if (!one) return make("td", "", make("em", "", "nothing"));
        const cell = typed("td", one.type, "type");
        cell.append(` ${percent(one.confidence)}`);
        return cell;
      })));
    box.append(make("div", "scroll", make("table", "", head("text", ...runs), make("tbody", "", ...rows))));
    if (sorted.length > LISTED) box.append(make("p", "note", `and ${sorted.length - LISTED} more`));
  }

  // --- Asking.

  async function answerOf(run, text, signal) {
    const body = JSON.stringify({ text });
    const address = `predict?run=${encodeURIComponent(run)}`;
    const response = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
    const found = await response.json();
    if (!response.ok) throw new Error(found.detail);
    return found;
  }

  function say(text, bad) {
    $("status").textContent = text;
    $("status").classList.toggle("bad", Boolean(bad));
  }

  async function ask() {
    clearTimeout(timer);
    const text = $("text").value.toWellFormed ? $("text").value.toWellFormed() : $("text").value;
    if (text === lastSent || !runs.length) return;
    lastSent = text;
    const own = ++number, begin = performance.now();
    if (asking) asking.abort();
    if (!text) {
      $("answers").replaceChildren();
      $("differences").hidden = true;
      say("");
      return;
    }
    asking = new AbortController();
    try {
      const answers = await Promise.all(runs.map((run) => answerOf(run, text, asking.signal)));
      if (own !== number) return;
      const common = agreed(answers);
      $("answers").replaceChildren(...answers.map((answer, at) => section(runs[at], answer, common)));
      differences(answers, common);
      const found = answers.map((answer) => answer.entities.length).join(" and ");
      say(`${found} ${found === "1" ? "entity" : "entities"} in ${Math.round(performance.now() - begin)} ms`);
    } catch (error) {
      if (own !== number || error.name === "AbortError") return;
      lastSent = null; // the same text may be sent again
      say(error instanceof TypeError ? "The server does not answer." : error.message, true);
    }
  }

  $("text").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    }
  });
  $("ask").addEventListener("click", ask);
  $("clear").addEventListener("click", () => {
    $("text").value = "";
    $("text").focus();
    ask();
  });

  // --- Light and dark, as in the reports.

  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const nameTheme = () => ($("theme").textContent = isDark() ? "Light" : "Dark");
  try {
    const saved = localStorage.getItem("ner-lab-theme");
    if (saved === "light" || saved === "dark") root.dataset.theme = saved;
  } catch {
    // Without storage the theme is chosen anew each time.
  }
  $("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
    try {
      localStorage.setItem("ner-lab-theme", root.dataset.theme);
    } catch {
      // See above.
    }
  });
  dark.addEventListener("change", nameTheme);
  nameTheme();

  (async () => {
    try {
      const health = await (await fetch("health")).json();
      runs = Object.keys(health.runs);
      types = [...new Set(Object.values(health.runs).flatMap((run) => run.types))].sort();
      const legend = types.map((type) => typed("span", type, "type"));
      $("runs").replaceChildren(`${plural(runs.length, "run")}: ${runs.join(", ")}. `, ...legend.flatMap((one) => [one, " "]));
      ask();
    } catch {
      $("runs").textContent = "The server does not answer.";
    }
  })();
})();
