// An open conversation: messages appear without reloading, are shown at once when sent, and are never lost and never sent twice.
// What is on its way stands in sessionStorage under the name (client_id) by which the server knows it again. Without this module the
// form is posted. The server writes all messages (messaging/lines.html); this fetches them and puts them in their place.
import { attachmentsOf } from "./attachments.js";

const PATIENCE = 15_000;
const READ_WAIT = 200;
const RETRY_WAITS = [2_000, 5_000, 15_000, 60_000];

class Store {
  constructor(name) { this.name = name; }

  get() {
    try { return JSON.parse(sessionStorage.getItem(this.name)); } catch { return null; }
  }

  set(value) {
    try {
      if (value === null) sessionStorage.removeItem(this.name);
      else sessionStorage.setItem(this.name, JSON.stringify(value));
    } catch {} // no storage: the page itself still holds it
  }
}

class Conversation {
  constructor(root) {
    this.root = root;
    this.id = root.dataset.conversation;
    this.list = document.getElementById("messages");
    this.scroll = document.getElementById("thread-scroll");
    this.said = document.getElementById("thread-said");
    this.otherRead = Number(root.dataset.otherRead);
    this.isLatest = "latest" in root.dataset;
    this.syncing = Promise.resolve();
    document.addEventListener("live:message", ({ detail }) => this.hear(detail));
    document.addEventListener("visibilitychange", () => this.read());
    addEventListener("focus", () => this.read());
    addEventListener("online", () => this.sync());
    this.watchEarlier();
    if (this.isLatest) this.sync();
  }

  get last() { return Number([...this.list.querySelectorAll("[data-sequence]")].at(-1)?.dataset.sequence ?? 0); }

  hear({ conversation, kind, reader, sequence }) {
    if (conversation !== this.id) return;
    if (kind === "message" && this.isLatest) this.sync(sequence);
    if (kind === "read" && reader !== this.root.dataset.me) {
      this.otherRead = Math.max(this.otherRead, sequence);
      this.showSeen();
    }
  }

  /** Fetches what is newer than the last message here, one call after the other. */
  sync(upTo = Infinity) {
    this.syncing = this.syncing.then(async () => {
      for (let more = true; more && this.last < upTo;) more = await this.fetchNew();
    }).catch(() => {}); // the next event, or coming back online, brings the next try
    return this.syncing;
  }

  async fetchNew() {
    const stretch = await this.fetchStretch(`after=${this.last}`);
    if (!stretch) return false;
    for (const item of [...stretch.children]) this.add(item);
    this.showSeen();
    this.read();
    return "more" in stretch.dataset;
  }

  async fetchStretch(query) {
    const answer = await fetch(`${this.root.dataset.messages}?${query}`);
    if (!answer.ok || answer.redirected) return null;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content.querySelector("ol");
  }

  add(item) {
    if (item.dataset.day) {
      const days = [...this.list.querySelectorAll("[data-day]")];
      if (days.at(-1)?.dataset.day === item.dataset.day) return;
    } else if (document.getElementById(item.id)) return;
    const name = item.dataset.clientId;
    const pending = name ? this.list.querySelector(`.message--pending[data-client-id="${CSS.escape(name)}"]`) : null;
    pending?.remove();
    this.list.insertBefore(item, this.list.querySelector(".message--pending"));
    document.querySelector(".thread__none")?.remove();
    if (item.dataset.sequence && !name) this.said.textContent = item.innerText;
  }

  showSeen() {
    this.list.querySelector(".messages__seen")?.remove();
    const mine = [...this.list.querySelectorAll(".message--mine[data-sequence]")].at(-1);
    if (!mine || Number(mine.dataset.sequence) > this.otherRead) return;
    mine.after(document.getElementById("seen-template").content.cloneNode(true));
  }

  read() {
    clearTimeout(this.reading);
    const theirs = [...this.list.querySelectorAll(".message:not(.message--mine)")].at(-1);
    const sequence = Number(theirs?.dataset.sequence ?? 0);
    if (document.visibilityState !== "visible" || !document.hasFocus() || sequence <= (this.readUpTo ?? this.last0())) return;
    this.reading = setTimeout(() => this.sendRead(sequence), READ_WAIT);
  }

  /** What stood there when the page was loaded was read by loading it. */
  last0() {
    this.readUpTo ??= Number(this.root.dataset.loaded ?? this.last);
    return this.readUpTo;
  }

  async sendRead(sequence) {
    this.readUpTo = sequence;
    try {
      const answer = await post(this.root.dataset.read, { sequence });
      if (!answer.ok) return;
      const { unread_conversations: conversations, unread_notifications: notifications } = await answer.json();
      document.dispatchEvent(new CustomEvent("live:conversations", { detail: conversations }));
      document.dispatchEvent(new CustomEvent("live:unread", { detail: notifications }));
    } catch {
      this.readUpTo = 0; // the next message, or coming back to the page, tries again
    }
  }

  watchEarlier() {
    const link = document.getElementById("earlier");
    if (!link) return;
    const load = async () => {
      if (this.loading) return;
      this.loading = true;
      const first = this.list.querySelector("[data-sequence]")?.dataset.sequence;
      const stretch = await this.fetchStretch(`before=${first}`).catch(() => null);
      this.loading = false;
      if (!stretch) return;
      const day = this.list.querySelector("[data-day]");
      if ([...stretch.querySelectorAll("[data-day]")].at(-1)?.dataset.day === day?.dataset.day) day?.remove();
      this.list.prepend(...stretch.children);
      if (!("more" in stretch.dataset)) link.parentElement.remove();
      else {
        link.href = `?before=${stretch.dataset.first}`;
        observer.unobserve(link); // it may still be in view, and an observer tells only of changes
        observer.observe(link);
      }
    };
    link.addEventListener("click", (event) => { event.preventDefault(); load(); });
    const observer = new IntersectionObserver((changes) => { if (changes.at(-1).isIntersecting) load(); }, { root: this.scroll });
    observer.observe(link);
  }
}

