// [data-ask="5"]: at most so many of its boxes can be ticked. Without this module the server refuses more.
function boxesOf(group) {
  return [...group.querySelectorAll('input[type="checkbox"][name="page"]')];
}

function limit(group) {
  const boxes = boxesOf(group);
  const full = boxes.filter((box) => box.checked).length >= Number(group.dataset.ask);
  for (const box of boxes) box.disabled = full && !box.checked;
}

// [data-ask-address]: what is ticked goes along in the address, so that filters, order and reloading leave it as it is.
function ticked(group) {
  return boxesOf(group).filter((box) => box.checked).map((box) => box.value);
}

function withTicked(address, group) {
  const parameters = new URL(address, location.href).searchParams;
  parameters.delete("page");
  for (const id of ticked(group)) parameters.append("page", id);
  return `?${parameters}`;
}

function carry(group) {
  history.replaceState(history.state, "", withTicked(location.href, group));
  for (const link of document.querySelectorAll('main a[href^="?"]')) {
    link.setAttribute("href", withTicked(link.getAttribute("href"), group));
  }
}

for (const group of document.querySelectorAll("[data-ask]")) {
  const carries = "askAddress" in group.dataset;
  group.addEventListener("change", () => {
    limit(group);
    if (carries) carry(group);
  });
  limit(group);
  if (carries) {
    for (const form of document.querySelectorAll('main form[action="/services/"]')) {
      form.addEventListener("formdata", ({ formData }) => {
        formData.delete("page");
        for (const id of ticked(group)) formData.append("page", id);
      });
    }
  }
}
addEventListener("pageshow", () => document.querySelectorAll("[data-ask]").forEach(limit));
