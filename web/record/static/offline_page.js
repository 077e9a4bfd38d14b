/* The page that opens without signal: filled from what the device keeps; entries wait here until they are sent. */
const device = globalThis.daybookDevice;
const { ask, entriesWords, send } = globalThis.daybookSending;
const at = (id) => document.getElementById(id);
const form = at("offline-entry");
let offer = null;
let labels = new Map();
let kinds = new Map();
let keeping = false;
let shown = "";

const make = (tag, more = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...inside);
  return made;
};
const option = (value, text) => make("option", { value, textContent: text });

function choice(sort, name, value, text, id) {
  const input = make("input", { type: sort === "checkboxes" ? "checkbox" : "radio", name, value, id, className: `govuk-${sort}__input` });
  const label = make("label", { htmlFor: id, textContent: text, className: `govuk-label govuk-${sort}__label` });
  return make("div", { className: `govuk-${sort}__item` }, input, label);
}

/* Lines that name a child without naming them: the nickname kept here, else the label that was offered. */
async function learn() {
  offer = await device.kept("offer");
  const nicknames = (await device.kept("nicknames")) ?? {};
  labels = new Map((offer?.children ?? []).map((child) => [child.id, nicknames[child.id] ?? child.label]));
  kinds = new Map([...(offer?.kinds ?? []).map((kind) => [kind.code, kind]), ...(offer?.other_kinds ?? []).map((kind) => [kind.value, { ...kind, label: kind.text }])]);
}

function otherKinds(select, first) {
  const groups = new Map();
  offer.other_kinds.forEach((kind) => { groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind]); });
  select.replaceChildren(option("", first), ...[...groups].map(([label, group]) => make("optgroup", { label }, ...group.map((kind) => option(kind.value, kind.text)))));
}

function build() {
  at("offline-children").replaceChildren(...[...labels].map(([id, label], place) => choice("checkboxes", "children", id, label, place ? `children-${place}` : "children")));
  form.querySelector('[data-group="children"]').hidden = !labels.size;
  const near = offer.kinds.map((kind, place) => choice("radios", "kind", kind.code, kind.label, place ? `kind-${place}` : "kind"));
  at("offline-kinds").replaceChildren(...near, choice("radios", "kind", "other", "Something else", near.length ? "kind-other" : "kind"));
  otherKinds(form.elements.other_kind, "Select other work");
}

const chosenKind = () => {
  const code = form.querySelector('input[name="kind"]:checked')?.value ?? "";
  return code === "other" ? form.elements.other_kind.value : code;
};
const chosenChildren = () => [...form.querySelectorAll('input[name="children"]:checked')].map((box) => box.value);

function follow() {
  at("offline-other").hidden = form.querySelector('input[name="kind"]:checked')?.value !== "other";
  const those = kinds.get(chosenKind())?.seen ? chosenChildren() : [];
  const place = at("offline-seen").querySelector("[data-seen]");
  const before = Object.fromEntries([...place.querySelectorAll("select")].map((select) => [select.name, select.value]));
  place.replaceChildren(...those.map((id) => {
    const name = `seen-${id}`;
    const select = make("select", { className: "govuk-select", id: name, name }, ...[["", "Not said"], ["alone", "Seen alone"], ["seen", "Seen, not alone"], ["no", "Not seen"]].map(([value, text]) => option(value, text)));
    select.value = before[name] ?? "";
    return make("div", { className: "rec-seen" }, make("div", { className: "govuk-form-group" }, make("label", { className: "govuk-label", htmlFor: name, textContent: labels.get(id) }), select));
  }));
  at("offline-seen").hidden = !those.length;
}

