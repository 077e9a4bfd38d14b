/* The page that opens without signal: filled from what the device keeps; entries wait here until they are sent. */
const device = globalThis.daybookDevice;
const { send, waitingWords } = globalThis.daybookSending;
const { item } = globalThis.daybookWaiting;
const at = (id) => document.getElementById(id);
const form = at("offline-entry");
let offer = null;
let labels = new Map();
let kinds = new Map();
let colleagues = new Map();
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

const TIME = /\d|hour/i;

/* What names a child without naming them: the nickname kept here, else the label that was offered. */
async function learn() {
  offer = await device.kept("offer");
  const nicknames = (await device.kept("nicknames")) ?? {};
  labels = new Map((offer?.children ?? []).map((child) => [child.id, nicknames[child.id] ?? child.label]));
  colleagues = new Map((offer?.colleagues ?? []).map((each) => [each.id, each.label]));
  kinds = new Map([...(offer?.kinds ?? []).map((kind) => [kind.code, kind]), ...(offer?.other_kinds ?? []).map((kind) => [kind.value, { ...kind, label: kind.text }])]);
  const outcome = (code) => form.querySelector(`input[name="outcome"][value="${CSS.escape(code)}"]`)?.labels[0].textContent.trim() ?? code;
  globalThis.daybookWaiting.learn({ labels, kinds, colleagues, outcome, sendNow, show, state });
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
  at("offline-colleagues").replaceChildren(...[...colleagues].map(([id, label], place) => choice("checkboxes", "colleagues", id, label, place ? `colleagues-${place}` : "colleagues")));
  form.querySelector('[data-group="colleagues"]').hidden = !colleagues.size;
}

const chosenKind = () => {
  const code = form.querySelector('input[name="kind"]:checked')?.value ?? "";
  return code === "other" ? form.elements.other_kind.value : code;
};
const ticked = (name) => [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
const chosenChildren = () => ticked("children");

/* One answer for each of those ticked; what was given before stays. */
function each(place, those, made) {
  const before = Object.fromEntries([...place.querySelectorAll("select, input")].map((answer) => [answer.name, answer.value]));
  place.replaceChildren(...those.map((id) => {
    const { name, text, answer } = made(id);
    Object.assign(answer, { id: name, name });
    answer.value = before[name] ?? "";
    return make("div", { className: "rec-seen" }, make("div", { className: "govuk-form-group" }, make("label", { className: "govuk-label", htmlFor: name, textContent: text }), answer));
  }));
}

const SEEN = [["", "Not said"], ["alone", "Seen alone"], ["seen", "Seen, not alone"], ["no", "Not seen"]];
const seenAnswer = (id) => ({ name: `seen-${id}`, text: labels.get(id), answer: make("select", { className: "govuk-select" }, ...SEEN.map(([value, text]) => option(value, text))) });
const timeAnswer = (id) => ({ name: `their-minutes-${id}`, text: `Time of ${colleagues.get(id)}`, answer: make("input", { className: "govuk-input govuk-input--width-5", autocomplete: "off" }) });

function follow() {
  at("offline-other").hidden = form.querySelector('input[name="kind"]:checked')?.value !== "other";
  const children = chosenChildren();
  const met = kinds.get(chosenKind())?.seen && ticked("outcome")[0] === "held" ? children : [];
  each(at("offline-seen").querySelector("[data-seen]"), met, seenAnswer);
  at("offline-seen").hidden = !met.length;
  each(form.querySelector("[data-theirs]"), ticked("colleagues"), timeAnswer);
  at("offline-their-minutes").hidden = !ticked("colleagues").length;
  // A note belongs to one child: asked where there are several.
  const about = form.elements.note_child;
  const chosen = about.value;
  about.replaceChildren(option("", "Select a child"), ...children.map((id) => option(id, labels.get(id))));
  about.value = children.includes(chosen) ? chosen : "";
  at("offline-note-about").hidden = children.length < 2;
  at("offline-note").hidden = !labels.size;
}

/* What the device can know to be missing; everything else is checked when it is sent. */
function problems() {
  const found = [];
  const kind = kinds.get(chosenKind());
  if (kind?.child && !chosenChildren().length && labels.size) found.push(["children", "Select at least one child"]);
  if (!kind) found.push([form.querySelector('input[name="kind"]:checked')?.value === "other" ? "other_kind" : "kind", "Select what you did"]);
  if (form.elements.when.value === "another" && !["day", "month", "year"].every((part) => /^\d+$/.test(form.elements[`day-${part}`].value.trim()))) found.push(["day-day", "Enter the date it was, like 27 3 2026"]);
  if (!TIME.test(form.elements.minutes.value)) found.push(["minutes", "Enter how long it took, like 45 or 1h 15"]);
  if (form.elements.travel.value.trim() && !TIME.test(form.elements.travel.value)) found.push(["travel", "Enter travel time like 20 or 1h 15, or leave it blank"]);
  if (!/^(\d{1,4}([.]\d)?( ?(mi|miles))?)?$/.test(form.elements.miles.value.trim())) found.push(["miles", "Enter miles like 12 or 3.5, or leave them blank"]);
  form.querySelectorAll("[data-theirs] input").forEach((input) => { if (input.value.trim() && !TIME.test(input.value)) found.push([input.id, "Enter their time like 45 or 1h 15, or leave it blank"]); });
  if (form.elements.note.value.trim() && !chosenChildren().length) found.push(["note", "A note belongs to one child: select the child, or clear the note"]);
  else if (form.elements.note.value.trim() && chosenChildren().length > 1 && !form.elements.note_child.value) found.push(["note_child", "Select which of the children the note is about"]);
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
    link.addEventListener("click", (event) => { event.preventDefault(); at(id).closest("details")?.setAttribute("open", ""); at(id).focus(); });
    return make("li", {}, link);
  }));
  found.forEach(([id, words]) => {
    const input = at(id);
    input.closest("details")?.setAttribute("open", "");
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
  form.querySelectorAll(".govuk-radios__conditional").forEach((part) => part.classList.add("govuk-radios__conditional--hidden"));
  form.querySelectorAll("details").forEach((part) => part.removeAttribute("open"));
  follow();
  await show();
  state("Kept on this device.");
  at("waiting-heading").focus();
  if (navigator.onLine) await sendNow();
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
  if (told.sent || told.weeks) state(`${waitingWords(told.sent, told.weeks)} ${told.sent + told.weeks === 1 ? "is" : "are"} recorded.`);
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
