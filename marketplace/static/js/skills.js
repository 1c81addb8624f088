// Adds what is typed into the text field of [data-skills] as ticked chips, on Enter, comma or the button. Without this
// module the field is sent as it is, and the server takes it apart.
function add(root, typed) {
  const chosen = root.querySelector("[data-skills-chosen]");
  const names = typed.split(/[,;\n]/).map((name) => name.trim()).filter(Boolean);
  for (const name of names) {
    const same = [...chosen.querySelectorAll("input")].find((box) => box.value.toLowerCase() === name.toLowerCase());
    if (same) same.checked = true;
    else chosen.append(chip(name));
  }
  if (names.length) chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

function chip(name) {
  const label = document.createElement("label");
  label.className = "option";
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "skills", value: name, checked: true });
  label.append(box, Object.assign(document.createElement("span"), { textContent: name, dir: "auto" }));
  return label;
}

for (const root of document.querySelectorAll("[data-skills]")) {
  const input = root.querySelector("[data-skills-more]");
  const take = () => {
    add(root, input.value);
    input.value = "";
    input.focus();
  };
  root.querySelector("[data-skills-add]").addEventListener("click", take);
  input.addEventListener("keydown", (event) => {
    if (event.key === "," || (event.key === "Enter" && input.value.trim())) {
      event.preventDefault();
      take();
    }
  });
}
