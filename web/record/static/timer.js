/* The timer counts on the server; this only shows it counting. */
const shown = document.getElementById("timer-shown");
if (shown?.dataset.running === "yes") {
  const from = Date.now() - Number(shown.dataset.seconds) * 1000;
  const tick = () => {
    const seconds = Math.floor((Date.now() - from) / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    shown.textContent = parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
  };
  tick();
  setInterval(tick, 1000);
}
