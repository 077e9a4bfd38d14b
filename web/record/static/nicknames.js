/* Nicknames for children: read from and kept on this device alone. The inputs belong to no form, so nothing sends them. */
const device = globalThis.daybookDevice;
const inputs = [...document.querySelectorAll("#nicknames input")];
const said = document.getElementById("nicknames-said");

async function show() {
  if (!inputs.length || !(await device.holds())) return;
  const known = (await device.kept("nicknames")) ?? {};
  inputs.forEach((input) => { if (!input.value) input.value = known[input.dataset.child] ?? ""; });
  document.querySelectorAll("[data-nickname]").forEach((each) => { each.hidden = false; });
}

async function keep() {
  const named = inputs.map((input) => [input.dataset.child, input.value.trim()]).filter(([, name]) => name);
  try {
    await device.keep("nicknames", Object.fromEntries(named));
    said.textContent = named.length ? "Kept on this device." : "No nickname is kept.";
  } catch {
    said.textContent = "Not kept: this device has been cleared. Load the page again.";
  }
}

document.getElementById("keep-nicknames")?.addEventListener("click", keep);
document.addEventListener("daybook:device", show);
if (device.able) show();
