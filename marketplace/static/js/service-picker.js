// Chooses services out of the catalogue: [data-picker] holds groups (details) of check boxes, each label with data-words.
// A search field narrows them by name and by these words (synonyms, names in other languages); chosen ones stand on top as chips. Without this module the groups are
// opened and ticked by hand.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

class Picker {
  constructor(root) {
    this.root = root;
    this.most = Number(root.dataset.most);
    this.state = root.querySelector("[data-picker-state]");
    this.chosen = root.querySelector("[data-picker-chosen]");
    this.search = root.querySelector("[data-picker-search]");
    this.groups = [...root.querySelectorAll("details")].map((element) => ({
      element,
      wasOpen: element.open,
      options: [...element.querySelectorAll("label")].map((label) => ({ label, box: label.querySelector("input"), words: fold(`${label.textContent.trim()} ${label.dataset.words}`) })),
    }));
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // the search is no reason to send the form
    });
    root.addEventListener("change", (event) => {
      if (event.target.matches("input[type=checkbox]")) this.show();
    });
    this.chosen.addEventListener("click", (event) => this.remove(event.target.closest("button")));
    this.show();
  }

  get options() {
    return this.groups.flatMap((group) => group.options);
  }

  filter() {
    const words = fold(this.search.value).split(/\s+/).filter(Boolean);
    const begins = (text, word) => ` ${text}`.includes(` ${word}`);
    const holds = (text, word) => begins(text, word) || (word.length > 3 && text.includes(word));
    // "sign" is no part of "design" where something begins with it.
    const matches = this.options.some(({ words: text }) => words.every((word) => begins(text, word))) ? begins : holds;
    let found = 0;
    for (const group of this.groups) {
      let here = 0;
      for (const { label, words: text } of group.options) {
        label.hidden = !words.every((word) => matches(text, word));
        here += label.hidden ? 0 : 1;
      }
      found += here;
      group.element.hidden = here === 0;
      group.element.open = words.length ? here > 0 : group.wasOpen;
    }
    this.state.textContent = found ? "" : this.state.dataset.none;
  }

  show() {
    const ticked = this.options.filter(({ box }) => box.checked);
    this.chosen.replaceChildren(...ticked.map((option) => this.chip(option)));
    const isFull = ticked.length >= this.most;
    for (const { box } of this.options) box.disabled = isFull && !box.checked;
    this.state.textContent = isFull ? this.state.dataset.full : "";
  }

  chip({ label, box }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip chip--accent";
    button.value = box.value;
    button.append(label.textContent.trim(), Object.assign(document.createElement("span"), { textContent: "×", ariaHidden: "true" }));
    button.setAttribute("aria-label", `${label.textContent.trim()} ×`);
    item.append(button);
    return item;
  }

  remove(button) {
    const option = button && this.options.find(({ box }) => box.value === button.value);
    if (!option) return;
    option.box.checked = false;
    option.box.dispatchEvent(new Event("change", { bubbles: true }));
    this.search.focus();
  }
}

for (const root of document.querySelectorAll("[data-picker]")) new Picker(root);
