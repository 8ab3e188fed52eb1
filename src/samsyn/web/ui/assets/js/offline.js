// The page for no signal: the kept cards, their age, and the way back when the network is there.
import { living, rememberPlace } from "./offline-store.js";
import { signOutHere } from "./offline-sync.js";
import { showTakeover } from "./takeover-page.js";
import { say } from "./words.js";

const words = JSON.parse(document.getElementById("offline-words").textContent);
const at = (name) => document.querySelector(`[data-${name}]`);

// The page is kept once and cannot know the reader's choice of colours; the cookie can.
const chosen = document.cookie.match(/(?:^|;\s*)samsyn_theme=(light|dark)\b/)?.[1];
if (chosen) document.documentElement.dataset.theme = chosen;

const fill = (text, facts) => text.replace(/%\((\w+)\)s/g, (_, name) => facts[name]);

function age(fetched, now) {
  const minutes = Math.max(0, Math.floor((now - fetched) / 60_000));
  return minutes < 60 ? fill(words.minutes, { number: minutes }) : fill(words.hours, { number: Math.floor(minutes / 60) });
}

// The address that could not be reached tells which workspace is meant; else the cards fetched last.
function pick(alive) {
  const wanted = location.pathname.split("/")[1];
  return alive.find((row) => row.workspace === wanted) ?? alive[0];
}

function call(what) {
  at("heading").textContent = what;
  document.title = `${what} · Samsyn`;
}

async function show() {
  const now = Date.now();
  const { alive, died } = await living(now);
  const row = pick(alive);
  at("actions").hidden = false;
  at("sign-out").hidden = !row;
  if (!row) {
    at("age").textContent = died ? words.died : words.none;
    at("cards").replaceChildren();
    delete at("cards").dataset.drawn;
    call(words.title);
    return;
  }
  call(words.heading);
  at("age").textContent = age(row.fetched, now);
  // Under the reader's thumb nothing moves: the list is drawn again only when the cards are others.
  const drawn = `${row.key} ${row.fetched}`;
  if (at("cards").dataset.drawn === drawn) return;
  at("cards").dataset.drawn = drawn;
  const place = new URLSearchParams(location.search).get("plats") ?? row.place;
  const onPlace = (slug) => rememberPlace(row.account, row.workspace, slug).catch(() => undefined);
  showTakeover(at("cards"), row.cards, words, new Date(now), { place, onPlace });
}

at("again").addEventListener("click", () => location.reload());
at("sign-out").addEventListener("click", () => signOutHere(say("signedOut")));
addEventListener("online", () => { at("again").textContent = words.back; });
// Cards also die under the eyes of whoever keeps the page open.
setInterval(() => show().catch(() => undefined), 60_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) show().catch(() => undefined); });
show().catch(() => { at("age").textContent = words.none; });
