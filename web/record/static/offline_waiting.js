/* What waits on this device, told in its own labels: entries and weeks, why they wait, and what can be done. */
const device = globalThis.daybookDevice;
const { ask, isWeek } = globalThis.daybookSending;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/* What the page has learnt, and what it does after a change: given once by it. */
let page = null;

const make = (tag, more = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...inside);
  return made;
};

const whom = (ids) => ids.map((id) => page.labels.get(id) ?? "another child").join(" and ");
const others = (ids) => ids.map((id) => page.colleagues.get(id) ?? "another colleague").join(" and ");
const dated = (on) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(on);

/* The answers of an entry in words, by the labels of this device. */
function words(entry) {
  const said = (name) => entry.fields.find(([each]) => each === name)?.[1] ?? "";
  const every = (name) => entry.fields.filter(([each]) => each === name).map(([, value]) => value);
  const code = said("kind") === "other" || !said("kind") ? said("other_kind") : said("kind");
  const on = new Date(Date.UTC(Number(said("day-year")), Number(said("day-month")) - 1, Number(said("day-day"))));
  const time = (text) => (/^\d+$/.test(text) ? `${text} minutes` : text);
  return {
    kind: page.kinds.get(code)?.label ?? (code || "Work not said"),
    children: whom(every("children")),
    on: Number.isNaN(on.getTime()) ? "" : dated(on),
    minutes: time(said("minutes")),
    travel: time(said("travel")),
    miles: said("miles"),
    outcome: ["", "held"].includes(said("outcome")) ? "" : page.outcome(said("outcome")),
    colleagues: others(every("colleagues")),
    note: said("note") ? "A note" : "",
  };
}

const NAMES = { kind: "Work", children: "Children", on: "Day", minutes: "Time", travel: "Travel", miles: "Miles", outcome: "Did it take place?", colleagues: "With", note: "Note" };
const ALWAYS = ["kind", "children", "on", "minutes"];

function table(caption, headings, rows) {
  const cell = (text, place) => (place ? make("td", { className: "govuk-table__cell", textContent: text || "–" }) : make("th", { className: "govuk-table__header", scope: "row", textContent: text }));
  const head = headings.map((text) => (text ? make("th", { className: "govuk-table__header", scope: "col", textContent: text }) : make("td", { className: "govuk-table__header" })));
  const body = rows.map((row) => make("tr", { className: "govuk-table__row" }, ...row.map(cell)));
  const made = make("table", { className: "govuk-table rec-beside" }, make("caption", { className: "govuk-table__caption", textContent: caption }), make("thead", { className: "govuk-table__head" }, make("tr", { className: "govuk-table__row" }, ...head)), make("tbody", { className: "govuk-table__body" }, ...body));
  const region = make("div", { className: "rec-scroll", tabIndex: 0 }, made);
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", caption);
  return make("div", { className: "rec-waiting__beside" }, region);
}

function beside(mine, stored) {
  const theirs = { ...stored, children: whom(stored.children), colleagues: others(stored.colleagues ?? []) };
  const rows = Object.entries(NAMES).filter(([name]) => ALWAYS.includes(name) || mine[name] || theirs[name]);
  return table("What is recorded, beside what is on this device", ["", "Recorded", "On this device"], rows.map(([name, text]) => [text, theirs[name], mine[name]]));
}

const reasons = (entry) => entry.problems.map((each) => `${each.words.replace(/[.]$/, "")}.`).join(" ");
const REASON = {
  waiting: () => "Waits to be sent",
  refused: (entry) => `Not recorded. ${reasons(entry)}`,
  asked: (entry) => `Not recorded yet. ${reasons(entry)}`,
  conflict: (entry) => (entry.stored ? "Something else is recorded under this entry already." : "This could not be recorded: something else, which is not yours to open, is recorded in its place."),
};

/* A button named for what it is about; pressed twice it is done once. */
function press(text, name, act) {
  const once = async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    try { await act(); } finally { pressed.disabled = false; }
  };
  return make("button", { type: "button", className: "govuk-link db-link-button", onclick: once }, text, make("span", { className: "govuk-visually-hidden", textContent: ` ${name}` }));
}

function row(entry, what, time, extra, does) {
  return make("li", { className: `rec-entry rec-waiting rec-waiting--${entry.state}` }, make("div", { className: "rec-entry__what" }, ...what), make("div", { className: "rec-entry__time" }, ...time), ...extra, make("p", { className: "rec-entry__do" }, ...does));
}

