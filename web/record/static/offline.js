/* On every page of somebody signed in: what waits on this device is sent, what is not theirs is wiped. */
const device = globalThis.daybookDevice;
const session = document.getElementById("session");
const line = document.getElementById("device");
const OFFER = "/my-day/offer";
const SEND = "/my-day/entries";
const SEND_WEEK = "/my-week/sent";
const AT_ONCE = 50;
const AGAIN = 60 * 1000;
/* After a connection that came and at once went again: soon, then less soon, then every minute. */
const SOON = [1, 3, 8, 20].map((seconds) => seconds * 1000);

const entriesWords = (count) => `${count} ${count === 1 ? "entry" : "entries"}`;
const weeksWords = (count) => `${count} ${count === 1 ? "week" : "weeks"}`;
/* So many entries and weeks, in words. */
const waitingWords = (entries, weeks) => [entries || !weeks ? entriesWords(entries) : "", weeks ? weeksWords(weeks) : ""].filter(Boolean).join(" and ");
const isWeek = (entry) => entry.sort === "week";
const counted = (all) => waitingWords(all.filter((each) => !isWeek(each)).length, all.filter(isWeek).length);

/* Whose session this is and what they may keep; "over" where nobody is signed in, "cut" without network. */
async function offered() {
  try {
    const answer = await fetch(OFFER, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
    if (answer.ok) return await answer.json();
    return answer.type === "opaqueredirect" ? "over" : "cut";
  } catch {
    return "cut";
  }
}

async function post(said, address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": said.token },
      body: JSON.stringify({ owner: said.owner, ...body }),
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 400) return "over";
    return answer.ok ? await answer.json() : "cut";
  } catch {
    return "cut";
  }
}

/* Sends what waits; one page at a time does so. Answers {why, looked, sent, weeks, position}. */
async function send() {
  const work = async () => {
    const told = { ...NOTHING };
    const held = await device.holds();
    const waiting = held ? (await device.entries()).filter((each) => each.state === "waiting") : [];
    if (!waiting.length) return told;
    const said = await offered();
    if (typeof said === "string") return { ...told, why: said };
    if (said.owner !== held.owner) { await device.wipe(); return { ...told, why: "other" }; }
    told.why = (await sendEntries(said, waiting.filter((each) => !isWeek(each)), told)) || (await sendWeeks(said, waiting.filter(isWeek), told));
    return told;
  };
  return alone("daybook-send", work);
}

/* Of all pages open on this device, one at a time does this. */
const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

/* Both answer why nothing more could be sent: blank where everything was. */
async function sendEntries(said, waiting, told) {
  for (let first = 0; first < waiting.length; first += AT_ONCE) {
    const batch = waiting.slice(first, first + AT_ONCE);
    const answers = await post(said, SEND, { entries: batch.map(({ id, entered_at, fields }) => ({ id, entered_at, fields })) });
    if (typeof answers === "string") return answers;
    told.looked += batch.length;
    told.position = Math.max(told.position, answers.position);
    told.sent += await settle(batch, answers.entries);
  }
  return "";
}

async function sendWeeks(said, waiting, told) {
  for (const week of waiting) {
    const answer = await post(said, SEND_WEEK, { entered_at: week.entered_at, fields: week.fields });
    if (typeof answer === "string") return answer;
    told.looked += 1;
    told.position = Math.max(told.position, answer.position);
    told.weeks += answer.state === "recorded" ? 1 : 0;
    if (answer.state === "recorded") await device.drop([week.id]);
    else await device.put({ ...week, state: answer.state, problems: answer.problems, cells: answer.cells });
  }
  return "";
}

