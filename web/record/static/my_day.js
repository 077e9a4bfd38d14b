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

function showNoteChild() {
  const about = document.getElementById("note-about");
  if (about && !about.querySelector(".govuk-error-message")) about.hidden = children().length < 2;
}

let asked = 0;
async function showProcess() {
  const line = document.getElementById("process-shown");
  const mine = ++asked;
  const chosen = form.elements.process?.value ?? "";
  if (!kind() || !children().length || chosen) { line.hidden = true; return; }
  const query = new URLSearchParams({ kind: kind(), on: day() });
  children().forEach((child) => query.append("child", child));
  try {
    const answer = await fetch(`${line.dataset.address}?${query}`, { headers: { Accept: "application/json" } });
    const said = answer.ok ? (await answer.json()).text : "";
    if (mine !== asked) return;
    line.textContent = said ? `This time goes to: ${said}` : "";
    line.hidden = !said;
  } catch {
    line.hidden = true;
  }
}

/* Times people need most, one press away. */
function quickTimes() {
  const input = form.elements.minutes;
  const row = document.createElement("div");
  row.className = "rec-quick";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Usual times");
  const mark = () => row.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b.textContent === input.value)));
  for (const text of ["15m", "30m", "45m", "1h", "1h 30m", "2h"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => { input.value = text; mark(); });
    row.append(button);
  }
  input.addEventListener("input", mark);
  input.closest(".govuk-form-group").after(row);
  mark();
}

if (form) {
  const update = () => { showSeen(); showNoteChild(); showProcess(); };
  form.addEventListener("change", update);
  // The box to type other work into changes its select without an event: look once it has settled.
  let other = kind();
  const settled = () => setTimeout(() => { if (kind() !== other) { other = kind(); update(); } }, 150);
  for (const event of ["focusout", "click", "keyup"]) form.addEventListener(event, settled);
  quickTimes();
  update();
}
