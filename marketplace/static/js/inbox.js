// What every page shows of conversations: the number in the header; and the list beside an open one, fetched anew when something is new.
import { refresh } from "./relative-time.js";

const WAIT = 150;
const rows = document.querySelector("[data-inbox-rows]");
let timer;

async function renew() {
  const query = new URLSearchParams(location.pathname === "/inbox/" ? location.search : "");
  if (rows.dataset.current) query.set("current", rows.dataset.current);
  try {
    const answer = await fetch(`${rows.dataset.url}?${query}`);
    if (!answer.ok || answer.redirected) return;
    const focused = rows.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    rows.innerHTML = await answer.text();
    if (focused) rows.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    refresh();
  } catch {} // the next event comes with the next try
}

function showUnread(count) {
  const shown = count > 99 ? "99+" : String(count);
  for (const each of document.querySelectorAll("[data-unread-conversations]")) each.textContent = shown;
  const link = document.getElementById("inbox-link");
  if (!link) return;
  document.getElementById("inbox-count").hidden = count === 0;
  link.setAttribute("aria-label", link.getAttribute("aria-label").replace(/\d+\+?/, shown));
}

document.addEventListener("live:message", ({ detail }) => {
  showUnread(detail.unread);
  if (!rows) return;
  clearTimeout(timer);
  timer = setTimeout(renew, WAIT);
});
document.addEventListener("live:conversations", ({ detail: unread }) => showUnread(unread));
