// Menus open by the popover attribute; this adds the arrow keys that people expect in one.
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open");
  if (!menu || !(event.key in STEPS)) return;
  const items = [...menu.querySelectorAll(".menu__item")].filter((item) => item.offsetParent !== null);
  if (!items.length) return;
  const next = items.indexOf(document.activeElement) + STEPS[event.key];
  items.at(next % items.length).focus();
  event.preventDefault();
});

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.(".menu") && event.newState === "open") event.target.querySelector(".menu__item")?.focus();
  },
  true,
);

// <details class="dropdown">: closed by Escape, which brings the focus back, and by a click or the focus elsewhere.
const openDropdowns = () => document.querySelectorAll("details.dropdown[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const dropdown of openDropdowns()) {
    if (dropdown.contains(document.activeElement)) dropdown.querySelector("summary").focus();
    dropdown.open = false;
  }
});

for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const dropdown of openDropdowns()) if (!dropdown.contains(event.target)) dropdown.open = false;
  });
}
