// On every page: who reads, are the kept cards theirs, and are they fresh. Everything here may fail quietly,
// except forgetting.
import { drop, forgetEverything, forgetOthers, keep, living, rememberPlace } from "./offline-store.js";
import { say } from "./words.js";

const OLD = 15 * 60_000;
const LONGEST_WAIT = 2000;
const told = (name) => document.querySelector(`meta[name="samsyn-${name}"]`)?.content;

async function install() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  // After a sign-out the worker may be left without its shell, and the reader may have changed language.
  const page = await caches.match("/utan-natet/");
  const spoken = page?.headers.get("Content-Language");
  if (registration.active && spoken !== document.documentElement.lang) registration.active.postMessage("fill");
}

async function refresh(account, workspace, address) {
  await forgetOthers(account);
  const { alive } = await living();
  const mine = alive.find((row) => row.workspace === workspace);
  if (mine && Date.now() - mine.fetched < OLD) return;
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "error" });
  if (answer.status === 404 || answer.status === 403) await drop(account, workspace);
  // Somebody else may have signed in, in another tab, since this page was opened.
  if (!answer.ok || answer.headers.get("X-Samsyn-Reader") !== account) return;
  await keep(account, workspace, await answer.json());
}

async function onEveryPage() {
  const account = told("reader");
  if (account === undefined) return;
  if (account === "") {
    await forgetEverything();
    return;
  }
  await install().catch(() => undefined);
  const address = told("cards");
  const workspace = told("workspace");
  if (address && workspace) {
    await refresh(account, workspace, address).catch(() => undefined);
    const place = new URLSearchParams(location.search).get("plats");
    if (place) await rememberPlace(account, workspace, place).catch(() => undefined);
  } else await forgetOthers(account);
}

// Signing out works without signal: this telephone forgets at once, and the server is told by a cookie the next
// time it is reached.
function askToBeSignedOut() {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `samsyn_sign_out=1; path=/; max-age=2592000; samesite=lax${secure}`;
}

export async function signOutHere(words) {
  askToBeSignedOut();
  await forgetEverything().catch(() => undefined);
  const told = document.createElement("p");
  told.className = "message";
  told.setAttribute("role", "status");
  told.textContent = words;
  const main = document.querySelector("main");
  main.replaceChildren(told);
  for (const rest of document.querySelectorAll("body > :not(main)")) rest.remove();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches('form[action="/logga-ut/"]') || form.dataset.forgotten) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.dataset.forgotten = "yes";
  if (navigator.onLine === false) { signOutHere(say("signedOut")); return; }
  // Whoever goes elsewhere before the form is sent is signed out all the same, and a slow telephone, or another
  // tab that holds on to the cards, keeps nobody signed in: the page that comes next forgets again.
  askToBeSignedOut();
  const leave = () => form.submit();
  const soon = new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT); });
  Promise.race([forgetEverything(), soon]).then(leave, leave);
}, { capture: true });

export const ready = onEveryPage();