/* What the device can know to be missing; everything else is checked when it is sent. */
function problems() {
  const found = [];
  const kind = kinds.get(chosenKind());
  if (kind?.child && !chosenChildren().length && labels.size) found.push(["children", "Select at least one child"]);
  if (!kind) found.push([form.querySelector('input[name="kind"]:checked')?.value === "other" ? "other_kind" : "kind", "Select what you did"]);
  if (form.elements.when.value === "another" && !["day", "month", "year"].every((part) => /^\d+$/.test(form.elements[`day-${part}`].value.trim()))) found.push(["day-day", "Enter the date it was, like 27 3 2026"]);
  if (!/\d/.test(form.elements.minutes.value)) found.push(["minutes", "Enter how long it took, like 45 or 1h 15"]);
  if (form.elements.travel.value.trim() && !/\d/.test(form.elements.travel.value)) found.push(["travel", "Enter travel time like 20 or 1h 15, or leave it blank"]);
  return found;
}

function showProblems(found) {
  const summary = document.querySelector("[data-problems]");
  document.querySelectorAll("[data-problem]").forEach((each) => each.remove());
  document.querySelectorAll("[aria-invalid]").forEach((each) => { each.removeAttribute("aria-invalid"); each.removeAttribute("aria-describedby"); });
  document.querySelectorAll("main .govuk-form-group--error").forEach((each) => each.classList.remove("govuk-form-group--error"));
  summary.hidden = !found.length;
  document.title = document.title.replace(/^Error: /, "");
  if (!found.length) return;
  document.title = `Error: ${document.title}`;
  summary.querySelector("ul").replaceChildren(...found.map(([id, words]) => {
    const link = make("a", { href: `#${id}`, textContent: words });
    link.addEventListener("click", (event) => { event.preventDefault(); at(id).focus(); });
    return make("li", {}, link);
  }));
  found.forEach(([id, words]) => {
    const input = at(id);
    const told = make("p", { className: "govuk-error-message", id: `${id}-problem` }, make("span", { className: "govuk-visually-hidden", textContent: "Error: " }), words);
    told.dataset.problem = "";
    (input.closest(".govuk-radios, .govuk-checkboxes, .govuk-date-input, .rec-grid") ?? input).before(told);
    input.closest(".govuk-form-group")?.classList.add("govuk-form-group--error");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", told.id);
  });
  summary.focus();
}

async function keepEntry(event) {
  event.preventDefault();
  const found = problems();
  showProblems(found);
  if (found.length || keeping) return;
  keeping = true;
  try {
    await device.put(device.entry(device.id(), [...new FormData(form)]));
  } catch {
    state("This could not be kept: the device has been cleared, because you signed out or it was too long without a connection. Sign in to record it.");
    return;
  } finally {
    keeping = false;
  }
  form.reset();
  form.querySelectorAll(".govuk-radios__conditional").forEach((each) => each.classList.add("govuk-radios__conditional--hidden"));
  follow();
  await show();
  state("Kept on this device.");
  at("waiting-heading").focus();
  if (navigator.onLine) await sendNow();
}

/* The answers of an entry in words, by the labels of this device. */
function words(entry) {
  const said = (name) => entry.fields.find(([each]) => each === name)?.[1] ?? "";
  const code = said("kind") === "other" || !said("kind") ? said("other_kind") : said("kind");
  const on = new Date(Date.UTC(Number(said("day-year")), Number(said("day-month")) - 1, Number(said("day-day"))));
  const date = Number.isNaN(on.getTime()) ? "" : new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(on);
  const time = (text) => (/^\d+$/.test(text) ? `${text} minutes` : text);
  return { kind: kinds.get(code)?.label ?? (code || "Work not said"), children: whom(entry.fields.filter(([name]) => name === "children").map(([, id]) => id)), on: date, minutes: time(said("minutes")), travel: time(said("travel")) };
}

const whom = (ids) => ids.map((id) => labels.get(id) ?? "another child").join(" and ");
const NAMES = { kind: "Work", children: "Children", on: "Day", minutes: "Time", travel: "Travel" };

