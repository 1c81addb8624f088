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
