"""What the browser is asked about a page as it stands: is anything cut off, over something else, moving, in focus?"""

# ruff: noqa: E501 -- what the browser is asked is read better unbroken

CUT_OFF = """() => {
  const wrong = [];
  for (const each of document.querySelectorAll("button, label, legend, h1, h2, h3, p, th, td, dt, dd, a, summary, input[type=text], select")) {
    const box = each.getBoundingClientRect();
    if (!box.width || each.closest(".govuk-visually-hidden, .govuk-skip-link, [hidden]")) continue;
    const style = getComputedStyle(each);
    const hides = style.overflowX !== "visible" && style.overflowX !== "auto";
    const scrolls = each.closest(".rec-chips, .wk-region, .db-table-region");
    if (hides && each.tagName !== "INPUT" && each.tagName !== "SELECT" && each.scrollWidth > each.clientWidth + 1) wrong.push(each.outerHTML.slice(0, 120));
    if (style.overflowY === "hidden" && each.scrollHeight > each.clientHeight + 2) wrong.push(each.outerHTML.slice(0, 120));
    if (!scrolls && box.right > innerWidth + 1) wrong.push(`beyond: ${each.outerHTML.slice(0, 120)}`);
    const size = parseFloat(style.fontSize);
    if (each.tagName === "INPUT" && each.scrollWidth > each.clientWidth + 1) wrong.push(`longer than its box: ${each.value}`);
    if (/INPUT|SELECT/.test(each.tagName) && box.height < size) wrong.push(`low: ${each.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}"""
# The bar with the button is let go first: it lies over what one has yet to scroll to, and over nothing at the end.
OVERLAPS = """() => {
  for (const bar of document.querySelectorAll(".rec-send")) bar.classList.remove("rec-send");
  const texts = "button, label, legend, h1, h2, h3, p, .govuk-hint, th, dt, dd, a, summary, input[type=text], select, textarea";
  const shown = [...document.querySelectorAll(texts)].filter((each) =>
    each.getBoundingClientRect().width > 1 && each.checkVisibility() && !each.closest(".govuk-visually-hidden, .govuk-skip-link, thead"));
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  return shown.flatMap((one, place) => shown.slice(place + 1).filter((other) => !one.contains(other) && !other.contains(one)
    && [...one.getClientRects()].some((a) => [...other.getClientRects()].some((b) => over(a, b))))
    .map((other) => [one, other].map((each) => each.outerHTML.slice(0, 100))));
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  const lasts = (text) => text.split(",").some((part) => parseFloat(part) > 0.01);
  return lasts(style.transitionDuration) || (style.animationName !== "none" && lasts(style.animationDuration));
}).map((each) => each.outerHTML.slice(0, 120))"""
WHERE = """() => {
  const here = document.activeElement;
  return [here.name ?? "", here.id, (here.labels?.[0] ?? here).textContent.trim()];
}"""
FOCUS_SHOWN = """() => {
  const style = (each) => { const s = getComputedStyle(each); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.borderWidth, s.backgroundColor].join(" "); };
  const here = document.activeElement;
  const parts = [here, here.nextElementSibling && getComputedStyle(here.nextElementSibling, "::before")];
  const look = () => style(here) + (parts[1] ? [parts[1].boxShadow, parts[1].outlineStyle, parts[1].outlineWidth, parts[1].borderWidth].join(" ") : "");
  const focused = look();
  here.blur();
  const without = look();
  here.focus();
  return focused !== without;
}"""
