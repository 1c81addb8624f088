// Suggests while one types: <div class="combobox" data-combobox="/places/"><input></div>. The address answers
// ?q=… with {"results": [{"label": …}]}. The pattern is ARIA's editable combobox with a list; the field stays a text
// field that may be sent with anything in it, and the server has the last word. A result may have a "hint", which is shown
// behind the label. With data-combobox-go choosing a suggestion sends the form.
const WAIT_MS = 120;
const SHORTEST = 2;

class Combobox {
  constructor(frame, number) {
    this.address = frame.dataset.combobox;
    this.input = frame.querySelector("input");
    this.sends = "comboboxGo" in frame.dataset;
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id || "combobox"}-list-${number}`;
    this.list.className = "combobox__list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.getAttribute("aria-label") ?? this.input.labels?.[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    frame.append(this.list);
    this.input.removeAttribute("list");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) {
      this.input.setAttribute(name, value);
    }
    this.active = -1;
    this.input.addEventListener("input", () => this.schedule());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get options() {
    return [...this.list.children];
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), WAIT_MS);
  }

  async load() {
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) return this.close();
    this.request = new AbortController();
    try {
      const answer = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { signal: this.request.signal });
      if (answer.ok && this.input === document.activeElement) this.show((await answer.json()).results);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // without suggestions it is a text field
    }
  }

  show(results) {
    this.list.replaceChildren(
      ...results.map((result, number) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${number}`;
        option.className = "combobox__option";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.value = result.label;
        option.textContent = result.label;
        if (result.hint) {
          const hint = document.createElement("span");
          hint.className = "combobox__hint";
          hint.textContent = result.hint;
          option.append(" ", hint);
        }
        return option;
      }),
    );
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = results.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  close() {
    clearTimeout(this.timer);
    this.show([]);
  }

  key(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.list.hidden) return this.schedule();
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  move(step) {
    const options = this.options;
    options[this.active]?.setAttribute("aria-selected", "false");
    // From the field itself (-1) down to the last option and round again.
    this.active = ((this.active + 1 + step + options.length + 1) % (options.length + 1)) - 1;
    const option = options[this.active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  choose(option) {
    this.input.value = option.dataset.value;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.sends) this.input.form?.requestSubmit();
  }
}

function begin(root) {
  for (const frame of root.querySelectorAll("[data-combobox]:not([data-ready])")) {
    frame.dataset.ready = "";
    new Combobox(frame, document.querySelectorAll("[data-combobox][data-ready]").length);
  }
}

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentElement ?? document));
