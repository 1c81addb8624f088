// Reads a chart over time value by value: by pointer, by finger, or with the arrow keys on a slider below it. The numbers come from
// the chart's own table, so nothing is said twice.
function follow(figure) {
  const drawing = figure.querySelector(".figure__drawing");
  const chart = drawing?.querySelector(".chart--bars, .chart--lines");
  const rows = [...figure.querySelectorAll("tbody tr")].reverse();
  if (!chart || rows.length < 2 || figure.querySelector(".chart__walk")) return;
  const labels = [...figure.querySelectorAll("thead th")].slice(1).map((each) => each.textContent);
  const walk = Object.assign(document.createElement("input"), { type: "range", className: "chart__walk", min: 0, max: rows.length - 1, value: rows.length - 1 });
  walk.setAttribute("aria-labelledby", figure.getAttribute("aria-labelledby"));
  const readout = Object.assign(document.createElement("p"), { className: "chart__readout" });
  readout.setAttribute("aria-hidden", "true"); // the slider says the same
  const cursor = Object.assign(document.createElement("div"), { className: "chart__cursor", hidden: true });
  drawing.append(cursor, walk, readout);

  function read(at) {
    const [name, ...cells] = rows[at].children;
    return [name.textContent, ...cells.map((cell, number) => `${labels[number]}: ${cell.textContent}`)];
  }
  function show(at) {
    walk.value = at;
    const parts = read(at);
    walk.setAttribute("aria-valuetext", parts.join(", "));
    readout.replaceChildren(...parts.map((part) => Object.assign(document.createElement("span"), { textContent: part })));
    const box = chart.getBoundingClientRect();
    cursor.hidden = false;
    cursor.style.left = `${box.left - drawing.getBoundingClientRect().left + ((at + 0.5) / rows.length) * box.width}px`;
  }
  walk.addEventListener("input", () => show(walk.valueAsNumber));
  chart.addEventListener("pointermove", ({ clientX }) => {
    const box = chart.getBoundingClientRect();
    show(Math.max(0, Math.min(rows.length - 1, Math.floor(((clientX - box.left) / box.width) * rows.length))));
  });
  show(rows.length - 1);
  cursor.hidden = true;
}

const followAll = (root) => { for (const figure of root.querySelectorAll("[data-chart]")) follow(figure); };
document.addEventListener("charts:new", ({ target }) => followAll(target));
followAll(document);
