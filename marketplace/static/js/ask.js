// [data-ask="5"]: at most so many of its boxes can be ticked. Without this module the server refuses more.
function limit(group) {
  const boxes = [...group.querySelectorAll('input[type="checkbox"][name="page"]')];
  const full = boxes.filter((box) => box.checked).length >= Number(group.dataset.ask);
  for (const box of boxes) box.disabled = full && !box.checked;
}

for (const group of document.querySelectorAll("[data-ask]")) {
  group.addEventListener("change", () => limit(group));
  limit(group);
}
addEventListener("pageshow", () => document.querySelectorAll("[data-ask]").forEach(limit));