function item(entry) {
  if (isWeek(entry)) return weekItem(entry);
  const said = words(entry);
  const name = [said.kind, said.children].filter(Boolean).join(", ");
  const does = [];
  if (["refused", "asked"].includes(entry.state)) does.push(press("Open in the form", name, () => openIn(entry, "/my-day", "activity_id")));
  if (entry.state === "asked") does.push(press("Record it as another piece of work", name, () => again({ ...entry, fields: [...entry.fields.filter(([each]) => each !== "another"), ["another", "yes"]] })));
  if (entry.state === "conflict") does.push(press("Record mine as another piece of work", name, () => again({ ...entry, id: device.id(), fields: [...entry.fields, ["another", "yes"]] }, entry.id)));
  if (entry.state === "conflict" && entry.stored) does.push(make("a", { className: "govuk-link", href: `/entries/${entry.id}`, textContent: "Open what is recorded" }));
  does.push(press(entry.state === "conflict" ? "Throw mine away" : "Throw away", name, () => throwAway(entry, name)));
  const soft = [said.on, said.colleagues && `With ${said.colleagues}`, said.outcome, said.note].filter(Boolean);
  const what = [make("p", { className: "rec-entry__kind", textContent: said.kind }), make("p", { textContent: said.children }), ...soft.map((text) => make("p", { className: "rec-entry__soft", textContent: text })), make("p", { className: "rec-waiting__why", textContent: REASON[entry.state](entry) })];
  const travel = [said.travel && `+ ${said.travel} travel`, said.miles && `${said.miles} miles`].filter(Boolean).join(", ");
  const time = [make("p", { textContent: said.minutes }), make("p", { className: "rec-entry__soft", textContent: travel })];
  return row(entry, what, time, entry.state === "conflict" && entry.stored ? [beside(said, entry.stored)] : [], does);
}

/* The boxes of a week that were changed, each with what came of it. */
function boxes(entry) {
  const said = new Map(entry.fields);
  const keys = entry.fields.filter(([name]) => name === "row").map(([, key]) => key);
  const told = new Map(entry.cells.map((cell) => [`${cell.place}-${cell.day}`, cell]));
  return entry.fields.filter(([name]) => name.startsWith("c-")).map(([name, text]) => {
    const [place, day] = name.slice(2).split("-").map(Number);
    const [code, ids] = (keys[place] ?? ":").split(":");
    const where = [page.kinds.get(code)?.label ?? code, ids ? whom(ids.split(",")) : "", DAYS[day]].filter(Boolean).join(", ");
    const came = told.get(`${place}-${day}`);
    return { where, before: said.get(`o-${place}-${day}`) ?? "", mine: text.trim() || "Taken away", state: came?.state ?? "", words: came?.words ?? "", stored: came?.stored ?? "" };
  });
}

const CAME = { saved: () => "Saved", conflict: (box) => `Not saved. ${box.words}`, refused: (box) => `Not saved. ${box.words}` };

function weekItem(entry) {
  const monday = new Date(`${entry.fields.find(([name]) => name === "week")?.[1]}T00:00:00Z`);
  const name = `My week, from ${Number.isNaN(monday.getTime()) ? "a day not said" : dated(monday)}`;
  const all = boxes(entry);
  const why = entry.state === "waiting" ? "Waits to be sent" : `Not all of it is saved. ${reasons(entry)}`;
  const rows = all.map((box) => (entry.state === "waiting" ? [box.where, box.before, box.mine] : [box.where, box.stored, box.mine, CAME[box.state]?.(box) ?? ""]));
  const headings = entry.state === "waiting" ? ["", "Before", "On this device"] : ["", "Recorded", "On this device", "What came of it"];
  const does = [];
  if (entry.state !== "waiting") does.push(press("Open in the week", name, () => openIn(entry, "/my-week", "save_id")));
  does.push(press("Throw away", name, () => throwAway(entry, name)));
  const what = [make("p", { className: "rec-entry__kind", textContent: name }), make("p", { className: "rec-waiting__why", textContent: why })];
  return row(entry, what, [make("p", { textContent: `${all.length} ${all.length === 1 ? "change" : "changes"}` })], all.length ? [table("What was changed in the week", headings, rows)] : [], does);
}

async function again(entry, instead = "") {
  await device.put({ ...entry, state: "waiting", problems: [], stored: null });
  if (instead) await device.drop([instead]);
  await page.sendNow();
}

async function throwAway(entry, name) {
  if (!(await ask(`Throw away “${name}”? It is not recorded anywhere else.`, "Throw it away", "Keep it"))) return;
  await device.drop([entry.id]);
  await page.show();
  document.getElementById("waiting-heading").focus();
}

/* The ordinary page, filled with this entry or week under its own id: sent from there it is this one. */
async function openIn(entry, action, called) {
  const said = await globalThis.daybookSending.offered();
  if (said === "over") { page.state("Sign in first: then this can be opened."); return; }
  if (typeof said === "string") { page.state("There is no connection: this can be opened when there is one."); return; }
  const hidden = (name, value) => make("input", { type: "hidden", name, value });
  const sent = make("form", { method: "post", action }, hidden("csrf_token", said.token), hidden(called, entry.id), hidden("device_owner", said.owner), ...entry.fields.map(([name, value]) => hidden(name, value)));
  document.body.append(sent);
  sessionStorage.setItem("daybook-sent", entry.id);
  sent.submit();
}

globalThis.daybookWaiting = { item, learn: (given) => { page = given; } };
