// Everything the ordinary pages do beyond HTML. Each page works without it.
import htmx from "htmx.org";
import "./guarding.js";
import "./offline-sync.js";
import { say } from "./words.js";

// Under the strict content security policy nothing may be evaluated or styled inline, and signed-in pages
// must not lie in the browser's storage.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
});

const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

// The choice is a cookie, so that the server can write data-theme and no page flashes in the wrong colours.
function theme() {
  const chosen = document.cookie.match(/(?:^|;\s*)samsyn_theme=(light|dark)\b/)?.[1];
  return chosen ?? root.dataset.theme;
}
function showTheme() {
  const chosen = theme();
  if (chosen) root.dataset.theme = chosen;
  const isDark = (chosen ?? (prefersDark.matches ? "dark" : "light")) === "dark";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    const label = button.querySelector("[data-theme-label]") ?? button;
    label.textContent = isDark ? (label.dataset.light ?? say("light")) : (label.dataset.dark ?? say("dark"));
    button.dataset.next = isDark ? "light" : "dark";
  }
}

// Where nothing can be copied by a button, there is no button.
if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

const dirty = new Set();

function readableSize(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const format = { style: "unit", unit, maximumFractionDigits: bytes < 1e6 ? 0 : 1 };
  return new Intl.NumberFormat(root.lang || "sv", format).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));
}

// A section the reader opened stays open while the tab lives. Only ids and true/false are remembered.
function rememberDetails(scope) {
  for (const details of scope.querySelectorAll("details[data-remember][id]")) {
    const key = `open:${location.pathname}#${details.id}`;
    const stored = sessionStorage.getItem(key);
    if (stored !== null) details.open = stored === "1";
    if (details.dataset.remembered) continue;
    details.dataset.remembered = "yes";
    details.addEventListener("toggle", () => sessionStorage.setItem(key, details.open ? "1" : "0"));
  }
}

// What scrolls sideways must be reachable with the keyboard; browsers differ in whether they see to it.
function reachScrollers() {
  for (const box of document.querySelectorAll(".figure, .scroll, .evidence, pre")) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function enliven(scope) {
  rememberDetails(scope);
  reachScrollers();
  for (const button of scope.querySelectorAll("[data-print]")) button.hidden = false;
  scope.querySelector("[data-focus]")?.focus();
}

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const words = document.getElementById(copy.dataset.copy)?.innerText.trim();
    if (words) navigator.clipboard.writeText(words).then(() => { copy.textContent = copy.dataset.copied; });
  }
  const toggle = event.target.closest("[data-theme-toggle]");
  if (toggle) {
    document.cookie = `samsyn_theme=${toggle.dataset.next}; path=/; max-age=31536000; samesite=lax`;
    showTheme();
  }
  if (event.target.closest("[data-print]")) window.print();
  for (const open of document.querySelectorAll("details.account[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.account[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) dirty.add(form);
});
// Without signal the browser would throw the page away for an error page, and the form with it.
document.addEventListener("submit", (event) => {
  if (navigator.onLine !== false || event.defaultPrevented) return;
  event.preventDefault();
  let told = event.target.querySelector("[data-offline]");
  if (!told) {
    told = document.createElement("p");
    told.className = "message warning";
    told.setAttribute("role", "alert");
    told.dataset.offline = "";
    event.target.append(told);
  }
  told.textContent = say("offline");
}, { capture: true });
window.addEventListener("online", () => document.querySelectorAll("[data-offline]").forEach((told) => told.remove()));
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) dirty.delete(event.target); });
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) dirty.delete(event.detail.elt.closest("form"));
});
window.addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("input[type=file][data-file]")) return;
  const place = event.target.closest(".file, .field")?.querySelector("[data-file-name]");
  const files = [...event.target.files];
  if (place) place.textContent = files.map((file) => `${file.name}, ${readableSize(file.size)}`).join("; ");
});

prefersDark.addEventListener("change", showTheme);
window.addEventListener("resize", reachScrollers);
window.addEventListener("load", reachScrollers);
document.addEventListener("htmx:afterSettle", (event) => { showTheme(); enliven(event.detail.elt); });
showTheme();
enliven(document);
