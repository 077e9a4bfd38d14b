/* Two minutes before a session ends one is told, and can stay; what is typed is kept either way. */
const holder = document.getElementById("session");
const WARN = 120;

if (holder) {
  const lasts = Number(holder.dataset.seconds) * 1000;
  const dialog = holder.querySelector("dialog");
  const left = dialog.querySelector("[data-left]");
  let ends = Date.now() + lasts;

  const renew = () => { ends = Date.now() + lasts; if (dialog.open) dialog.close(); };
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("daybook-session") : null;
  channel?.addEventListener("message", renew);
  channel?.postMessage("seen");
  document.addEventListener("daybook:session", () => { renew(); channel?.postMessage("seen"); });

  const stay = async () => {
    try {
      const answer = await fetch(holder.dataset.stay, { method: "POST", headers: { "X-CSRFToken": holder.dataset.token }, redirect: "manual" });
      if (answer.ok) { renew(); channel?.postMessage("seen"); }
    } catch {
      left.textContent = "There is no connection. What you typed is still on this page.";
    }
  };
  dialog.querySelector("button").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });

  let asked = false;
  setInterval(() => {
    const seconds = Math.round((ends - Date.now()) / 1000);
    if (seconds > WARN) { asked = false; return; }
    if (seconds <= 0) {
      window.location.assign(`${holder.dataset.signIn}?kept=1&next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
      return;
    }
    if (!asked) {
      asked = true;
      document.dispatchEvent(new CustomEvent("daybook:ending"));
      if (!dialog.open) dialog.showModal();
    }
    // Told twice, not every second: a screen reader would speak of nothing else.
    const words = seconds > 60 ? "2 minutes" : "1 minute";
    if (left.textContent !== words) left.textContent = words;
  }, 1000);
}