/* What is recorded leaves the device; everything else stays with the reason. */
async function settle(batch, answers) {
  const state = new Map(answers.map((answer) => [answer.id, answer]));
  const gone = batch.filter((entry) => ["recorded", "repeated"].includes(state.get(entry.id)?.state));
  if (gone.length) await device.drop(gone.map((entry) => entry.id));
  for (const entry of batch) {
    const answer = state.get(entry.id);
    if (!answer || gone.includes(entry)) continue;
    await device.put({ ...entry, state: answer.state, problems: answer.problems ?? [], stored: answer.stored ?? null });
  }
  return gone.length;
}

const WHY = {
  over: "Sign in to send what waits.",
  cut: "There is no connection. What waits is sent when there is one.",
  other: "",
};

/* What was last heard of the site stays said when only the device has changed. */
const NOTHING = { why: "", looked: 0, sent: 0, weeks: 0, position: 0 };
let last = { ...NOTHING };

async function tell(told = last) {
  holding = Boolean(await device.holds());
  if (!line) return;
  const all = await device.entries();
  const parts = [];
  if (told.sent || told.weeks) {
    parts.push(`${waitingWords(told.sent, told.weeks)} that waited on this device ${told.sent + told.weeks === 1 ? "is" : "are"} recorded. `);
    parts.push(link(`/my-day?at=${told.position}`, "Show my day with what was sent"), ". ");
  }
  if (all.length) {
    const open = all.filter((each) => each.state !== "waiting").length;
    parts.push(`${counted(all)} ${all.length === 1 ? "waits" : "wait"} on this device${open ? `, ${open} with a question for you` : ""}. ${WHY[told.why] ?? ""} `);
    parts.push(link(window.location.pathname === "/my-day/offline" ? "#waiting-heading" : "/my-day/offline", "Look at what waits"), ".");
  } else if (!navigator.onLine && !document.getElementById("offline-entry") && holding) {
    parts.push("There is no connection. What you record now waits on this device and is sent later.");
  }
  line.replaceChildren(...parts);
  line.hidden = !parts.length;
}

const link = (href, text) => Object.assign(document.createElement("a"), { href, textContent: text, className: "govuk-link" });

let cuts = 0;
let soon;
async function sendAndTell() {
  clearTimeout(soon);
  const told = await send();
  if (told.looked || told.why) last = told;
  // A connection that the browser speaks of may not carry yet: what waits does not wait a whole minute for it.
  cuts = told.why === "cut" ? cuts + 1 : 0;
  if (cuts && navigator.onLine && cuts <= SOON.length) soon = setTimeout(sendAndTell, SOON[cuts - 1]);
  await tell(last);
  document.dispatchEvent(new CustomEvent("daybook:sent", { detail: told }));
  return told;
}

/* What was put right in the form or in the week, and then was recorded: its copy here has done its work. */
const SENT = "daybook-sent";
async function settled() {
  const form = document.getElementById("entry");
  form?.addEventListener("submit", () => sessionStorage.setItem(SENT, (form.elements.activity_id ?? form.elements.save_id)?.value ?? ""));
  const recorded = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const shown = document.querySelector(".rec-recorded, [data-settled]");
  if (recorded && shown && (await device.entries()).some((each) => each.id === recorded)) await device.drop([recorded]);
}

/* A question before something on the device is lost. */
function ask(words, yes, no = "Keep them") {
  const dialog = document.createElement("dialog");
  dialog.className = "db-dialog";
  dialog.setAttribute("aria-label", "Please confirm");
  const text = Object.assign(document.createElement("p"), { className: "govuk-body", textContent: words });
  const button = (label, kind, value) => Object.assign(document.createElement("button"), { type: "button", className: `govuk-button ${kind}`, textContent: label, onclick: () => dialog.close(value) });
  const row = Object.assign(document.createElement("div"), { className: "govuk-button-group" });
  row.append(button(no, "", ""), button(yes, "govuk-button--warning", "yes"));
  dialog.append(text, row);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => { dialog.addEventListener("close", () => { answer(dialog.returnValue === "yes"); dialog.remove(); }); });
}

