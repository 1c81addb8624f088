// The live stream, one for all tabs of this browser: HTTP/1.1 allows six connections to a site. A Web Lock elects the tab that holds
// the EventSource; it tells the others by a BroadcastChannel. Every tab hears "live:notification", "live:message" and "live:rate" on
// document. Where the browser has no Web Locks (they need HTTPS or localhost), each tab holds a stream of its own.
const STREAM = "/api/v1/stream/";
const EVENTS = ["notification", "message", "rate"];
const SEEN_FOR = 10 * 60_000;
const LONGEST_WAIT = 5 * 60_000;
const member = document.getElementById("bell")?.dataset.member ?? "";
const SEEN = `live-seen-${member}`;
const channel = new BroadcastChannel(`live-${member}`);

let source = null;
let wait = 15_000;
let timer;
let handOver = () => {};

const hear = ({ type, detail }) => document.dispatchEvent(new CustomEvent(`live:${type}`, { detail }));

// Another tab, or this one after a page change, goes on after the last event that this browser saw.
function remember(id) {
  try {
    localStorage.setItem(SEEN, JSON.stringify({ id, at: Date.now() }));
  } catch {} // no storage: the stream begins at the present
}

function lastSeen() {
  try {
    const { id, at } = JSON.parse(localStorage.getItem(SEEN));
    return Date.now() - at < SEEN_FOR ? id : "";
  } catch {
    return "";
  }
}

function open() {
  const seen = lastSeen();
  source = new EventSource(seen ? `${STREAM}?last_event_id=${encodeURIComponent(seen)}` : STREAM);
  source.addEventListener("open", () => { wait = 15_000; });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
  for (const type of EVENTS) {
    source.addEventListener(type, (event) => {
      remember(event.lastEventId);
      const told = { type, detail: JSON.parse(event.data) };
      channel.postMessage(told);
      hear(told);
    });
  }
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function lead() {
  open();
  return new Promise((resolve) => { handOver = resolve; });
}

const stand = () => (navigator.locks ? navigator.locks.request(`live-${member}`, lead) : open());

channel.addEventListener("message", ({ data }) => hear(data));
addEventListener("pagehide", () => { close(); handOver(); });
addEventListener("pageshow", ({ persisted }) => { if (persisted) stand(); });
stand();

// What the frame of every page shows: the bell and a short message. The list of notifications follows in notifications.js.
const FRESH = 60_000;
// A page that has just said what one did needs no second message about it.
const SAID = 3_000;
const hasJustSaid = () => performance.now() < SAID && document.querySelector(".toast--success");

document.addEventListener("live:unread", ({ detail: unread }) => {
  const shown = unread > 99 ? "99+" : String(unread);
  for (const each of document.querySelectorAll("[data-unread]")) each.textContent = shown;
  const bell = document.getElementById("bell");
  if (!bell) return;
  document.getElementById("bell-count").hidden = unread === 0;
  bell.setAttribute("aria-label", bell.getAttribute("aria-label").replace(/\d+\+?/, shown));
});

document.addEventListener("live:notification", ({ detail }) => {
  hear({ type: "unread", detail: detail.unread });
  const isShown = document.getElementById("notification-list") || document.querySelector(`[data-conversation="${detail.subject.id}"]`);
  if (isShown || document.visibilityState !== "visible" || hasJustSaid() || Date.now() - Date.parse(detail.created_at) > FRESH) return;
  const told = { text: detail.text, tone: "info", url: `/notifications/${detail.id}/` };
  document.dispatchEvent(new CustomEvent("toast", { detail: told }));
});
