// <button data-dialog-open="id"> opens <dialog id="id">; a click beside the dialog or on [data-dialog-close] closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog && !dialog.open) dialog.showModal();
    event.preventDefault();
    return;
  }
  const dialog = event.target.closest?.("dialog[open]");
  if (!dialog) return;
  if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
});

// A form that came back with errors reopens its dialog.
for (const dialog of document.querySelectorAll("dialog[data-open-on-load]")) dialog.showModal();
