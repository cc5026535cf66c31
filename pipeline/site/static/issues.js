// The list of contradictions: the index of all issues is filtered here, texts are loaded for what is shown.
"use strict";
(async function () {
  const { element, said, plain, load } = window.ogi;
  const form = document.getElementById("filters");
  const list = document.getElementById("list");
  const count = document.getElementById("count");
  const pager = document.getElementById("pager");
  const perPage = 50;
  let agencies, index, severityOf, provinceOf;
  let asked = 0; // the latest question; answers to earlier ones are dropped
  let hits = [], complete = true, page = 0;

  function texts(position) { return load("data/issues-" + shard(position) + ".js", "issues-" + shard(position)); }
  function shard(position) { return Math.floor(position / index.size); }

  function filters() {
    return Object.fromEntries(Array.from(new FormData(form)).filter(function (pair) { return pair[1].trim(); }));
  }

  // Positions that the filters leave, without the words.
  function fitting(wanted) {
    const severity = ["error", "warning", "info"].indexOf(wanted.severity);
    const notes = wanted.severity || wanted.rule; // notes are not contradictions: only where they are asked for
    const rule = index.rules.findIndex(function (known) { return known[0] === wanted.rule; });
    const year = Number(wanted.year), province = wanted.province === "-" ? "" : wanted.province;
    const left = [];
    for (let i = 0; i < index.rule.length; i++) {
      if (index.waived[i] && !wanted.waived) continue;
      if (!notes && severityOf[index.rule[i]] === 2) continue;
      if (severity >= 0 && severityOf[index.rule[i]] !== severity) continue;
      if (wanted.rule && index.rule[i] !== rule) continue;
      if (wanted.year && index.year[i] !== year) continue;
      if (wanted.province && provinceOf[index.agency[i]] !== province) continue;
      left.push(i);
    }
    return left;
  }

  function cell(position) {
    const [id] = agencies.rows[index.agency[position]];
    return "agencies/" + id + ".html#m" + index.year[position] + "-" + index.number[position];
  }

  // A contradiction: its first cell with what is said of it, and links to the others.
  function line(group, text) {
    const [position, ...others] = group;
    const [code, severity, zh, en] = index.rules[index.rule[position]];
    const [, name] = agencies.rows[index.agency[position]];
    const year = index.year[position];
    const [message, messageEn, source, suggestion, page] = text;
    const link = element("a", { href: cell(position) }, element("bdi", {}, name), " ", ...said(year + " 年", String(year)));
    const head = element("p", {}, element("span", { className: "badge" }, ...said(...index.severities[severity])), " ", link,
      " ", element("b", {}, ...said(zh, en)));
    const more = [];
    const where = index.cells[index.cell[position]];
    if (where[0]) more.push(said(...where));
    if (page) more.push(said("第 " + page + " 页", "page " + page));
    else if (source) more.push(said("第 " + source + " 行", "line " + source));
    if (suggestion) more.push(said("建议核对：" + suggestion[0], "check: " + suggestion[1]));
    if (index.waived[position]) more.push(said("已知", "known"));
    const kind = ["error", "warning", "info"][severity];
    const [shown, shownEn] = said(message, messageEn);
    const item = element("li", { className: kind + (index.waived[position] ? " waived" : "") }, head,
      element("p", {}, element("bdi", {}, shown, shownEn)));
    if (more.length) {
      item.append(element("p", { className: "soft" }, ...more.flatMap(function (part, at) {
        return at ? [" · ", ...part] : part;
      })));
    }
    if (others.length) item.append(rest(others));
    const why = element("details", { className: "why" }, element("summary", {}, ...said("这是什么意思？", "What does this mean?")),
      element("p", {}, element("a", { href: "dictionary.html#r-" + code }, ...said("见数据字典", "See the dictionary"))));
    why.dataset.rule = code;
    item.append(why);
    return item;
  }

  function rest(others) {
    const cells = others.map(function (position) {
      const [zh, en] = index.cells[index.cell[position]], year = index.year[position];
      return element("li", {}, element("a", { href: cell(position) }, ...said(year + " 年 " + zh, year + " " + en)));
    });
    const count = others.length;
    return element("details", { className: "cells" },
      element("summary", {}, ...said("另有 " + count + " 格", count + (count === 1 ? " more cell" : " more cells"))),
      element("ul", {}, ...cells));
  }

  // Cells of one contradiction stand beside each other in the index.
  function grouped(positions) {
    const groups = [];
    let last = -1;
    for (const position of positions) {
      if (index.discrepancy[position] === last) groups[groups.length - 1].push(position);
      else groups.push([position]);
      last = index.discrepancy[position];
    }
    return groups;
  }

  async function show() {
    const question = asked;
    const groups = grouped(hits);
    const lines = [];
    for (const group of groups.slice(page * perPage, (page + 1) * perPage)) {
      const text = (await texts(group[0]))[group[0] % index.size];
      if (question !== asked) return;
      lines.push(line(group, text));
    }
    list.replaceChildren(...lines);
    list.start = page * perPage + 1;
    const pages = Math.max(1, Math.ceil(groups.length / perPage));
    const reports = new Set(hits.map(function (position) { return index.agency[position] + " " + index.year[position]; }));
    const zh = groups.length + " 处，涉及 " + reports.size + " 份报告的 " + hits.length + " 格";
    const en = groups.length + " contradictions, in " + reports.size + " reports, at " + hits.length + " cells";
    count.replaceChildren(...(complete ? said("共 " + zh, en) : said("已找到 " + zh + "，还在查找…", en + ", still looking…")));
    document.getElementById("page").textContent = page + 1 + " / " + pages;
    document.getElementById("before").disabled = page === 0;
    document.getElementById("after").disabled = page + 1 >= pages;
    pager.hidden = pages === 1;
  }

  async function filter() {
    try { await filtered(++asked); } catch (error) { fail(error); }
  }

  async function filtered(question) {
    const wanted = filters();
    const words = plain(wanted.text || "").split(/\s+/).filter(Boolean);
    const left = fitting(wanted);
    page = 0;
    if (!words.length) {
      hits = left;
      complete = true;
      return show();
    }
    // Words are looked for in the agency and the message, file by file; what is found is shown as it comes.
    hits = [];
    complete = false;
    let from = -1;
    for (const position of left) {
      const text = (await texts(position))[position % index.size];
      if (question !== asked) return;
      const row = agencies.rows[index.agency[position]];
      const all = plain([row[1], row[2], agencies.places[row[3]].join(""), text[0], text[1]].join("\n"));
      if (words.every(function (word) { return all.includes(word); })) hits.push(position);
      if (shard(position) !== from) {
        from = shard(position);
        if (hits.length < perPage) await show();
        if (question !== asked) return;
      }
    }
    complete = true;
    return show();
  }

  function fromAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.reset();
    for (const [name, value] of wanted) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  }

  function toAddress() {
    history.replaceState(null, "", "#" + new URLSearchParams(filters()));
  }

  async function turn(by) {
    page += by;
    try { await show(); } catch (error) { return fail(error); }
    list.scrollIntoView();
    list.querySelector("a").focus({ preventScroll: true });
  }

  function fail(error) {
    count.replaceChildren(...said("读不到 " + error.message + "，文件夹可能不完整。", error.message + " cannot be read: the folder may not be whole."));
  }

  try {
    agencies = await load("data/agencies.js", "agencies");
    index = await load("data/issues.js", "issues");
  } catch (error) {
    fail(error);
    return;
  }
  severityOf = index.rules.map(function (rule) { return rule[1]; });
  provinceOf = agencies.rows.map(function (row) { return agencies.places[row[3]][0]; });
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function () { toAddress(); filter(); });
  form.addEventListener("reset", function () { setTimeout(function () { toAddress(); filter(); }); });
  document.getElementById("before").addEventListener("click", function () { turn(-1); });
  document.getElementById("after").addEventListener("click", function () { turn(1); });
  addEventListener("hashchange", function () { fromAddress(); filter(); });
  fromAddress();
  filter();
})();
