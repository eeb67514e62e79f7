// Streamlit's own address, and what to do when the server ends the screen: if that is because nobody is
// signed in any more, the way back in is shown; else Streamlit connects again by itself, to the page that it
// was at. Where somebody has gone to another one meanwhile, which it forgets, it is told once more.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin + "/", HOST_CONFIG: HOST_CONFIG_HERE };
window.prerenderReady = false;

const PAUSE_MS = 700; // Streamlit tries at once: where that works nobody need be asked
let connected = false, asking = false, unanswered = false;

async function askWhy() {
  if (asking) return;
  asking = true;
  for (let pause = PAUSE_MS; ; pause = 3 * PAUSE_MS) {
    await new Promise((done) => setTimeout(done, pause));
    if (connected) break;
    try {
      const answer = await fetch("/_stcore/host-config", { cache: "no-store", redirect: "manual" });
      if (answer.status === 401) {
        const here = window.location.pathname + window.location.search;
        window.location.replace(here === "/" ? "/sign-in" : "/sign-in?next=" + encodeURIComponent(here));
        return;
      }
    } catch { /* the server is away; it is asked again */ }
  }
  asking = false;
}

window.WebSocket = class extends window.WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("open", () => {
      connected = true;
      // after Streamlit has heard of the connection
      if (unanswered) setTimeout(() => window.dispatchEvent(new PopStateEvent("popstate")));
    });
    this.addEventListener("message", () => { unanswered = false; });
    this.addEventListener("close", () => { connected = false; askWhy(); });
  }
};
window.addEventListener("popstate", () => { unanswered = true; });
