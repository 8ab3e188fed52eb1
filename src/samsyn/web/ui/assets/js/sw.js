// The service worker. It keeps the shell of the program (styles, scripts, fonts, the page for no signal) and
// nothing else: never a page that somebody had to sign in for. Cards lie in IndexedDB; see offline-store.js.
/* global VERSION, SHELL */
const CACHE = `skal-${VERSION}`;
const PAGE = "/utan-natet/";

async function fill() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: a shell of mixed versions would be worse than none.
  await cache.addAll([...SHELL, PAGE].map((path) => new Request(path, { cache: "reload", credentials: "same-origin" })));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

self.addEventListener("install", (event) => {
  // Open pages ask the network first, so a new worker may take over at once and change nothing under them.
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.origin && event.origin !== self.location.origin) return;
  const done = (answer) => event.ports[0]?.postMessage(answer);
  if (event.data === "fill") event.waitUntil(fill().then(() => done("filled"), () => done("not filled")));
});

async function navigate(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await caches.match(PAGE)) ?? Promise.reject(error);
  }
}

async function shell(request, path) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    return (await cache.match(path)) ?? Promise.reject(error);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request));
  else if (SHELL.includes(address.pathname)) event.respondWith(shell(request, address.pathname));
  // Everything else goes to the network as if there were no worker.
});
