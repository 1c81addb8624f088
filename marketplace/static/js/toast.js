// Short messages at the lower edge. Django's messages stand there already; scripts add theirs with show(text, tone).
// Good news leaves after a while, unless it is being read; bad news stays until it is dismissed.
const STAY = 8000;
const LEAVE = 300;
const ROUND = "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0z";
const ICONS = { success: `${ROUND}M9 12l2 2 4-4`, error: "M12 8v5m0 3.500v.01M12 3l9.500 17h-19z", info: `${ROUND}M12 16v-4m0-4v.01` };

function leave(toast) {
  toast.classList.add("toast--leaving");
  setTimeout(() => toast.remove(), LEAVE);
}

function watch(toast) {
  if (toast.matches(".toast--error, .toast--warning")) return;
  let timer;
  const start = () => { timer = setTimeout(() => leave(toast), STAY); };
  const stop = () => clearTimeout(timer);
  for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, stop);
  for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, start);
  start();
}

function drawn(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
  svg.append(line);
  return svg;
}

/** Shows `text` (plain text) as a toast; with `url` the text is a link. Tones: info, success, warning, error. */
export function show(text, tone = "info", url = null) {
  const toast = document.createElement("li");
  toast.className = `toast toast--${tone}`;
  const words = document.createElement(url ? "a" : "span");
  words.className = "toast__text";
  words.textContent = text;
  if (url) words.href = url;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button--quiet button--icon button--s";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", document.documentElement.dataset.dismiss ?? "Dismiss");
  close.append(drawn("M18 6 6 18M6 6l12 12"));
  toast.append(drawn(ICONS[tone] ?? ICONS.info), words, close);
  document.getElementById("toasts").append(toast);
  watch(toast);
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest?.("[data-toast-close]")?.closest(".toast");
  if (toast) leave(toast);
});
document.addEventListener("toast", (event) => show(event.detail.text, event.detail.tone, event.detail.url));
for (const toast of document.querySelectorAll(".toast")) watch(toast);
