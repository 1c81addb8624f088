// Files in a form: uploaded one by one as they are chosen, dropped or pasted, with progress; their ids stand in the form.
// Without this module the control sends the files with the form. See attachments.fields and attachments/input.html.
const byForm = new WeakMap();

function size(bytes) {
  const [number, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const style = { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(number);
}

class Attachments {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.words = root.dataset;
    this.input = root.querySelector("input[type=file]");
    this.list = root.querySelector("[data-attachments-list]");
    this.template = root.querySelector("template");
    this.running = new Set();
    root.classList.add("attachments--ready");
    this.input.addEventListener("change", () => { this.take([...this.input.files]); this.input.value = ""; });
    root.addEventListener("click", (event) => this.click(event));
    this.form.addEventListener("paste", (event) => this.take([...(event.clipboardData?.files ?? [])], event));
    for (const type of ["dragover", "dragleave", "drop"]) this.form.addEventListener(type, (event) => this.drag(event));
    this.form.addEventListener("submit", (event) => this.hold(event), true);
    byForm.set(this.form, this);
  }

  /** Ids and names of what is uploaded. */
  get files() {
    return [...this.list.querySelectorAll("input:checked")].map((box) => ({ id: box.value, name: box.closest("li").querySelector(".attachment-row__name").textContent }));
  }

  get isBusy() { return this.running.size > 0; }

  clear() {
    this.list.replaceChildren();
    this.changed();
  }

  /** What a draft remembered stands there again. */
  restore(files) {
    for (const { id, name } of files) this.settle(this.row(name, null), { id, name });
  }

  changed() { this.root.dispatchEvent(new CustomEvent("attachments:changed", { bubbles: true })); }

  say(...words) { this.root.querySelector("[data-attachments-status]").textContent = words.join(" "); }

  drag(event) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    this.root.classList.toggle("attachments--over", event.type === "dragover");
    if (event.type === "drop") this.take([...event.dataTransfer.files]);
  }

  take(files, event = null) {
    if (!files.length) return;
    event?.preventDefault();
    for (const file of files) {
      const row = this.row(file.name, file);
      if (this.list.children.length > Number(this.words.most)) this.fail(row, this.words.wordsMany, false);
      else if (file.size > Number(this.words.largest)) this.fail(row, this.words.wordsLarge, false);
      else this.upload(row, file);
    }
  }

  row(name, file) {
    const row = this.template.content.cloneNode(true).firstElementChild;
    row.querySelector(".attachment-row__name").textContent = name;
    row.querySelector(".attachment-row__size").textContent = file ? size(file.size) : "";
    const remove = row.querySelector("[data-attachment-remove]");
    remove.setAttribute("aria-label", remove.dataset.label.replace("%(name)s", name));
    row.querySelector("[data-attachment-again]").addEventListener("click", () => this.upload(row, file));
    this.list.append(row);
    return row;
  }

  upload(row, file) {
    const [progress, problem, again] = [".attachment-row__progress", ".attachment-row__error", "[data-attachment-again]"].map((each) => row.querySelector(each));
    progress.hidden = false;
    problem.hidden = again.hidden = true;
    this.say(this.words.wordsRunning, file.name);
    const call = new XMLHttpRequest();
    const data = new FormData();
    data.set("file", file);
    call.open("POST", this.words.upload);
    call.setRequestHeader("X-CSRFToken", this.form.elements.namedItem("csrfmiddlewaretoken").value);
    call.responseType = "json";
    call.upload.addEventListener("progress", ({ loaded, total }) => { progress.value = loaded / total; });
    call.addEventListener("load", () => {
      if (call.status === 201) this.settle(row, call.response);
      else this.fail(row, call.response?.fields?.file?.[0]?.message ?? call.response?.message ?? this.words.wordsFailed, call.status >= 429);
    });
    call.addEventListener("error", () => this.fail(row, this.words.wordsFailed, true));
    call.addEventListener("loadend", () => { this.running.delete(call); this.changed(); this.goOn(); });
    row.call = call;
    this.running.add(call);
    this.changed();
    call.send(data);
  }

  settle(row, { id, name }) {
    row.querySelector(".attachment-row__progress").hidden = true;
    row.querySelector(".attachment-row__name").textContent = name;
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: this.words.name, value: id, checked: true, hidden: true });
    row.append(box);
    this.say(this.words.wordsDone, name);
    this.changed();
  }

  fail(row, words, mayTryAgain) {
    row.querySelector(".attachment-row__progress").hidden = true;
    const problem = row.querySelector(".attachment-row__error");
    problem.textContent = words;
    problem.hidden = false;
    row.querySelector("[data-attachment-again]").hidden = !mayTryAgain;
    this.say(row.querySelector(".attachment-row__name").textContent, words);
  }

  click(event) {
    const row = event.target.closest("[data-attachment-remove]")?.closest("li");
    if (!row) return;
    row.call?.abort();
    this.say(this.words.wordsRemoved, row.querySelector(".attachment-row__name").textContent);
    row.remove();
    this.changed();
    this.input.focus();
  }

  /** A form that is sent while files are on their way waits for them. */
  hold(event) {
    if (!this.isBusy) return;
    event.preventDefault();
    event.stopPropagation();
    this.held = event.submitter ?? undefined;
    this.isHeld = true;
    event.submitter?.setAttribute("aria-busy", "true");
  }

  goOn() {
    if (!this.isHeld || this.isBusy) return;
    this.isHeld = false;
    this.held?.removeAttribute("aria-busy");
    if (!this.list.querySelector(".attachment-row__error:not([hidden])")) this.form.requestSubmit(this.held);
  }
}

/** The files of a form, where it has a control for them. */
export const attachmentsOf = (form) => byForm.get(form);

for (const root of document.querySelectorAll("[data-attachments]")) new Attachments(root);
