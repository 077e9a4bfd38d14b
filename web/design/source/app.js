import { initAll, createAll } from "govuk-frontend";
import { SortableTable } from "@ministryofjustice/frontend";
import accessibleAutocomplete from "accessible-autocomplete";

/* The texts of the options that fit what is typed, best first. An option is found by its text and by what else it is
   called (data-also, parted by semicolons): as a whole, from its beginning, or anywhere in it. */
function found(options, query) {
  const wanted = query.trim().toLowerCase();
  const fit = (option) => {
    const names = [option.textContent.trim(), ...(option.dataset.also || "").split(";")].map((name) => name.toLowerCase());
    return [names.includes(wanted), names.some((name) => name.startsWith(wanted)), names.some((name) => name.includes(wanted))].indexOf(true);
  };
  const fitting = options.filter((option) => option.value).map((option) => [fit(option), option.textContent.trim()]).filter(([how]) => how >= 0);
  return (wanted ? fitting.sort(([one], [other]) => one - other) : fitting).map(([, text]) => text);
}

/* A select with data-daybook="autocomplete" becomes a box to type into. The select itself stays in the page
   and is what the form sends, so the same form works without script. */
function autocomplete(select) {
  const { id } = select;
  const describedBy = select.getAttribute("aria-describedby");
  const chosen = select.selectedOptions[0];
  // What is sent is always what stands in the box: a text that names no entry sends none, never the one before.
  const settle = (text) => {
    const wanted = text.trim().toLowerCase();
    const option = [...select.options].find((one) => one.value && one.textContent.trim().toLowerCase() === wanted);
    select.value = option ? option.value : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    source: (query, show) => show(found([...select.options], query)),
    defaultValue: chosen && chosen.value ? chosen.textContent.trim() : "",
    showAllValues: true,
    autoselect: false,
    onConfirm: (text) => {
      if (text !== undefined) settle(text);
    },
    tNoResults: () => "Nothing found",
    tAssistiveHint: () =>
      "When results appear, use the up and down arrows to look through them and enter to choose one.",
    dropdownArrow: ({ className }) =>
      `<svg class="${className}" viewBox="0 0 14 12" focusable="false" aria-hidden="true"><path d="M0 0h14l-7 12z"/></svg>`,
  });
  // The new input has the id now, so the label and the error summary lead to it. Hint and error go with it.
  const input = document.getElementById(id);
  if (!input || input === select) return;
  if (describedBy) {
    // The box writes this attribute anew as one types.
    const keep = () => {
      const own = input.getAttribute("aria-describedby") || "";
      if (!own.startsWith(describedBy)) input.setAttribute("aria-describedby", `${describedBy} ${own}`.trim());
    };
    new MutationObserver(keep).observe(input, { attributeFilter: ["aria-describedby"] });
    keep();
  }
  input.addEventListener("input", () => settle(input.value));
}

/* A table region can be focused so that it can be scrolled by key. One that does not scroll need not stop the
   tab key on its way. */
function watchRegions() {
  const regions = document.querySelectorAll(".db-table-region");
  if (!regions.length || !("ResizeObserver" in window)) return;
  const update = (region) => {
    if (region.scrollWidth > region.clientWidth) region.setAttribute("tabindex", "0");
    else region.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver((entries) => entries.forEach((entry) => update(entry.target)));
  regions.forEach((region) => observer.observe(region));
}

/* A question under a radio shows while that radio is chosen. The GOV.UK script does the same with aria-expanded,
   which a radio may not carry; so radios name what they reveal in an attribute of ours. */
function reveal() {
  document.querySelectorAll("[data-daybook-reveals]").forEach((input) => {
    const question = document.getElementById(input.dataset.daybookReveals);
    if (question) question.classList.toggle("govuk-radios__conditional--hidden", !input.checked);
  });
}

initAll();
document.addEventListener("change", (event) => {
  if (event.target.type === "radio") reveal();
});
window.addEventListener("pageshow", reveal);
reveal();
createAll(SortableTable);
document.querySelectorAll('select[data-daybook="autocomplete"]').forEach(autocomplete);
watchRegions();
document.querySelectorAll('[data-daybook="print"]').forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

/* A form that waits for something sends itself again after a moment; without script its button does. */
document.querySelectorAll('form[data-daybook="again"]').forEach((form) => {
  setTimeout(() => form.requestSubmit(), 2000);
});
