/* Arrow keys and Enter move between the boxes of the week; a block from a spreadsheet is pasted from the box on. */
const grid = document.getElementById("week-grid");

function place(box) {
  const [, row, day] = box.name.split("-").map(Number);
  return [row, day];
}

function at(row, day) {
  return grid.querySelector(`input[name="c-${row}-${day}"]`);
}

/* The next box that way, past days to come and sums of several entries. */
function step(box, down, right) {
  let [row, day] = place(box);
  for (let tries = 0; tries < 100; tries += 1) {
    row += down;
    day += right;
    if (day < 0 || day > 6 || row < 0 || row > 200) return null;
    const found = at(row, day);
    if (found) return found;
  }
  return null;
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };

if (grid) {
  grid.addEventListener("keydown", (event) => {
    const box = event.target.closest(".wk-box");
    if (!box) return;
    let move = MOVES[event.key];
    // Within a box the arrows move through what is typed, and leave it at its ends.
    if (event.key === "ArrowLeft" && box.selectionStart === 0 && box.selectionEnd === 0) move = [0, -1];
    if (event.key === "ArrowRight" && box.selectionStart === box.value.length) move = [0, 1];
    if (!move) return;
    event.preventDefault();
    const next = step(box, ...move);
    if (next) { next.focus(); next.select(); }
  });
  grid.addEventListener("paste", (event) => {
    const box = event.target.closest(".wk-box");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!box || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const [row, day] = place(box);
    text.replace(/\r/g, "").trimEnd().split("\n").forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const found = at(row + down, day + right);
        if (found) found.value = value.trim();
      });
    });
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/* A week half typed is not left by a slip. */
const form = document.getElementById("entry");
if (form) {
  let touched = false;
  form.addEventListener("input", () => {
    touched = true;
    const why = document.getElementById("why");
    const changes = [...form.querySelectorAll(".wk-box")].some((box) => {
      const name = box.name.slice(2);
      return form.elements[`v-${name}`].value !== "0" && box.value !== form.elements[`o-${name}`].value;
    });
    if (changes) why.open = true;
  });
  form.addEventListener("submit", () => { touched = false; });
  document.addEventListener("daybook:not-sent", () => { touched = true; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
}
