// "Vem tar över?" without signal: for whom, what is needed, a list to call. What is chosen lives in this page's
// memory until it is closed; it is written nowhere.
import { candidatesOf, cardsAt, clockOf, dayOf, localMinutes, order } from "./takeover.js";

const chosen = { place: null, group: undefined, need: undefined };

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function choices(heading, list, choose) {
  const buttons = list.map(([value, label]) => {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", () => choose(value));
    return element("li", {}, button);
  });
  return [element("h2", { tabindex: "-1" }, heading), element("ul", { class: "big-choices" }, ...buttons)];
}

function entry(card, candidate, place, now, words) {
  const open = candidate.until !== null && candidate.until - now < 1440;
  const until = !open ? "" : ` · ${words.until} ${clockOf(candidate.until)}`;
  const opens = candidate.opens_at === null ? "" :
    ` · ${words.opens} ${dayOf(candidate.opens_at) === dayOf(now) ? "" : `${dayOf(candidate.opens_at)} `}${clockOf(candidate.opens_at)}`;
  const text = element("div", {}, element("b", {}, card.name), element("small", {}, `${card.organisation}${until}${opens}`));
  if (!candidate.may_act_here) text.append(element("small", {}, words.ask));
  if (card.limits) text.append(element("p", {}, card.limits));
  for (const one of cardsAt(card, place, dayOf(now))) text.append(element("p", { class: "soft" }, one.may));
  if (card.has_radio) text.append(element("small", {}, words.radio));
  const [first, ...more] = card.numbers;
  for (const one of more) text.append(element("small", {}, element("a", { href: one.call }, one.number), ` ${one.label}`));
  const row = element("li", {}, text);
  if (first) {
    row.append(element("a", { class: "call", href: first.call }, words.call,
      element("span", { class: "visually-hidden" }, ` ${card.name}, ${first.number}`)));
  }
  return row;
}

function answer(cards, words, moment) {
  const now = localMinutes(moment);
  const candidates = candidatesOf(cards, chosen.place, now);
  const byKey = new Map(candidates.map((one) => [one.key, one]));
  const byId = new Map(cards.functions.map((card) => [card.id, card]));
  const group = chosen.group === cards.rule.anyone ? null : chosen.group;
  const placed = order(candidates, { group, need: chosen.need }, cards.rule);
  const parts = [];
  if (cards.rule.acute_needs.includes(chosen.need)) parts.push(element("p", { class: "message warning" }, words.acute));
  for (const tier of cards.rule.tiers) {
    const rows = placed.filter((one) => one.tier === tier);
    if (!rows.length) continue;
    const list = rows.map(({ key }) => entry(byId.get(key), byKey.get(key), chosen.place, now, words));
    parts.push(element("h2", { tabindex: "-1" }, words.tiers[tier]), element("ul", { class: "contacts" }, ...list));
  }
  if (!placed.length) parts.push(element("p", { class: "message" }, words.nobody));
  else parts.push(element("p", { class: "soft" }, words.hours_only));
  return parts;
}

export function showTakeover(root, cards, words, moment, { place = null, onPlace = () => {}, focus = false } = {}) {
  const known = cards.places.map((one) => one.slug);
  chosen.place ??= known.includes(place) ? place : known.length === 1 ? known[0] : null;
  const again = () => showTakeover(root, cards, words, new Date(), { onPlace, focus: true });
  const pick = (name) => (value) => { chosen[name] = value; if (name === "place") onPlace(value); again(); };
  const groups = Object.keys(cards.rule.groups_that_hold);
  const label = (code) => cards.labels[code] ?? code;
  const summary = element("div", { class: "chosen-lines" });
  const change = (name, text, rest) => {
    const button = element("button", { type: "button", class: "btn quiet" }, words.change, element("span", { class: "visually-hidden" }, ` ${text}`));
    button.addEventListener("click", () => { for (const one of [name, ...rest]) chosen[one] = one === "place" ? null : undefined; again(); });
    summary.append(element("p", {}, text, " ", button));
  };
  const parts = [summary];
  if (chosen.place === null) parts.push(...choices(words.where, cards.places.map((one) => [one.slug, one.name]), pick("place")));
  else {
    const name = cards.places.find((one) => one.slug === chosen.place)?.name ?? chosen.place;
    if (known.length > 1) change("place", name, []);
    else summary.append(element("p", {}, name));
    if (chosen.group !== undefined) change("group", label(chosen.group), ["need"]);
    if (chosen.need !== undefined) change("need", label(chosen.need), []);
    if (chosen.group === undefined) parts.push(...choices(words.who, groups.map((code) => [code, label(code)]), pick("group")));
    else if (chosen.need === undefined) {
      const needs = Object.keys(cards.labels).filter((code) => !groups.includes(code));
      parts.push(...choices(words.what, needs.map((code) => [code, label(code)]), pick("need")));
    } else parts.push(...answer(cards, words, moment));
  }
  root.replaceChildren(...parts);
  if (focus) root.querySelector("h2")?.focus();
}
