// The live stream, one for all tabs of this browser: HTTP/1.1 allows six connections to a site. A Web Lock elects the tab that
// holds the EventSource; it tells the others by a BroadcastChannel. Every tab hears DOM events "live:notification", "live:message"
// and "live:rate" on document; here the bell and the list of notifications follow them.
const STREAM = "/api/v1/stream/";
const EVENTS = ["notification", "message", "rate"];
const channel = new BroadcastChannel("live");
let source = null;

const hear = ({ type, detail }) => document.dispatchEvent(new CustomEvent(`live:${type}`, { detail }));

const open = () => {
  source = new EventSource(STREAM);
  for (const type of EVENTS) {
    source.addEventListener(type, (event) => {
      const told = { type, detail: JSON.parse(event.data) };
      channel.postMessage(told);
      hear(told);
    });
  }
};

channel.addEventListener("message", ({ data }) => hear(data));

// The lock is ours until this tab is closed; then the next one in the queue takes over.
navigator.locks.request("live-stream", () => new Promise(() => open()));
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => {
  if (event.persisted && source) open(); // back from the cache of pages
});

document.addEventListener("live:notification", ({ detail }) => {
  const count = document.getElementById("bell-count");
  if (count) {
    count.textContent = detail.unread;
    count.hidden = detail.unread === 0;
    const bell = document.getElementById("bell");
    bell.setAttribute("aria-label", bell.getAttribute("aria-label").replace(/\d+/, detail.unread));
  }
  for (const each of document.querySelectorAll("[data-unread]")) each.textContent = detail.unread;
  prepend(detail);
});

function prepend({ id, text, created_at }) {
  const list = document.getElementById("notification-list");
  if (!list || new URLSearchParams(location.search).has("page")) return;
  const item = document.createElement("li");
  item.className = "notification notification--unread";
  const link = Object.assign(document.createElement("a"), { href: `/notifications/${id}/`, textContent: text, dir: "auto" });
  const time = Object.assign(document.createElement("time"), { className: "small soft", dateTime: created_at });
  time.textContent = new Date(created_at).toLocaleTimeString();
  item.append(link, time);
  list.prepend(item);
  document.querySelector(".empty")?.remove();
}
