// The style guide's buttons that show a toast of each tone.
import { show } from "./toast.js";

document.addEventListener("click", (event) => {
  const tone = event.target.closest?.("[data-toast]")?.dataset.toast;
  if (tone) show(`This is a message of the tone “${tone}”.`, tone);
});
