/* What is typed is saved on the server as it is typed; after signing in again one goes on at the very answer. */
const place = document.getElementById("draft");
const form = place?.closest("form");
const WAIT = 2000;

let version = Number(place?.dataset.version ?? 0);
let waiting;
let last = "";
let saving = false;
let again = false;
let sent = false;

const said = place?.querySelector(".rec-draft__said");

function answers() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && name !== "draft_key" && !name.startsWith("measure_"));
}

/* The page as it came is no draft: nothing is kept until something differs. */
let before = form ? JSON.stringify(answers()) : "";

async function save() {
  if (sent || !form) return;
  clearTimeout(waiting);
  const fields = answers();
  const now = JSON.stringify(fields);
  if (now === before) return;
  if (saving) { again = true; return; }
  saving = true;
  try {
    const answer = await fetch(place.dataset.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify({ page: place.dataset.page, key: form.elements.draft_key.value, version, field: last, fields }),
      redirect: "manual",
    });
    if (answer.ok) {
      const told = await answer.json();
      version = told.version;
      before = now;
      said.textContent = `Saved as a draft at ${told.saved}`;
      document.dispatchEvent(new CustomEvent("daybook:session"));
    } else if (answer.status === 409) {
      said.textContent = "You have typed something else here since, on another device or in another window. Load the page again to see it; what is here is not saved as a draft.";
    } else {
      said.textContent = "Not saved as a draft: you may have been signed out. Send the form and sign in; nothing typed here is lost.";
    }
  } catch {
    said.textContent = "Not saved as a draft: there is no connection. It will be tried again.";
    waiting = setTimeout(save, 10 * WAIT);
  } finally {
    saving = false;
    if (again) { again = false; save(); }
  }
}

if (form) {
  const follow = () => { clearTimeout(waiting); waiting = setTimeout(save, WAIT); };
  form.addEventListener("focusin", (event) => { if (event.target.name) last = event.target.id || event.target.name; });
  form.addEventListener("input", follow);
  form.addEventListener("change", follow);
  document.addEventListener("daybook:edited", follow);
  document.addEventListener("daybook:ending", save);
  form.addEventListener("submit", () => { sent = true; clearTimeout(waiting); });
  document.addEventListener("daybook:not-sent", () => { sent = false; follow(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  const field = place.dataset.field && document.getElementById(place.dataset.field);
  if (field && !document.querySelector(".govuk-error-summary")) {
    field.closest("details")?.setAttribute("open", "");
    field.focus();
  }
}
