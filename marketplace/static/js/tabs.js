// Panels in one page. Without scripts all panels show, one below the other, and the tabs are links to them:
// <nav class="tabs" data-tabs aria-label="…"><a href="#a">…</a><a href="#b">…</a></nav> <section class="tab-panel" id="a"> …
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

function select(tabs, chosen) {
  for (const tab of tabs) {
    const here = tab === chosen;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !here;
  }
}

function prepare(list) {
  const tabs = [...list.querySelectorAll('a[href^="#"]')];
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    const panel = document.getElementById(tab.hash.slice(1));
    tab.id ||= `tab-${panel.id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.tabIndex = 0;
  }
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("a");
    if (!tab) return;
    event.preventDefault();
    select(tabs, tab);
  });
  list.addEventListener("keydown", (event) => {
    if (!(event.key in STEPS)) return;
    const next = tabs.at((tabs.indexOf(document.activeElement) + STEPS[event.key]) % tabs.length);
    next.focus();
    select(tabs, next);
  });
  select(tabs, tabs.find((tab) => tab.hash === location.hash) ?? tabs[0]);
}

document.querySelectorAll("[data-tabs]").forEach(prepare);
