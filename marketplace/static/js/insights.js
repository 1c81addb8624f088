// Shows the present minute as it is counted: live.js hands on the stream's "rate" events. Where the chart shows minutes it is fetched
// anew when a minute was closed, and with the open minute at most once a second.
const shown = document.getElementById("live-requests");
const minute = document.getElementById("live-minute");
const chart = document.querySelector("#rate-chart[data-follows]");
const WAIT = 1_000;
let closed = "";
let timer;

async function renew() {
  timer = undefined;
  if (document.hidden || chart.contains(document.activeElement)) return; // nobody looks, or somebody is reading it by keyboard
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("rate-chart");
  if (!fresh) return;
  const wasOpen = chart.querySelector("details")?.open;
  chart.replaceChildren(...fresh.children);
  if (wasOpen) chart.querySelector("details").open = true;
  chart.dispatchEvent(new Event("charts:new", { bubbles: true }));
}

document.addEventListener("live:rate", ({ detail }) => {
  // Announcements of several processes may overtake each other: within a minute the number only grows.
  const isLate = detail.minute < shown.dataset.minute || (detail.minute === shown.dataset.minute && detail.requests < Number(shown.textContent));
  if (!isLate) {
    shown.textContent = detail.requests;
    shown.dataset.minute = detail.minute;
    minute.textContent = detail.minute.slice(11, 16);
  }
  if (chart && (detail.closed_until !== closed || chart.dataset.follows === "now")) timer ??= setTimeout(renew, WAIT);
  closed = detail.closed_until;
});
