// Shows what the text guard finds while a person writes, and stops blocked text from leaving the page.
// The server runs the same rules again: this file is a courtesy to the writer, not the lock.
import { checkText } from "../guard.js";
import { say } from "./words.js";

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

const isHard = (hit) => hit.hard === true || ["hard", "block", "blocked"].includes(hit.severity ?? hit.level);
const area = (field, name) => document.querySelector(`[data-guard-${name}="${CSS.escape(field.id)}"]`);

function check(field) {
  const known = found.get(field);
  if (known?.text === field.value) return known.hits;
  const answer = rules && field.value.trim() ? checkText(field.value, rules) : [];
  const hits = Array.isArray(answer) ? answer : (answer.hits ?? []);
  found.set(field, { text: field.value, hits });
  return hits;
}

function sentence(hit, text) {
  const line = document.createElement("li");
  const words = hit.text ?? text.slice(hit.start ?? 0, hit.end ?? 0);
  if (words) {
    const mark = document.createElement("mark");
    mark.textContent = words;
    line.append(mark, " ");
  }
  line.append(hit.message ?? say("hit"));
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
  list.append(...hits.map((hit) => sentence(hit, field.value)));
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

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.(FIELDS)) return;
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(async () => { await load(); show(field); }, 350));
});
document.addEventListener("focusin", (event) => { if (event.target.matches?.(FIELDS)) load(); });
document.addEventListener("focusout", (event) => { if (event.target.matches?.(FIELDS)) show(event.target); });

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
