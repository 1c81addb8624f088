// <form data-keep>: the heart of a page. It turns at once and turns back where the server refuses. Without this module the form reloads the page.
import { show } from "./toast.js";

function turn(form, kept) {
  form.querySelector("button").setAttribute("aria-pressed", String(kept));
  form.elements.keep.value = String(!kept);
}

async function send(form, body) {
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.ok) return;
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.message ?? form.dataset.failed);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (!form) return;
  event.preventDefault();
  if ("waiting" in form.dataset) return;
  form.dataset.waiting = "";
  const body = new FormData(form);
  const kept = body.get("keep") === "true";
  turn(form, kept);
  try {
    await send(form, body);
  } catch (error) {
    turn(form, !kept);
    show(error instanceof TypeError ? form.dataset.failed : error.message, "error");
  } finally {
    delete form.dataset.waiting;
  }
}, true);
