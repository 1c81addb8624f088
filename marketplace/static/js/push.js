// The card about push messages in the notification settings: [data-push] with a button for each state. The browser asks for
// permission only after a click. Without this module, or in a browser without push, the card says that it cannot.
const CALL = "/api/v1/push/";
const card = document.querySelector("[data-push]");
const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const token = () => card.querySelector("[name=csrfmiddlewaretoken]").value;

async function call(method, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  const answer = await fetch(CALL, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).message ?? String(answer.status));
  return answer.status === 204 ? null : answer.json();
}

const registration = () => navigator.serviceWorker.register("/service-worker.js");
const subscription = async () => (await registration()).pushManager.getSubscription();

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return show("refused");
  const { application_server_key: key } = await call("GET");
  const found = await (await registration()).pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await call("POST", found.toJSON());
  location.reload();
}

async function turnOff() {
  const found = await subscription();
  if (found) {
    await call("DELETE", { endpoint: found.endpoint });
    await found.unsubscribe();
  }
  location.reload();
}

/** Shows the part of the card that is about this state: off, on, refused, unable or failed. */
function show(state) {
  for (const part of card.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
}

function act(selector, action) {
  const button = card.querySelector(selector);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await action();
    } catch {
      show("failed");
    } finally {
      button.disabled = false;
    }
  });
}

async function begin() {
  if (!isAble) return show("unable");
  act("[data-push-on]", turnOn);
  act("[data-push-off]", turnOff);
  if (Notification.permission === "denied") return show("refused");
  // A browser that another member turned on, or that the site has forgotten, is off for this one until she clicks.
  const endpoint = (await subscription())?.endpoint;
  const isMine = [...document.querySelectorAll("[data-push-endpoint]")].some((each) => each.dataset.pushEndpoint === endpoint);
  return show(isMine ? "on" : "off");
}

if (card) begin().catch(() => show("failed"));
