// The list at /notifications/: what arrives live stands on top of its first page.
import { refresh } from "./relative-time.js";

const list = document.getElementById("notification-list");
const template = document.getElementById("notification-template");

const newest = () => Date.parse(list.querySelector("time")?.dateTime ?? 0);

document.addEventListener("live:notification", ({ detail: { id, text, created_at: at } }) => {
  const isFirstPage = !(new URLSearchParams(location.search).get("page") > 1);
  if (!isFirstPage || document.getElementById(`n-${id}`) || Date.parse(at) < newest()) return;
  const item = template.content.cloneNode(true).firstElementChild;
  item.id = `n-${id}`;
  const link = item.querySelector("a");
  link.href = `/notifications/${id}/`;
  link.textContent = text;
  item.querySelector("time").dateTime = at;
  item.querySelector("time").textContent = new Date(at).toLocaleString(document.documentElement.lang);
  list.prepend(item);
  refresh();
  document.querySelector("main .empty")?.remove();
});
