/* The entry form made livelier; every answer can be given, and is checked, without this script. */
const form = document.getElementById("entry");

function kind() {
  const chosen = form.querySelector('input[name="kind"]:checked');
  if (!chosen || chosen.value === "other") return form.querySelector('select[name="other_kind"]')?.value ?? "";
  return chosen.value;
}

function children() {
  return [...form.querySelectorAll('input[name="children"]:checked')].map((box) => box.value);
}

/* The day as yyyy-mm-dd; blank means today, as the server knows it. */
function day() {
  const when = form.querySelector('input[name="when"]:checked')?.value;
  const parts = ["year", "month", "day"].map((part) => form.elements[`day-${part}`]?.value.trim() ?? "");
  if (when !== "another" || !parts.every((part) => /^\d+$/.test(part))) return when === "yesterday" ? "yesterday" : "";
  return [parts[0], parts[1].padStart(2, "0"), parts[2].padStart(2, "0")].join("-");
}

/* Ask who was seen only where the work asks for it, and only of the children selected. */
function showSeen() {
  const block = document.getElementById("seen");
  if (!block) return;
  const chosen = new Set(children());
  // What is wrong stays in sight, so that the error summary can lead to it.
  const wrong = (element) => element.querySelector(".govuk-error-message") !== null;
  const asks = (block.dataset.kinds.split(" ").includes(kind()) && chosen.size > 0) || wrong(block);
  block.hidden = !asks;
  block.querySelectorAll("[data-child]").forEach((row) => { row.hidden = !chosen.has(row.dataset.child) && !wrong(row); });
  if (asks) block.querySelector("details").open = true;
}

/* Unequal shares are asked of the children selected, where there are two or more. */
function showShares() {
  const block = document.getElementById("shares");
  if (!block) return;
  const chosen = new Set(children());
  const wrong = block.querySelector(".govuk-error-message") !== null;
  block.hidden = chosen.size < 2 && !wrong;
  block.querySelectorAll("[data-child]").forEach((row) => { row.hidden = !chosen.has(row.dataset.child) && !wrong; });
}

function showNoteChild() {
  const about = document.getElementById("note-about");
  if (about && !about.querySelector(".govuk-error-message")) about.hidden = children().length < 2;
}

/* The line stands from the press that makes it, at its full height, and only its words change when the answer comes:
   what lies below never moves under a finger that is on its way there. */
const ASKED = "This time goes to: …";
const NOT_SAID = "This time goes to: worked out when it is recorded";
let asked = 0;
async function showProcess() {
  const line = document.getElementById("process-shown");
  const mine = ++asked;
  const chosen = form.elements.process?.value ?? "";
  line.hidden = !kind() || !children().length || Boolean(chosen);
  if (line.hidden) return;
  if (!line.textContent) line.textContent = ASKED;
  const query = new URLSearchParams({ kind: kind(), on: day() });
  children().forEach((child) => query.append("child", child));
  let said = "";
  try {
    const answer = await fetch(`${line.dataset.address}?${query}`, { headers: { Accept: "application/json" } });
    said = answer.ok ? (await answer.json()).text : "";
  } catch { /* Without an answer nothing is lost: the process is worked out from what is stored. */ }
  if (mine === asked) line.textContent = said ? `This time goes to: ${said}` : NOT_SAID;
}

/* The times this worker needs most, one press away. */
function quickTimes() {
  const input = form.elements.minutes;
  const usual = document.getElementById("usual-times")?.dataset.minutes.split(" ").map(Number) ?? [];
  const row = document.createElement("div");
  row.className = "rec-quick";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Usual times");
  const written = (count) => [count >= 60 ? `${Math.floor(count / 60)}h` : "", count % 60 ? `${count % 60}m` : ""].filter(Boolean).join(" ");
  const mark = () => row.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.textContent === input.value)));
  for (const text of usual.map(written)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => { input.value = text; mark(); edited(); });
    row.append(button);
  }
  input.addEventListener("input", mark);
  form.addEventListener("daybook:filled", mark);
  input.closest(".govuk-form-group").after(row);
  mark();
}

