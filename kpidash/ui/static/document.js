// Streamlit's own address, and what to do when the server ends the screen: if that is because nobody is
// signed in any more, the way back in is shown at once; else Streamlit connects again by itself.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin + "/" };
window.prerenderReady = false;

let asking = false;
async function askWhy(pause) {
  if (asking) return;
  asking = true;
  for (;;) {
    try {
      const answer = await fetch("/_stcore/host-config", { cache: "no-store", redirect: "manual" });
      if (answer.status === 401) {
        const here = window.location.pathname + window.location.search;
        window.location.replace(here === "/" ? "/sign-in" : "/sign-in?next=" + encodeURIComponent(here));
        return;
      }
      if (answer.ok) break;
    } catch { /* the server is away; it is asked again */ }
    await new Promise((done) => setTimeout(done, pause));
  }
  asking = false;
}

window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("close", () => askWhy(2000));
  }
};