function scrolled(label, table) {
  const region = make("div", { className: "rec-scroll", tabIndex: 0 }, table);
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", label);
  return region;
}

function beside(mine, stored) {
  const theirs = { ...stored, children: whom(stored.children) };
  const head = make("tr", { className: "govuk-table__row" }, ...["", "Recorded", "On this device"].map((text) => (text ? make("th", { className: "govuk-table__header", scope: "col", textContent: text }) : make("td", { className: "govuk-table__header" }))));
  const rows = Object.entries(NAMES).map(([name, text]) => make("tr", { className: "govuk-table__row" }, make("th", { className: "govuk-table__header", scope: "row", textContent: text }), make("td", { className: "govuk-table__cell", textContent: theirs[name] || "–" }), make("td", { className: "govuk-table__cell", textContent: mine[name] || "–" })));
  return scrolled("What is recorded, beside what is on this device", make("table", { className: "govuk-table rec-beside" }, make("caption", { className: "govuk-table__caption", textContent: "What is recorded, beside what is on this device" }), make("thead", { className: "govuk-table__head" }, head), make("tbody", { className: "govuk-table__body" }, ...rows)));
}

const reasons = (entry) => entry.problems.map((each) => `${each.words.replace(/[.]$/, "")}.`).join(" ");
const REASON = {
  waiting: () => "Waits to be sent",
  refused: (entry) => `Not recorded. ${reasons(entry)}`,
  asked: (entry) => `Not recorded yet. ${reasons(entry)}`,
  conflict: (entry) => (entry.stored ? "Something else is recorded under this entry already." : "This could not be recorded: something else, which is not yours to open, is recorded in its place."),
};

function item(entry) {
  const said = words(entry);
  const name = [said.kind, said.children].filter(Boolean).join(", ");
  // Pressed twice it is done once.
  const once = (act) => async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    try { await act(); } finally { pressed.disabled = false; }
  };
  const press = (text, act) => make("button", { type: "button", className: "govuk-link db-link-button", onclick: once(act) }, text, make("span", { className: "govuk-visually-hidden", textContent: ` ${name}` }));
  const does = [];
  if (["refused", "asked"].includes(entry.state)) does.push(press("Open in the form", () => openInForm(entry)));
  if (entry.state === "asked") does.push(press("Record it as another piece of work", () => again({ ...entry, fields: [...entry.fields.filter(([each]) => each !== "another"), ["another", "yes"]] })));
  if (entry.state === "conflict") does.push(press("Record mine as another piece of work", () => again({ ...entry, id: device.id(), fields: [...entry.fields, ["another", "yes"]] }, entry.id)));
  if (entry.state === "conflict" && entry.stored) does.push(make("a", { className: "govuk-link", href: `/entries/${entry.id}`, textContent: "Open what is recorded" }));
  does.push(press(entry.state === "conflict" ? "Throw mine away" : "Throw away", () => throwAway(entry, name)));
  const row = make("li", { className: `rec-entry rec-waiting rec-waiting--${entry.state}` },
    make("div", { className: "rec-entry__what" }, make("p", { className: "rec-entry__kind", textContent: said.kind }), make("p", { textContent: said.children }), make("p", { className: "rec-entry__soft", textContent: said.on }), make("p", { className: "rec-waiting__why", textContent: REASON[entry.state](entry) })),
    make("div", { className: "rec-entry__time" }, make("p", { textContent: said.minutes }), make("p", { className: "rec-entry__soft", textContent: said.travel ? `+ ${said.travel} travel` : "" })));
  if (entry.state === "conflict" && entry.stored) row.append(make("div", { className: "rec-waiting__beside" }, beside(said, entry.stored)));
  row.append(make("p", { className: "rec-entry__do" }, ...does));
  return row;
}

async function again(entry, instead = "") {
  await device.put({ ...entry, state: "waiting", problems: [], stored: null });
  if (instead) await device.drop([instead]);
  await sendNow();
}