/* Other scripts (drafts, the timer, the queue of a device) follow the form by this event. */
function edited() {
  document.dispatchEvent(new CustomEvent("daybook:edited", { detail: form }));
}

function tick(name, values) {
  form.querySelectorAll(`input[name="${name}"]`).forEach((box) => {
    const wanted = values.includes(box.value);
    if (wanted !== box.checked) box.click();
    if (wanted) box.closest("details")?.setAttribute("open", "");
  });
}

function choose(name, value) {
  const box = form.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
  if (box && !box.checked) box.click();
  return box !== null;
}

function write(name, value) {
  const input = form.elements[name];
  if (!input) return;
  input.value = value;
  if (value) input.closest("details")?.setAttribute("open", "");
}

function chooseKind(code) {
  if (!code || choose("kind", code)) return;
  const select = form.querySelector('select[name="other_kind"]');
  const option = select && [...select.options].find((each) => each.value === code);
  if (!option) return;
  choose("kind", "other");
  select.value = code;
  // The box that people type into stands before its select and shows the same words.
  const typed = select.parentElement.querySelector('input[role="combobox"]');
  if (typed) typed.value = option.text;
}

/* What a sentence says, put into the form; what the form held and the sentence does not say is kept. */
function fill(said) {
  tick("children", said.children);
  chooseKind(said.kind);
  choose("when", said.when);
  if (said.when === "another") ["day", "month", "year"].forEach((part, place) => write(`day-${part}`, said.day[place]));
  if (said.minutes) write("minutes", said.minutes);
  if (said.travel) write("travel", said.travel);
  if (said.miles) write("miles", said.miles);
  if (said.outcome !== "held") choose("outcome", said.outcome);
  if (said.colleagues.length) tick("colleagues", said.colleagues);
  Object.entries(said.seen).forEach(([child, how]) => write(`seen-${child}`, how));
  form.dispatchEvent(new CustomEvent("daybook:filled"));
}

function sentence() {
  const box = document.getElementById("say-form");
  if (!box) return;
  const told = document.getElementById("told");
  const input = box.elements.say;
  let asking = 0;
  let waiting;
  const ask = async () => {
    const mine = ++asking;
    if (!input.value.trim()) { told.replaceChildren(); return false; }
    try {
      const answer = await fetch(box.action, { method: "POST", body: new FormData(box), headers: { Accept: "application/json" } });
      if (!answer.ok) return false;
      const said = await answer.json();
      if (mine !== asking) return true;
      fill(said);
      told.replaceChildren(...said.told.map((words) => Object.assign(document.createElement("p"), { className: "govuk-body-s rec-told", textContent: words })));
      update();
      return true;
    } catch {
      return false;
    }
  };
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 350); });
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (!(await ask())) { box.submit(); return; }
    // Everything said: one more press records it. Otherwise straight to what is missing.
    const missing = !children().length && document.getElementById("children") ? "children" : !kind() ? "kind" : !form.elements.minutes.value ? "minutes" : "";
    (missing ? document.getElementById(missing) : form.querySelector("button.govuk-button:not(.govuk-button--secondary)")).focus();
  });
}

/* Children recorded together before are ticked together. */
function groups() {
  document.querySelectorAll(".rec-together a[data-children]").forEach((chip) => {
    chip.setAttribute("role", "button");
    chip.addEventListener("click", (event) => { event.preventDefault(); tick("children", [...new Set([...children(), ...chip.dataset.children.split(" ")])]); });
    chip.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); chip.click(); } });
  });
}

function update() {
  showSeen();
  showShares();
  showNoteChild();
  showProcess();
  edited();
}

if (form) {
  form.addEventListener("change", update);
  form.addEventListener("input", edited);
  // The box to type other work into changes its select without an event: look once it has settled.
  let other = kind();
  const settled = () => setTimeout(() => { if (kind() !== other) { other = kind(); update(); } }, 150);
  for (const event of ["focusout", "click", "keyup"]) form.addEventListener(event, settled);
  quickTimes();
  sentence();
  groups();
  update();
}
