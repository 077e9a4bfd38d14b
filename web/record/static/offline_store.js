/* What this device keeps without signal: labels and waiting entries, encrypted under a key that never leaves it.
   Loaded by pages and by the service worker, so it says what it has in one name. */
globalThis.daybookDevice = (() => {
  const NAME = "daybook-device";
  const PERSONAL = ["keys", "sealed", "queue"];
  const HOUR = 3600 * 1000;
  // A clock set back by more than this has been meddled with: what is kept is then wiped.
  const SLACK = 5 * 60 * 1000;
  const able = "indexedDB" in globalThis && Boolean(globalThis.crypto?.subtle);
  let opened;

  const done = (request) => new Promise((good, bad) => { request.onsuccess = () => good(request.result); request.onerror = () => bad(request.error); });
  const ended = (change) => new Promise((good, bad) => { change.oncomplete = () => good(); change.onabort = change.onerror = () => bad(change.error ?? new Error("not kept")); });

  function open() {
    opened ??= new Promise((good, bad) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        ["keys", "sealed", "marks"].forEach((store) => asked.result.createObjectStore(store));
        asked.result.createObjectStore("queue", { keyPath: "id" });
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => { asked.result.close(); opened = undefined; };
        good(asked.result);
      };
      asked.onerror = () => { opened = undefined; bad(asked.error); };
    });
    return opened;
  }

  const read = async (store, key) => done((await open()).transaction(store).objectStore(store).get(key));

  let wipes = 0;
  const wiped = () => wipes;

  async function wipe() {
    wipes += 1;
    await clear();
  }

  async function clear() {
    const change = (await open()).transaction(PERSONAL, "readwrite");
    PERSONAL.forEach((store) => change.objectStore(store).clear());
    await ended(change);
    changed();
  }

  function changed() {
    if (!("BroadcastChannel" in globalThis)) return;
    const channel = new BroadcastChannel("daybook-device");
    channel.postMessage("changed");
    channel.close();
  }

  /* The key that holds now, or nothing: what is past its time is wiped on the way. */
  async function holds() {
    if (!able) return null;
    const held = await read("keys", "device");
    if (!held) return null;
    const now = Date.now();
    if (now < held.expires && now > held.met - SLACK) return held;
    await clear();
    return null;
  }

  /* Made for whoever is signed in; for the same person again it lasts longer, for another nothing is left.
     `since` is what `wiped` said when the site was asked: an answer that comes after a wipe brings nothing back. */
  async function begin(owner, hours, since = wipes) {
    const held = await holds();
    const now = Date.now();
    if (held && held.owner !== owner) await clear();
    const same = held && held.owner === owner;
    const key = same ? held.key : await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const base = await open();
    if (wipes !== since) throw new Error("wiped meanwhile");
    const change = base.transaction("keys", "readwrite");
    change.objectStore("keys").put({ key, owner, made: same ? held.made : id(), met: now, expires: now + hours * HOUR }, "device");
    await ended(change);
  }

  const bound = (name) => new TextEncoder().encode(name);

  async function seal(held, name, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(value));
    return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(name) }, held.key, text) };
  }

  async function unseal(held, name, sealed) {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: bound(name) }, held.key, sealed.text);
    return JSON.parse(new TextDecoder().decode(text));
  }

  /* Written only where the key it was sealed with still holds: a wipe meanwhile stays a wipe. */
  async function write(held, store, value, key) {
    const change = (await open()).transaction(["keys", store], "readwrite");
    const still = await done(change.objectStore("keys").get("device"));
    if (!still || still.made !== held.made) { change.abort(); throw new Error("wiped meanwhile"); }
    change.objectStore(store).put(value, key);
    await ended(change);
  }

  async function keep(name, value) {
    const held = await holds();
    if (!held) throw new Error("no key on this device");
    await write(held, "sealed", await seal(held, name, value), name);
  }

  async function kept(name) {
    const held = await holds();
    const sealed = held && (await read("sealed", name));
    return sealed ? unseal(held, name, sealed) : null;
  }

  /* An entry: {id, entered_at, fields: [[name, value]...], state, problems, stored}; a week: {..., sort: "week", cells}. */
  async function put(entry) {
    const held = await holds();
    if (!held) throw new Error("no key on this device");
    await write(held, "queue", { id: entry.id, ...(await seal(held, entry.id, entry)) });
    changed();
  }

  async function entries() {
    const held = await holds();
    if (!held) return [];
    const rows = await done((await open()).transaction("queue").objectStore("queue").getAll());
    return Promise.all(rows.map((row) => unseal(held, row.id, row)));
  }

  async function drop(ids) {
    const change = (await open()).transaction("queue", "readwrite");
    ids.forEach((each) => change.objectStore("queue").delete(each));
    await ended(change);
    changed();
  }

  const marked = async () => (able ? Boolean(await read("marks", "signed-out")) : false);
  async function mark(on) {
    const change = (await open()).transaction("marks", "readwrite");
    if (on) change.objectStore("marks").put(true, "signed-out");
    else change.objectStore("marks").delete("signed-out");
    await ended(change);
  }

  /* UUID version 7: time first, so that ids made anywhere sort by when they were made. */
  function id() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let time = Date.now();
    for (let place = 5; place >= 0; place -= 1) { bytes[place] = time % 256; time = Math.floor(time / 256); }
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /* Year, month and day in London, some days ago. */
  function day(ago = 0) {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", year: "numeric", month: "numeric", day: "numeric" }).formatToParts(Date.now());
    const [year, month, date] = ["year", "month", "day"].map((name) => Number(parts.find((part) => part.type === name).value));
    const found = new Date(Date.UTC(year, month - 1, date - ago));
    return { year: found.getUTCFullYear(), month: found.getUTCMonth() + 1, day: found.getUTCDate(), weekday: (found.getUTCDay() + 6) % 7 };
  }

  const NOT_ANSWERS = /^(csrf_token|draft_key|activity_id|device_owner|join|action|page|measure_.*)$/;

  /* The answers of a form as an entry to wait: its day is written out, as "today" is another day tomorrow. */
  function entry(id, fields) {
    const said = new Map(fields.filter(([name]) => name.startsWith("day-") || name === "when"));
    const ago = { today: 0, yesterday: 1 }[said.get("when")];
    let answers = fields.filter(([name, value]) => typeof value === "string" && value !== "" && !NOT_ANSWERS.test(name));
    if (ago !== undefined) {
      const on = day(ago);
      answers = answers.filter(([name]) => name !== "when" && !name.startsWith("day-"));
      answers.push(["when", "another"], ["day-day", `${on.day}`], ["day-month", `${on.month}`], ["day-year", `${on.year}`]);
    }
    return { id, entered_at: new Date().toISOString(), fields: answers, state: "waiting", problems: [], stored: null };
  }

  const OF_WEEK = /^(week|row|reason|gone)$/;

  /* A saving of the week: its rows, and of its boxes those that were changed, with what they held before. */
  function week(id, fields) {
    const said = new Map(fields);
    const changed = (box) => said.has(`c-${box}`) && said.get(`c-${box}`) !== (said.get(`o-${box}`) ?? "");
    const answers = fields.filter(([name]) => OF_WEEK.test(name) || (/^[coiv]-\d+-\d+$/.test(name) && changed(name.slice(2))));
    return { id, sort: "week", entered_at: new Date().toISOString(), fields: answers, state: "waiting", problems: [], cells: [] };
  }

  return { able, begin, changed, day, drop, entries, entry, holds, id, keep, kept, mark, marked, put, week, wipe, wiped };
})();