async function throwAway(entry, name) {
  if (!(await ask(`Throw away “${name}”? It is not recorded anywhere else.`, "Throw it away", "Keep it"))) return;
  await device.drop([entry.id]);
  await show();
  at("waiting-heading").focus();
}

/* The ordinary form, filled with this entry under its own id: sent from there it is this entry. */
async function openInForm(entry) {
  const said = await globalThis.daybookSending.offered();
  if (said === "over") { state("Sign in first: then this entry can be opened."); return; }
  if (typeof said === "string") { state("There is no connection: the form can be opened when there is one."); return; }
  const hidden = (name, value) => make("input", { type: "hidden", name, value });
  const sent = make("form", { method: "post", action: "/my-day" }, hidden("csrf_token", said.token), hidden("activity_id", entry.id), hidden("device_owner", said.owner), ...entry.fields.map(([name, value]) => hidden(name, value)));
  document.body.append(sent);
  sessionStorage.setItem("daybook-sent", entry.id);
  sent.submit();
}

function state(...parts) {
  // Said once: a screen reader would read the same words again.
  if (parts.map((part) => part.textContent ?? part).join("") === at("device-state").textContent) return;
  at("device-state").replaceChildren(...parts);
  at("device-state").hidden = !at("device-state").textContent;
}

async function show() {
  const all = await device.entries();
  const held = await device.holds();
  // Drawn again only where it differs: somebody may be on one of its buttons.
  const now = JSON.stringify(all);
  if (now !== shown) at("waiting").replaceChildren(...all.sort((one, two) => (one.id < two.id ? -1 : 1)).map(item));
  shown = now;
  at("waiting").hidden = !all.length;
  at("waiting-none").hidden = all.length > 0;
  at("send-now").hidden = !all.some((each) => each.state === "waiting");
  at("offline-form").hidden = !held || !offer;
  at("offline-leave").hidden = !held;
  return held;
}

const CUT = new URLSearchParams(window.location.search).has("kept") ? "The connection was cut before this was recorded. It is kept on this device, and is sent when there is a connection." : "";
const TOLD = {
  over: "Your session is over. Sign in to send what waits.",
  cut: CUT || "There is no connection. What you record waits on this device and is sent when there is one.",
  other: "Somebody else is signed in here, so what was kept for the person before has been removed.",
};

async function sendNow() {
  await send();
}

async function told({ detail: told }) {
  await show();
  if (told.sent) state(`${entriesWords(told.sent)} ${told.sent === 1 ? "is" : "are"} recorded.`);
  else if (told.why === "over") state(TOLD.over, " ", make("a", { className: "govuk-link", href: "/sign-in?next=/my-day", textContent: "Sign in" }));
  else if (told.why) state(TOLD[told.why]);
  else if (told.looked) state("");
}

async function begin() {
  await learn();
  if (offer) { build(); follow(); document.dispatchEvent(new CustomEvent("daybook:week", { detail: { labels, offer, otherKinds, showProblems, show, state, sendNow } })); }
  const held = await show();
  const all = await device.entries();
  if (CUT && all.length) state(CUT);
  else if (held) state(navigator.onLine ? "" : TOLD.cut);
  else if (await device.marked()) state("You have signed out. Nothing is kept on this device.");
  else state("There is no connection, or you have not been at My day on this device since you signed in. Nothing is kept on this device.");
}

if (device.able) {
  form.addEventListener("submit", keepEntry);
  form.addEventListener("change", follow);
  at("send-now").addEventListener("click", sendNow);
  document.addEventListener("daybook:sent", told);
  document.addEventListener("daybook:changed", show);
  // What is past its time goes also while the page stays open.
  setInterval(async () => { if (offer && !(await device.holds())) window.location.reload(); }, 60 * 1000);
  begin();
} else {
  state("This browser cannot keep entries safely, so nothing can be recorded here without a connection.");
}
