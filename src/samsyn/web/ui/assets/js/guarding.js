// Shows what the text guard finds while a person writes, and stops blocked text from leaving the page.
// The server runs the same rules again: this file is a courtesy to the writer, not the lock.
import { checkText } from "../guard.js";
import { language, say } from "./words.js";

const FIELDS = "textarea[data-guard], input[data-guard]";
const found = new WeakMap(); // field -> { text, hits }
const timers = new WeakMap();
let rules = null;

const rulesUrl = () => document.querySelector('meta[name="guard-rules"]')?.content
  ?? new URL("guard-rules.json", import.meta.url).href;

const ready = !document.querySelector(FIELDS) ? null : load();
async function load() {
  if (rules) return;
  try {
    const answer = await fetch(rulesUrl());
    if (answer.ok) rules = await answer.json();
  } catch { /* offline: the server still checks */ }
}

const isHard = (hit) => hit.severity === "hard";
const isUrgent = (hit) => hit.kind === "acute";

// Facts the server wrote into the page as data: names of places that are not names of people, and the hints' sentences.
function block(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : {};
}
const area = (field, name) => document.querySelector(`[data-guard-${name}="${CSS.escape(field.id)}"]`);

function check(field) {
  const known = found.get(field);
  if (known?.text === field.value) return known.hits;
  const hits = rules && field.value.trim() ? checkText(field.value, rules, block("guard-context")).hits : [];
  if (!rules) return hits; // not a judgement: the same text is looked at again once the rules have arrived
  found.set(field, { text: field.value, hits });
  return hits;
}

// What each hint says, in the page's language, comes with the page; the rules carry it in English.
function advice(hit) {
  const own = block("guard-words").hints?.[hit.hintCode];
  return own ?? (language === "en" ? rules?.hints?.[hit.hintCode] : null) ?? say("hit");
}

function sentence(hit, text) {
  const line = document.createElement("li");
  const mark = document.createElement("mark");
  mark.textContent = text.slice(hit.start, hit.end);
  line.append(mark, " ", advice(hit));
  return line;
}

function show(field) {
  const hits = check(field);
  const place = area(field, "for");
  const hard = hits.some(isHard);
  field.setAttribute("aria-invalid", String(hard));
  const reason = area(field, "reason-for");
  if (reason) reason.hidden = hard || !hits.length;
  if (!place) return;
  place.replaceChildren();
  place.classList.toggle("blocked", hard);
  if (!hits.length) return;
  const title = document.createElement("b");
  title.textContent = say(hard ? "blocked" : "soft");
  const list = document.createElement("ul");
  const order = [...hits].sort((a, b) => isUrgent(b) - isUrgent(a) || isHard(b) - isHard(a));
  list.append(...order.map((hit) => sentence(hit, field.value)));
  place.append(title, list);
  if (!hard && reason) {
    const ask = document.createElement("p");
    ask.textContent = say("reason");
    place.append(ask);
  }
}

function firstBlocked(scope) {
  const fields = scope?.matches?.(FIELDS) ? [scope] : [...(scope?.querySelectorAll?.(FIELDS) ?? [])];
  return fields.find((field) => check(field).some(isHard));
}

function refuse(event, scope) {
  const field = firstBlocked(scope);
  if (!field) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  show(field);
  field.focus();
  return true;
}

function later(field, wait) {
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(async () => { await load(); show(field); }, wait));
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.(FIELDS)) return;
  later(field, 350);
});
document.addEventListener("focusin", (event) => { if (event.target.matches?.(FIELDS)) load(); });
// Not at once: a message that comes or goes would move the button from under the finger that is pressing it.
document.addEventListener("focusout", (event) => { if (event.target.matches?.(FIELDS)) later(event.target, 300); });

// Capture: before htmx and before the browser sends anything.
document.addEventListener("submit", (event) => refuse(event, event.target), true);
document.addEventListener("htmx:beforeRequest", (event) => {
  const elt = event.detail.elt;
  refuse(event, elt.closest("form") ?? elt);
}, true);

// Text the server wrote back into a field is judged at once, so that the reader need not touch it.
ready?.then(() => {
  for (const field of document.querySelectorAll(FIELDS)) if (field.value && !area(field, "for")?.hasChildNodes()) show(field);
});
