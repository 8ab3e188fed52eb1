// The cards that work without signal, and the only place in the browser where anything of the work is kept.
// One account at a time; a copy that is twelve hours old is dead and deleted, never shown.
const NAME = "samsyn-kort";
const HOUR = 3_600_000;
export const LONGEST_LIFE = 12 * HOUR;
// A telephone whose clock has been turned back could keep cards alive for ever.
const CLOCK_SLACK = 10 * 60_000;

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore("cards", { keyPath: "key" });
  return asked(request);
}

async function withStore(mode, work) {
  const base = await open();
  try {
    return await work(base.transaction("cards", mode).objectStore("cards"));
  } finally {
    base.close();
  }
}

const keyOf = (account, workspace) => `${account}/${workspace}`;

// Written by the clock of this telephone as well: the server's hour of death is trusted only if it is sooner.
export async function keep(account, workspace, cards, now = Date.now()) {
  const told = Date.parse(cards.dies_at ?? "");
  const dies = Math.min(Number.isNaN(told) ? Infinity : told, now + LONGEST_LIFE);
  const key = keyOf(account, workspace);
  await withStore("readwrite", async (store) => {
    const { place = null } = (await asked(store.get(key))) ?? {};
    await asked(store.put({ key, account, workspace, fetched: now, dies, cards, place }));
  });
}

// The place that was last chosen here, so that it is not asked for in the cold.
export async function rememberPlace(account, workspace, place) {
  await withStore("readwrite", async (store) => {
    const row = await asked(store.get(keyOf(account, workspace)));
    if (row) await asked(store.put({ ...row, place }));
  });
}

export const isDead = (row, now) => now >= row.dies || now < row.fetched - CLOCK_SLACK;

// Returns what may be shown, newest first, and whether anything had died; the dead are gone afterwards.
export async function living(now = Date.now()) {
  const rows = await withStore("readonly", (store) => asked(store.getAll()));
  const dead = rows.filter((row) => isDead(row, now));
  if (dead.length) {
    await withStore("readwrite", (store) => Promise.all(dead.map((row) => asked(store.delete(row.key)))));
  }
  const alive = rows.filter((row) => !isDead(row, now)).sort((one, other) => other.fetched - one.fetched);
  return { alive, died: dead.length > 0 };
}

// Two accounts never share a telephone's cards: whoever is not the reader is purged before anything is shown.
export async function forgetOthers(account) {
  const rows = await withStore("readonly", (store) => asked(store.getAll()));
  if (rows.some((row) => row.account !== account)) await forgetCards();
}

export async function drop(account, workspace) {
  await withStore("readwrite", (store) => asked(store.delete(keyOf(account, workspace))));
}

export async function forgetCards() {
  await asked(indexedDB.deleteDatabase(NAME));
}

// At sign-out nothing is left, not even the shell.
export async function forgetEverything() {
  const names = "caches" in globalThis ? await caches.keys() : [];
  await Promise.all([forgetCards(), ...names.map((name) => caches.delete(name))]);
}
