/* Lets the page without signal open, keeps an entry that could not be sent, and signs out late where it had to.
   Keeps styles, scripts, icons and one page that says nothing about anybody; never a page with a name on it.
   The constants above this line come from the server: VERSION names the content of what is kept. */
importScripts(STORE);
const device = self.daybookDevice;
const CACHE = `daybook-${VERSION}`;
const LONGEST = 8000;

self.addEventListener("install", (event) => {
  // Asked for without cookies: what comes back cannot be about anybody.
  const asked = [PAGE, ...FILES].map((address) => new Request(address, { credentials: "omit", cache: address === PAGE ? "no-store" : "default" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(asked)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name.startsWith("daybook-") && name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "daybook:stand-by") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  const goes = request.mode === "navigate" ? `${request.method} ${address.pathname}` : "";
  if (goes === `POST ${SIGN_OUT}`) event.respondWith(signOut(request));
  else if (goes === `POST ${RECORD}`) event.respondWith(record(event, "activity_id", device.entry));
  else if (goes === `POST ${WEEK}`) event.respondWith(record(event, "save_id", device.week));
  else if (goes.startsWith("GET ")) event.respondWith(show(request, address));
  else if (request.method === "GET" && FILES.includes(address.pathname + address.search)) event.respondWith(file(request));
});

const keptPage = async () => (await (await caches.open(CACHE)).match(PAGE)) ?? Response.error();

async function file(request) {
  return (await (await caches.open(CACHE)).match(request)) ?? fetch(request);
}

async function show(request, address) {
  try {
    // Where the browser keeps nothing (a private window), there is nothing to make good either.
    if (await device.marked().catch(() => false)) await signOutLate();
    // A signal too weak to answer is none: the form is there at once rather than never.
    const hurried = ["/my-day", "/my-week"].includes(address.pathname);
    return await (hurried ? Promise.race([fetch(request), late()]) : fetch(request));
  } catch {
    return keptPage();
  }
}

const late = () => new Promise((_, give) => { setTimeout(() => give(new Error("late")), LONGEST); });

/* The device is wiped whether or not the site hears of it; where it does not, it is told at the next page. */
async function signOut(request) {
  const marks = async (on) => { if (device.able) await device.mark(on).catch(() => {}); };
  if (device.able) await device.wipe().catch(() => {});
  await marks(true);
  try {
    const answer = await fetch(request);
    await marks(false);
    return answer;
  } catch {
    return keptPage();
  }
}

async function signOutLate() {
  const asked = await fetch(OFFER, { redirect: "manual", headers: { Accept: "application/json" } });
  if (asked.ok) {
    const body = new URLSearchParams({ csrf_token: (await asked.json()).token });
    const answer = await fetch(SIGN_OUT, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error("still signed in");
  } else if (asked.type !== "opaqueredirect") {
    throw new Error("not known whether still signed in");
  }
  await device.mark(false);
}

/* Where the network went while an entry or a week was sent, it waits here under the id it was sent with: sent again
   it is one. Where it cannot wait, the page stays open with what was typed, and is told so. */
async function record(event, called, made) {
  const copy = event.request.clone();
  try {
    return await fetch(event.request);
  } catch {
    const fields = [...(await copy.formData())];
    const said = Object.fromEntries(fields);
    const held = await device.holds().catch(() => null);
    const kept = held && held.owner === said.device_owner && said[called];
    if (kept) return device.put(made(said[called], fields)).then(() => Response.redirect(`${PAGE}?kept=${said[called]}`, 303), () => notSent(event));
    return notSent(event);
  }
}

/* An answer without content leaves the browser on the page it is on. */
async function notSent(event) {
  const page = event.clientId && (await self.clients.get(event.clientId));
  if (!page) return Response.error();
  page.postMessage("daybook:not-sent");
  return new Response(null, { status: 204 });
}
