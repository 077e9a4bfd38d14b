import { initAll, createAll } from "govuk-frontend";
import { SortableTable } from "@ministryofjustice/frontend";
import accessibleAutocomplete from "accessible-autocomplete";

/* A select with data-daybook="autocomplete" becomes a box to type into. The select itself stays in the page
   and is what the form sends, so the same form works without script. */
function autocomplete(select) {
  const describedBy = select.getAttribute("aria-describedby");
  accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: select.selectedOptions[0]?.value ? select.selectedOptions[0].textContent.trim() : "",
    showAllValues: true,
    preserveNullOptions: false,
    autoselect: false,
    confirmOnBlur: true,
    tNoResults: () => "Nothing found",
    tAssistiveHint: () => "When results appear, use the up and down arrows to look through them and enter to choose one.",
    dropdownArrow: () => "",
  });
  // enhanceSelectElement moves the id to the new input, so the label and the error summary lead to it; the
  // words of hint and error go with it.
  const input = document.querySelector(`input#${CSS.escape(select.id.replace(/-select$/, ""))}`);
  if (!input) return;
  if (describedBy) {
    const own = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", own ? `${describedBy} ${own}` : describedBy);
  }
  // What is cleared in the box is cleared in what is sent.
  input.addEventListener("input", () => {
    if (input.value.trim() === "") select.value = "";
  });
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
