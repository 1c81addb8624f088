// <time datetime="…" data-relative> shows "3 minutes ago" in the page's language; the full time, as the server wrote it, is its title.
const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
const format = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

function words(seconds) {
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit ? format.format(Math.round(seconds / unit[1]), unit[0]) : format.format(0, "second");
}

export function refresh() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    time.title ||= time.textContent.trim();
    time.textContent = words((Date.parse(time.dateTime) - Date.now()) / 1000);
  }
}

refresh();
setInterval(refresh, 60_000);
document.addEventListener("htmx:afterSwap", refresh);
