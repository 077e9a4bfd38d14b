/* A week of times without signal: each time that is filled in waits as an entry of its own. */
const device = globalThis.daybookDevice;
const form = document.getElementById("offline-grid");
const which = document.getElementById("offline-which");
const lines = form.querySelector("[data-lines]");
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const FIRST_LINES = 2;
let page = null;
let made = 0;
let keeping = false;

const make = (tag, more = {}, ...inside) => {
  const built = Object.assign(document.createElement(tag), more);
  built.append(...inside);
  return built;
};

/* The days of a week, some weeks ago, as {year, month, day, over}; those to come cannot be filled in. */
function days(weeks) {
  const { weekday } = device.day();
  return DAYS.map((name, place) => ({ ...device.day(weekday - place + 7 * weeks), name, ahead: weeks === 0 && place > weekday }));
}

function line() {
  made += 1;
  const number = made;
  const label = (id, text) => make("label", { className: "govuk-label", htmlFor: id, textContent: text });
  const child = make("select", { className: "govuk-select", id: `week-child-${number}` });
  child.append(make("option", { value: "", textContent: "No child" }), ...[...page.labels].map(([value, textContent]) => make("option", { value, textContent })));
  const kind = make("select", { className: "govuk-select", id: `week-kind-${number}` });
  page.otherKinds(kind, "Select what you did");
  kind.firstChild.after(...page.offer.kinds.map((each) => make("option", { value: each.code, textContent: each.label })));
  const cells = make("tr", { className: "govuk-table__row" });
  const heads = make("tr", { className: "govuk-table__row" });
  days(Number(which.value)).forEach((on, place) => {
    const told = `${on.name} ${on.day}`;
    heads.append(make("th", { className: "govuk-table__header", scope: "col", textContent: told }));
    const input = make("input", { className: "govuk-input rec-week__time", id: `week-${number}-${place}`, autocomplete: "off", disabled: on.ahead });
    input.setAttribute("aria-label", `Line ${number}, time on ${told}`);
    Object.assign(input.dataset, { year: on.year, month: on.month, day: on.day });
    cells.append(make("td", { className: "govuk-table__cell" }, input));
  });
  const table = make("table", { className: "govuk-table rec-week" }, make("caption", { className: "govuk-visually-hidden", textContent: `Line ${number}: times by day` }), make("thead", { className: "govuk-table__head" }, heads), make("tbody", { className: "govuk-table__body" }, cells));
  const scroll = make("div", { className: "rec-scroll rec-grid", tabIndex: 0 }, table);
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", `Line ${number} of the week`);
  const block = make("fieldset", { className: "govuk-fieldset rec-week__line" }, make("legend", { className: "govuk-fieldset__legend govuk-fieldset__legend--s", textContent: `Line ${number}` }), label(child.id, "Child"), child, label(kind.id, "What you did"), kind, scroll);
  Object.assign(block, { child, kind });
  return block;
}

function build() {
  made = 0;
  lines.replaceChildren(...Array.from({ length: FIRST_LINES }, line));
}

async function keep(event) {
  event.preventDefault();
  const found = [];
  const entries = [];
  [...lines.children].forEach((block) => {
    const filled = [...block.querySelectorAll("input")].filter((input) => input.value.trim());
    if (filled.length && !block.kind.value) found.push([block.kind.id, "Select what you did"]);
    if (filled.length && !block.child.value && page.offer.kinds.find((each) => each.code === block.kind.value)?.child) found.push([block.child.id, "Select the child"]);
    filled.forEach((input) => {
      if (!/\d/.test(input.value)) found.push([input.id, `“${input.value.trim()}” is not a time. Enter it like 45 or 1h 15`]);
      const fields = [["kind", block.kind.value], ["when", "another"], ["day-day", input.dataset.day], ["day-month", input.dataset.month], ["day-year", input.dataset.year], ["minutes", input.value.trim()]];
      if (block.child.value) fields.push(["children", block.child.value]);
      entries.push(device.entry(device.id(), fields));
    });
  });
  if (!entries.length) found.push([lines.querySelector("input:not([disabled])").id, "Enter at least one time"]);
  page.showProblems(found);
  if (found.length || keeping) return;
  keeping = true;
  try {
    for (const entry of entries) await device.put(entry);
  } catch {
    page.state("The week could not be kept: the device has been cleared. Sign in to record it.");
    return;
  } finally {
    keeping = false;
  }
  build();
  await page.show();
  page.state("The week is kept on this device.");
  document.getElementById("waiting-heading").focus();
  if (navigator.onLine) await page.sendNow();
}

document.addEventListener("daybook:week", (event) => {
  page = event.detail;
  const from = (on) => `${on.day}/${on.month}`;
  which.replaceChildren(...[0, 1].map((weeks) => make("option", { value: `${weeks}`, textContent: `${weeks ? "Last week" : "This week"}, from ${from(days(weeks)[0])}` })));
  build();
});
form.addEventListener("submit", keep);
form.querySelector("[data-add]").addEventListener("click", () => { const added = line(); lines.append(added); added.child.focus(); });
which.addEventListener("change", build);