class Composer {
  constructor(form, conversation) {
    this.form = form;
    this.conversation = conversation;
    this.text = form.elements.namedItem("body");
    this.files = attachmentsOf(form);
    this.refused = new Set();
    const name = conversation?.id ?? location.pathname;
    this.draft = new Store(`draft-${name}`);
    this.outbox = new Store(`outbox-${name}`);
    this.restore();
    this.text.addEventListener("input", () => { this.keep(); this.grow(); });
    form.addEventListener("attachments:changed", () => this.keep());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    });
    form.addEventListener("submit", (event) => this.submit(event));
    if (!conversation) return;
    addEventListener("online", () => this.sendAll());
    for (const each of this.outbox.get() ?? []) {
      if (conversation.list.querySelector(`[data-client-id="${CSS.escape(each.client_id)}"]`)) this.forget(each);
      else this.show(each);
    }
    this.sendAll();
  }

  restore() {
    const kept = this.draft.get();
    if (!this.text.value && kept) {
      this.text.value = kept.body;
      this.files?.restore(kept.files);
    }
    this.grow();
  }

  keep() {
    const files = this.files?.files ?? [];
    this.draft.set(this.text.value || files.length ? { body: this.text.value, files } : null);
  }

  grow() {
    this.text.rows = Math.min(10, Math.max(2, this.text.value.split("\n").length));
  }

  submit(event) {
    if (!this.conversation) return this.draft.set(null); // the server makes the conversation, and keeps the text where it refuses
    event.preventDefault();
    const body = this.text.value.trim();
    const files = this.files?.files ?? [];
    if (!body && !files.length) return this.text.focus();
    const item = { client_id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, body, attachments: files.map(({ id }) => id), names: files.map((file) => file.name) };
    this.outbox.set([...(this.outbox.get() ?? []), item]);
    this.show(item);
    this.text.value = "";
    this.files?.clear();
    this.draft.set(null);
    this.grow();
    this.text.focus();
    this.sendAll();
  }

  show(item) {
    const row = document.getElementById("pending-template").content.cloneNode(true).firstElementChild;
    row.dataset.clientId = item.client_id;
    row.querySelector(".message__text").textContent = [item.body, ...item.names].filter(Boolean).join("\n");
    row.querySelector("[data-again]").addEventListener("click", () => { this.refused.delete(item.client_id); this.failures = 0; this.sendAll(); });
    row.querySelector("[data-discard]").addEventListener("click", () => this.discard(item));
    this.conversation.list.append(row);
    this.mark(item, "sending");
    this.conversation.scroll.scrollTop = this.conversation.scroll.scrollHeight;
  }

  row(item) { return this.conversation.list.querySelector(`.message--pending[data-client-id="${CSS.escape(item.client_id)}"]`); }

  mark(item, state, words = "") {
    const row = this.row(item);
    if (!row) return;
    const shown = row.querySelector(".message__state");
    row.classList.toggle("message--failed", state === "failed");
    row.dataset.state = state;
    shown.textContent = [shown.dataset[state], words].filter(Boolean).join(" ");
    for (const each of row.querySelectorAll("[data-again], [data-discard]")) each.hidden = state !== "failed";
    if (state === "failed") this.conversation.said.textContent = shown.textContent;
  }

  forget(item) { this.outbox.set((this.outbox.get() ?? []).filter((each) => each.client_id !== item.client_id)); }

  /** What was typed goes back into the form. */
  discard(item) {
    this.row(item)?.remove();
    this.forget(item);
    if (!this.text.value) this.text.value = item.body;
    this.keep();
    this.text.focus();
  }

  /** In the order of writing; one that cannot be sent now holds up those after it, one that is refused does not. */
  async sendAll() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    for (let item = this.next(); item && (await this.send(item));) item = this.next();
    this.isSending = false;
  }

  next() { return (this.outbox.get() ?? []).find((each) => !this.refused.has(each.client_id)); }

  async send(item) {
    this.mark(item, "sending");
    try {
      const { client_id, body, attachments } = item;
      const answer = await post(this.conversation.root.dataset.send, { client_id, body, attachments });
      const told = await answer.json();
      if (answer.ok) {
        this.failures = 0;
        this.forget(item);
        await this.conversation.sync(told.sequence);
        if (document.getElementById(`m-${told.sequence}`)) this.row(item)?.remove();
        else this.mark(item, "sent"); // it is replaced when the conversation can be fetched again
        return true;
      }
      const isRefused = answer.status < 500 && answer.status !== 429;
      if (isRefused) this.refused.add(item.client_id);
      else this.retry();
      this.mark(item, "failed", told.message);
      return isRefused;
    } catch {
      this.mark(item, "failed");
      this.retry();
      return false;
    }
  }

  /** Sending again is safe: the server knows the message by its client_id. */
  retry() {
    this.failures = (this.failures ?? 0) + 1;
    const wait = RETRY_WAITS[Math.min(this.failures, RETRY_WAITS.length) - 1];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sendAll(), wait);
  }
}

function post(address, body) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  });
}

const root = document.getElementById("thread");
const conversation = root.dataset.conversation ? new Conversation(root) : null;
conversation?.last0();
const form = document.getElementById("composer");
if (form) new Composer(form, conversation);
