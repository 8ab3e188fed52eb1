// The twin of the server's order: it does what the rule says that came with the cards, and nothing else. A
// telephone without signal knows usual hours, never a roster, so nobody is "on duty" here: open, or opens later.
const DAY = 1440;

const FORMAT = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Stockholm", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  hourCycle: "h23",
});

// A moment as minutes of the clock on the wall in Sweden, so that the telephone's own zone does not matter.
export function localMinutes(moment) {
  const part = Object.fromEntries(FORMAT.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute) / 60_000;
}

const dateOf = (minutes) => new Date(minutes * 60_000).toISOString().slice(0, 10);
export const clockOf = (minutes) => new Date(minutes * 60_000).toISOString().slice(11, 16);
export const dayOf = (minutes) => dateOf(minutes);
const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

function spansOf(hours, start) {
  const date = dateOf(start);
  const known = hours.week?.length === 7 ? hours.week : [];
  const weekday = (new Date(start * 60_000).getUTCDay() + 6) % 7;
  const pairs = hours.dates?.[date] ?? known[weekday] ?? [];
  return pairs.map(([opens, closes]) => {
    const [from, to] = [minutesOf(opens), minutesOf(closes)];
    return [start + from, start + (to <= from ? to + DAY : to)];
  }).sort(([one], [other]) => one - other);
}

const midnight = (now) => Math.floor(now / DAY) * DAY;

export function openUntil(hours, now, ahead) {
  let until = null;
  for (let step = -1; step < ahead - 1; step += 1) {
    for (const [opens, closes] of spansOf(hours, midnight(now) + step * DAY)) {
      if (until === null) { if (opens <= now && now < closes) until = closes; }
      else if (opens <= until) until = Math.max(until, closes);
    }
  }
  return until;
}

export function opensNext(hours, now, ahead) {
  for (let step = 0; step < ahead; step += 1) {
    for (const [opens] of spansOf(hours, midnight(now) + step * DAY)) if (opens > now) return opens;
  }
  return null;
}

export function distance(groups, wanted, rule) {
  if (wanted === null) return 0;
  if (!groups.length) return rule.not_said_distance;
  const at = rule.groups_that_hold[wanted].findIndex((holder) => groups.includes(holder));
  if (at >= 0) return at;
  return groups.includes(rule.anyone) ? rule.anyone_distance : null;
}

export const tierOf = (one, rule) => (one.may_act_here ? rule.tier_of[one.state] : rule.tiers.at(-1));

// By code point, as the server sorts.
function byText(one, other) {
  const [a, b] = [[...one], [...other]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const apart = a[at].codePointAt(0) - b[at].codePointAt(0);
    if (apart) return apart;
  }
  return a.length - b.length;
}

const KEYS = {
  group_distance: (one, situation, rule) => distance(one.groups, situation.group, rule),
  number_missing: (one) => (one.has_number ? 0 : 1),
  opens_at: (one) => one.opens_at ?? Infinity,
  name: (one) => one.name.toLowerCase(),
};

export function order(candidates, situation, rule) {
  const fits = (one) => (situation.need === null || one.needs.includes(situation.need)) &&
    distance(one.groups, situation.group, rule) !== null;
  const ranks = candidates.filter(fits).map((one) => ({
    one, tier: rule.tiers.indexOf(tierOf(one, rule)), keys: rule.sort_keys.map((key) => KEYS[key](one, situation, rule)),
  }));
  const compare = (a, b) => (typeof a === "string" ? byText(a, b) : a === b ? 0 : a < b ? -1 : 1);
  ranks.sort((a, b) => a.tier - b.tier ||
    a.keys.map((key, at) => compare(key, b.keys[at])).find((apart) => apart !== 0) || 0);
  return ranks.map(({ one }) => ({ key: one.key, tier: tierOf(one, rule) }));
}

// Cards of this place that still answer today: approved text, not run out, resting on an area that still holds.
export function cardsAt(card, place, today) {
  return card.cards.filter((one) => one.place === place && one.expires_on !== null && today < one.expires_on &&
    (one.area_until === null || today < one.area_until));
}

export function candidatesOf(cards, place, now) {
  const ahead = cards.rule.look_ahead_days ?? 15;
  return cards.functions.filter((card) => card.places === null || card.places.includes(place)).map((card) => {
    const until = openUntil(card.hours, now, ahead);
    return {
      key: card.id, name: card.name, groups: card.groups, needs: card.needs, has_number: card.numbers.length > 0,
      state: until === null ? "not_reachable" : "answers", until, opens_at: until === null ? opensNext(card.hours, now, ahead) : null,
      may_act_here: !card.needs_mandate || cardsAt(card, place, dateOf(now)).length > 0,
    };
  });
}
