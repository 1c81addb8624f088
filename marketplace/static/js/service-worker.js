// Shows push messages and opens what they are about. Served at /service-worker.js. The payload is {title, body, url, tag}; see
// notifications/push/payload.py.
const ICON = "/static/img/favicon.svg";
const RENEW = "/api/v1/push/renew/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data?.json() ?? {};
  if (!title) return;
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon: ICON, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data?.url ?? "/notifications/", self.location.origin)));
});

async function show(address) {
  if (address.origin !== self.location.origin) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => new URL(page.url).pathname === address.pathname);
  await (open ? open.focus() : self.clients.openWindow(address.href));
}

// The browser's push service moved the subscription: tell the site, or the next message goes nowhere.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  if (!oldSubscription) return;
  const fresh = newSubscription ?? (await self.registration.pushManager.subscribe(oldSubscription.options));
  const body = JSON.stringify({ ...fresh.toJSON(), old_endpoint: oldSubscription.endpoint });
  await fetch(RENEW, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}
