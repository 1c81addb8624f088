// Saves a form while it is filled in: <form data-autosave>, with an element [data-autosave-state] whose data attributes
// hold the words. The form's own address takes the same fields plus "autosave" and answers {state, version,
// public, problems, progress}; the last is the HTML of [data-progress].
// Without this module the form is saved by its buttons; the server decides in either case.
const WAIT_MS = 900;
const RETRY_MS = 8000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.words = form.querySelector("[data-autosave-state]");
    this.sent = this.snapshot();
    form.addEventListener("input", () => this.schedule());
    form.addEventListener("change", () => this.schedule());
    form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("online", () => this.schedule());
    document.addEventListener("visibilitychange", () => this.leave());
  }

  /** What is in the form, without what changes by itself. */
  snapshot() {
    const data = new FormData(this.form);
    for (const name of ["version", "csrfmiddlewaretoken"]) data.delete(name);
    return new URLSearchParams(data).toString();
  }

  schedule(wait = WAIT_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  body() {
    const data = new FormData(this.form);
    data.set("autosave", "1");
    return data;
  }

  save() {
    clearTimeout(this.timer);
    const snapshot = this.snapshot();
    if (snapshot === this.sent || this.running) return this.running;
    this.say("saving");
    this.running = this.send(snapshot).finally(() => {
      this.running = null;
      if (!this.submitting && this.failed !== true && this.snapshot() !== this.sent) this.schedule();
    });
    return this.running;
  }

  async send(snapshot) {
    this.failed = false;
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: this.body(), headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 403) return this.say("loggedOut");
      if (!answer.ok) throw new Error(String(answer.status));
      const result = await answer.json();
      this.sent = snapshot;
      const version = this.form.elements.namedItem("version");
      // A stale form keeps its number: the person, not this script, decides to replace what is there.
      if (result.version && result.state !== "stale" && version) version.value = result.version;
      const progress = document.querySelector("[data-progress]");
      if (progress && result.progress) progress.innerHTML = result.progress;
      this.say(result.state === "kept" && !result.problems.length ? "keptPrivate" : result.state, result.problems);
    } catch {
      this.failed = true;
      this.say("failed");
      this.schedule(RETRY_MS);
    }
  }

  /** A save on its way comes first, or the form would be sent with the number of a version that is past. */
  async submit(event) {
    clearTimeout(this.timer);
    this.submitting = true;
    if (!this.running) return;
    event.preventDefault();
    await this.running;
    this.form.requestSubmit(event.submitter);
  }

  leave() {
    if (document.visibilityState !== "hidden" || this.submitting || this.running || this.snapshot() === this.sent) return;
    if (navigator.sendBeacon(this.form.action, this.body())) this.sent = this.snapshot();
  }

  say(state, problems = []) {
    this.words.textContent = [this.words.dataset[state], ...problems].filter(Boolean).join(" ");
    this.words.dataset.state = state;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // the version in a form from the browser's memory is past
});
