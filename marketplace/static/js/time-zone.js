// Fills in the browser's time zone: into a hidden field of sign-up, and into the profile's list while it still says UTC.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const control of document.querySelectorAll("[data-time-zone]")) {
  const untouched = control.value === "" || control.dataset.timeZone === "guess";
  if (!zone || !untouched) continue;
  if (control instanceof HTMLSelectElement && ![...control.options].some((option) => option.value === zone)) continue;
  control.value = zone;
}
