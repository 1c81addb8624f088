// Shows the present minute as it is counted: live.js hands on the stream's "rate" events.
const shown = document.getElementById("live-requests");
document.addEventListener("live:rate", ({ detail }) => {
  shown.textContent = detail.requests;
  shown.dataset.minute = detail.minute;
});
