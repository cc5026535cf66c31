// Tables that can be sorted: the head of each column is a button, by mouse and keyboard.
"use strict";
(function () {
  // What a cell is sorted by: its number, else its text in the order of the language; nothing stated comes last.
  function value(row, column) {
    const cell = row.cells[column];
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    if (cell.classList.contains("nil")) return null;
    const text = cell.innerText.trim(), number = Number(text.replaceAll(",", ""));
    return text && !Number.isNaN(number) ? number : text;
  }

  function compare(a, b, down) {
    if (a === null || b === null) return (a === null) - (b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), document.documentElement.lang);
    return down ? -order : order;
  }

  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    Array.from(body.rows).forEach(function (row, at) { row.dataset.at = at; });
    heads.forEach(function (head, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () {
        const was = head.getAttribute("aria-sort");
        // Numbers are wanted from the largest down first, names from the first letter.
        const rows = Array.from(body.rows);
        const numbers = rows.some(function (row) { return typeof value(row, column) === "number"; });
        const down = was === "none" ? numbers && column > 0 : was === "ascending";
        heads.forEach(function (each) { each.setAttribute("aria-sort", "none"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const values = new Map(rows.map(function (row) { return [row, value(row, column)]; }));
        rows.sort(function (a, b) {
          return compare(values.get(a), values.get(b), down) || a.dataset.at - b.dataset.at;
        });
        body.append(...rows);
      });
    });
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
})();
