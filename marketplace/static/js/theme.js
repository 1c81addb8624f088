// The choice of colours in the footer. A cookie remembers it for a year, so that the server draws the next page right at once.
const YEAR = 60 * 60 * 24 * 365;
const control = document.querySelector("#theme-switch");

function choose(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme === "auto" ? 0 : YEAR;
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}

if (control) {
  const present = document.documentElement.dataset.theme ?? "auto";
  control.querySelector(`[value="${present}"]`).checked = true;
  control.addEventListener("change", (event) => choose(event.target.value));
}
