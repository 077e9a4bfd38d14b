/* How long an entry takes and in how many interactions: two numbers, without content, sent with the form. */
const form = document.getElementById("entry");
const place = form?.querySelector("[data-measure]");
if (place) {
  let began = Date.now();
  let hidden = 0;
  let away = 0;
  let interactions = 0;
  let typing = null;
  // Time in which nobody looks at the page is not time spent on the entry.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hidden = Date.now();
    else if (hidden) { away += Date.now() - hidden; hidden = 0; }
  });
  const main = document.querySelector("main");
  const pressed = (event) => {
    if (event.target.closest("button, a, summary, label, select, input[type=checkbox], input[type=radio]")) { interactions += 1; typing = null; }
  };
  main.addEventListener("pointerdown", pressed);
  main.addEventListener("keydown", (event) => { if (event.key === "Enter" || (event.key === " " && !event.target.matches("input[type=text], textarea"))) { interactions += 1; typing = null; } });
  // A box typed into is one interaction, however much is typed.
  main.addEventListener("input", (event) => {
    if (event.target.matches("input[type=checkbox], input[type=radio], select") || typing === event.target) return;
    interactions += 1;
    typing = event.target;
  });
  form.addEventListener("submit", () => {
    const width = Math.min(window.innerWidth, window.screen.width);
    const said = { seconds: Math.max(1, Math.round((Date.now() - began - away) / 1000)), interactions: Math.max(1, interactions), device: width < 600 ? "phone" : width < 1000 ? "tablet" : "computer" };
    Object.entries(said).forEach(([name, value]) => { place.querySelector(`[name=measure_${name}]`).value = value; });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { began = Date.now(); away = 0; interactions = 0; } });
}
