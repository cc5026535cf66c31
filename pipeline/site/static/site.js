// What every page does: the two switches, opening what an address points to, what rules mean, the charts.
"use strict";
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
  function isEnglish() { return root.classList.contains("english"); }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  // A text in both languages; the style sheet shows one.
  function said(zh, en) {
    return [element("span", { lang: "zh" }, zh), element("span", { lang: "en" }, en)];
  }

  function plain(text) { return text.normalize("NFKC").toLowerCase(); }

  Object.assign(window.ogi, { element, said, plain });

  // Attributes, options and titles cannot hold both languages: the other one waits in data-en-…, and is exchanged.
  const exchanged = ["aria-label", "placeholder", "alt"];
  function relabel() {
    const english = isEnglish();
    root.lang = english ? "en" : "zh-CN";
    for (const label of document.querySelectorAll("[data-en]")) {
      if (label.dataset.zh === undefined) label.dataset.zh = label.textContent;
      label.textContent = english ? label.dataset.en : label.dataset.zh;
    }
    for (const name of exchanged) {
      for (const label of document.querySelectorAll("[data-en-" + name + "]")) {
        if (!label.hasAttribute("data-zh-" + name)) label.setAttribute("data-zh-" + name, label.getAttribute(name));
        label.setAttribute(name, label.getAttribute((english ? "data-en-" : "data-zh-") + name));
      }
    }
  }

  // --- switches

  const redrawn = [];

  function switches() {
    const theme = document.getElementById("theme");
    const language = document.getElementById("language");
    function show() {
      relabel();
      const [zh, en] = isDark() ? ["浅色", "Light"] : ["深色", "Dark"];
      theme.textContent = isEnglish() ? en : zh;
      // A language is named in itself: who looks for it need not read the other one.
      language.textContent = isEnglish() ? "中文" : "English";
      language.lang = isEnglish() ? "zh-CN" : "en-GB";
      redrawn.forEach(function (draw) { draw(); });
    }
    theme.hidden = language.hidden = false;
    theme.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      window.ogi.remember("theme", root.dataset.theme);
      show();
    });
    language.addEventListener("click", function () {
      root.classList.toggle("english");
      window.ogi.remember("english", isEnglish() ? "on" : "off");
      show();
    });
    dark.addEventListener("change", show);
    show();
  }

  // --- what an address points to may lie in something folded

  function unfold() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch (error) { return; }
    const target = id && document.getElementById(id);
    if (!target) return;
    let folded = target.tagName === "DETAILS" ? target : target.parentElement.closest("details");
    const wasFolded = folded && !folded.open;
    for (; folded; folded = folded.parentElement.closest("details")) folded.open = true;
    if (wasFolded) target.scrollIntoView();
  }

  // On paper nothing can be unfolded, so that all is; but for what only repeats the source.
  function paper() {
    let opened = [];
    addEventListener("beforeprint", function () {
      opened = Array.from(document.querySelectorAll("details:not([open], .more)"));
      for (const folded of opened) folded.open = true;
    });
    addEventListener("afterprint", function () {
      for (const folded of opened) folded.open = false;
      opened = [];
    });
  }

  // --- what a rule means, told where one of its issues stands

  async function explain(place) {
    const rules = await window.ogi.load("data/rules.js", "rules");
    const parts = rules[place.dataset.rule];
    if (!parts || place.dataset.told) return;
    place.dataset.told = "yes";
    const heads = [["", ""], ["为何要紧：", "Why it matters: "], ["可能的原因：", "What may have happened: "]];
    const paragraphs = parts.map(function ([zh, en], at) {
      return element("p", {}, ...said(heads[at][0] + zh, heads[at][1] + en));
    });
    place.querySelector("summary").after(...paragraphs);
  }

  // Events of opening do not bubble: they are caught on their way down.
  document.addEventListener("toggle", function (event) {
    if (event.target.dataset.rule && event.target.open) explain(event.target).catch(console.error);
  }, true);

  // --- charts: the numbers are those of the table beside each

  function numbers(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    function label(cell) {
      return (cell.querySelector(isEnglish() ? "[lang=en]" : "[lang=zh]") || cell).textContent.trim();
    }
    const series = heads.map(function (head) { return { drawn: "s" in head.dataset, said: label(head) }; });
    const values = [];
    // However the table is sorted, the chart keeps its order.
    const rows = Array.from(table.tBodies[0].rows).sort(function (a, b) { return a.dataset.at - b.dataset.at; });
    for (const row of rows) {
      const own = row.dataset.series;
      for (let k = 1; k < row.cells.length; k++) {
        if (!series[k].drawn) continue;
        const v = row.cells[k].dataset.v;
        const s = own ? (isEnglish() ? row.dataset.seriesEn : own) : series[k].said;
        const n = row.cells[k].dataset.n || "";
        values.push({ x: label(row.cells[0]), s, k: own ? Number(row.dataset.k) : k, v: v === undefined ? null : Number(v), n });
      }
    }
    return values;
  }

  // As many legend entries beside each other as there is room for the longest.
  function legend(table, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "12px " + getComputedStyle(root).getPropertyValue("--sans");
    const longest = Math.max(...table.map(function (row) { return pen.measureText(row.s).width; }));
    const columns = Math.max(1, Math.min(3, Math.floor(width / (longest + 40))));
    return { columns, labelLimit: width / columns - 28 };
  }

  // Colours by the names that the style sheet has for them: it decides whether they are light, dark or on paper.
  function config(colours, table, width) {
    const style = getComputedStyle(root);
    function of(name) { return "var(--" + name + ")"; }
    const text = { labelColor: of("soft"), titleColor: of("soft"), labelFontSize: 12, titleFontWeight: "normal" };
    return {
      background: "transparent", font: style.getPropertyValue("--sans"), aria: false,
      view: { stroke: null },
      range: { category: colours.map(function (name) { return of("c-" + name); }) },
      axis: { ...text, gridColor: of("line"), domainColor: of("line"), tickColor: of("line"), labelPadding: 6 },
      legend: { ...text, labelColor: of("ink"), ...legend(table, width), symbolSize: 110, padding: 0, offset: 14 },
      text: { color: of("ink"), fontSize: 12 }, bar: { stroke: of("paper"), strokeWidth: 1 },
    };
  }

  async function draw(place) {
    const specs = await window.ogi.load("static/specs.js", "charts");
    await window.ogi.load("static/vega.js");
    const label = place.getAttribute("aria-label");
    const table = numbers(document.querySelector('table[data-of="' + place.dataset.chart + '"]'));
    const spec = { ...specs[place.dataset.chart], datasets: { table } };
    // Charts of one row a name are as high as they have names.
    if (spec.usermeta.step) spec.height = spec.usermeta.step * new Set(table.map(function (row) { return row.x; })).size;
    await window.vegaEmbed(place, spec, {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1,
      config: config(spec.usermeta.colours, table, place.clientWidth),
      tooltip: { theme: isDark() ? "dark" : "light" },
    });
    // Its place says in words what it shows, which Vega overwrites; the table has the numbers.
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", label);
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    place.dataset.drawn = "yes";
  }

  function charts() {
    const places = Array.from(document.querySelectorAll("[data-chart]"));
    const shown = new Set();
    async function show(place) {
      try { await draw(place); } catch (error) {
        place.replaceChildren(...said("图未能画出，数字见表。", "The chart could not be drawn; the table has its numbers."));
        console.error(error);
      }
    }
    const seen = new IntersectionObserver(function (entries) {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        shown.add(entry.target);
        show(entry.target);
      }
    }, { rootMargin: "300px" });
    places.forEach(function (place) { seen.observe(place); });
    // Those further down are drawn when there is time, so that paper has them too.
    function rest() {
      for (const place of places) {
        if (shown.has(place) || !place.clientWidth) continue;
        seen.unobserve(place);
        shown.add(place);
        show(place);
      }
    }
    addEventListener("load", function () { (window.requestIdleCallback || setTimeout)(rest); });
    addEventListener("beforeprint", rest);
    redrawn.push(function () { shown.forEach(show); });
  }

  charts();
  paper();
  switches();
  addEventListener("hashchange", unfold);
  unfold();
})();