/* Before the site hears of a sign-out, this device is empty; nobody loses an entry without being asked. */
async function leave(go) {
  const before = await device.entries();
  if (before.some((each) => each.state === "waiting")) await sendAndTell();
  const kept = await device.entries();
  const left = kept.length;
  const question = `${counted(kept)} ${left === 1 ? "is" : "are"} on this device and not recorded. Signing out removes ${left === 1 ? "it" : "them"} for good.`;
  if (left && !(await ask(question, left === 1 ? "Remove it and sign out" : "Remove them and sign out"))) return;
  await device.wipe();
  await device.mark(true);
  go();
}

function followSignOut() {
  document.querySelectorAll('form[action="/sign-out"]').forEach((form) => {
    form.addEventListener("submit", (event) => { event.preventDefault(); leave(() => form.submit()); });
  });
}

/* A form that cannot wait on this device is not sent into nowhere: it stays open with what was typed. */
let holding = false;
function stayOpen(event) {
  const form = event.target;
  const to = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? window.location.pathname;
  const path = new URL(to, window.location.href).pathname;
  const waits = path === "/sign-out" || (["/my-day", "/my-week"].includes(path) && holding && navigator.serviceWorker?.controller);
  if (navigator.onLine || waits || event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  event.preventDefault();
  notSent();
}

function notSent() {
  document.getElementById("not-sent")?.remove();
  const said = Object.assign(document.createElement("p"), { id: "not-sent", className: "govuk-inset-text", tabIndex: -1, textContent: "There is no connection, so this was not sent. Leave this page open and send it again when there is one: what you typed is still here." });
  document.getElementById("main-content").prepend(said);
  said.focus();
  window.addEventListener("online", () => said.remove(), { once: true });
  document.dispatchEvent(new CustomEvent("daybook:not-sent"));
}

/* Where no service worker stood by, a sign-out that the site has not heard of is made good here. */
async function signOutLate() {
  const form = document.querySelector('form[action="/sign-out"]');
  if (!(await device.marked())) return false;
  if (form) form.submit();
  else await device.mark(false);
  return Boolean(form);
}

/* A page whose way here began before the service worker was ready is not among those that it took over: it asks. */
async function standBy() {
  await navigator.serviceWorker.register("/service-worker.js");
  const { active } = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) active.postMessage("daybook:stand-by");
}

async function start() {
  if (session && (await signOutLate())) return;
  followSignOut();
  // From the first: a connection that comes back while this page still starts is not missed.
  window.addEventListener("online", () => { cuts = 0; sendAndTell(); });
  window.addEventListener("offline", () => tell());
  if (session) document.addEventListener("submit", stayOpen);
  navigator.serviceWorker?.addEventListener("message", ({ data }) => { if (data === "daybook:not-sent") notSent(); });
  const held = await device.holds();
  if (session && held && held.owner !== session.dataset.owner) await device.wipe();
  if (session?.dataset.records === "no") {
    await send();
    if (!(await device.entries()).length) await device.wipe();
    return;
  }
  if (session && "serviceWorker" in navigator) standBy().catch(() => {});
  if (session && line) {
    const since = device.wiped();
    const said = await offered();
    if (said.offer && since === device.wiped()) {
      await alone("daybook-keep", async () => {
        await device.begin(said.owner, said.hours, since);
        await device.keep("offer", said.offer);
      });
      document.dispatchEvent(new CustomEvent("daybook:device"));
    }
  }
  await settled();
  await sendAndTell();
  // What a browser says of its connection is not always so: while something waits, it is tried again.
  setInterval(async () => { if (navigator.onLine && (await device.entries()).some((each) => each.state === "waiting")) await sendAndTell(); }, AGAIN);
  if ("BroadcastChannel" in window) new BroadcastChannel("daybook-device").addEventListener("message", () => { tell(); document.dispatchEvent(new CustomEvent("daybook:changed")); });
}

globalThis.daybookSending = { ask, isWeek, leave, offered, send: sendAndTell, waitingWords };
if (device.able) start().catch(() => {});
