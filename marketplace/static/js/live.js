// The live stream, one for all tabs of this browser: HTTP/1.1 allows six connections to a site. A Web Lock elects the tab that holds
// the EventSource; it tells the others by a BroadcastChannel. Every tab hears "live:notification", "live:message" and "live:rate" on
// document. Where the browser has no Web Locks (they need HTTPS or localhost), each tab holds a stream of its own.
const STREAM = "/api/v1/stream/";
const EVENTS = ["notification", "message", "rate"];
const SEEN_FOR = 10 * 60_000;
const LONGEST_WAIT = 5 * 60_000;
const bell = document.getElementById("bell");
const { member } = bell.dataset;
const SEEN = `live-seen-${member}`;
const channel = new BroadcastChannel(`live-${member}`);

// The number of the last event that this page shows. The server draws a page up to one, so nothing is missed between that and the
// stream's beginning, however old the page is: browsers go back to kept ones.
let shown = Number(bell.dataset.position);
let source = null;
let wait = 15_000;
let timer;
let handOver = () => {};

const dispatch = (type, detail) => document.dispatchEvent(new CustomEvent(`live:${type}`, { detail }));

function hear({ type, id, detail }) {
  if (type !== "rate" && id <= shown) return; // rates have no number of their own
  shown = Math.max(shown, id);
  dispatch(type, detail);
}

// What came while pages changed is in the next one, but nobody was told: it goes on after the last event that this browser heard.
function remember(id) {
  try {
    localStorage.setItem(SEEN, JSON.stringify({ id, at: Date.now() }));
  } catch {} // no storage: the stream begins at what the page shows
}

function lastSeen() {
  try {
    const { id, at } = JSON.parse(localStorage.getItem(SEEN));
    return Date.now() - at < SEEN_FOR ? Number(id) : shown;
  } catch {
    return shown;
  }
}

function open(after) {
  source = new EventSource(`${STREAM}?last_event_id=${after}`);
  source.addEventListener("open", () => { wait = 15_000; });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
    timer = setTimeout(() => open(shown), wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
  for (const type of EVENTS) {
    source.addEventListener(type, (event) => {
      const told = { type, id: Number(event.lastEventId), detail: JSON.parse(event.data) };
      remember(told.id);
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
  shown = Math.min(shown, lastSeen());
  open(shown);
  return new Promise((resolve) => { handOver = resolve; });
}

// A tab that shows less than the one with the stream has heard missed something before it could listen.
function catchUp(after) {
  if (!source || after >= shown) return;
  close();
  open(after);
}

function stand() {
  if (!navigator.locks) {
    lead();
    return;
  }
  channel.postMessage({ type: "shown", id: shown });
  navigator.locks.request(`live-${member}`, lead);
}

channel.addEventListener("message", ({ data }) => (data.type === "shown" ? catchUp(data.id) : hear(data)));
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
  document.getElementById("bell-count").hidden = unread === 0;
  bell.setAttribute("aria-label", bell.getAttribute("aria-label").replace(/\d+\+?/, shown));
});

document.addEventListener("live:notification", ({ detail }) => {
  dispatch("unread", detail.unread);
  const isShown = document.getElementById("notification-list") || document.querySelector(`[data-conversation="${detail.subject.id}"]`);
  if (isShown || document.visibilityState !== "visible" || hasJustSaid() || Date.now() - Date.parse(detail.created_at) > FRESH) return;
  const told = { text: detail.text, tone: "info", url: `/notifications/${detail.id}/` };
  document.dispatchEvent(new CustomEvent("toast", { detail: told }));
});
