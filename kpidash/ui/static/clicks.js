// Lets a click on a period of a figure lead somewhere. The figure is drawn by others and anew at times, so it
// is asked to tell of clicks only when somebody is about to click.
const WAYS = new Map();

function onDown(event) {
  const plot = event.target.closest?.(".js-plotly-plot");
  const place = plot?.closest('[class*="st-key-"]');
  const figure = [...(place?.classList ?? [])].find((name) => WAYS.has(name));
  if (!figure || !plot.on || plot.kpidashTells) return;
  plot.kpidashTells = true;
  plot.on("plotly_click", ({ points }) => {
    const ways = WAYS.get(figure) ?? {};
    const href = points.map((point) => ways[String(point.x).slice(0, 10)]).find(Boolean);
    if (!href) return;
    history.pushState(null, "", href);
    window.dispatchEvent(new PopStateEvent("popstate"));
  });
}

export default function ({ data }) {
  const name = `st-key-${data.figure}`;
  WAYS.set(name, data.ways);
  document.addEventListener("pointerdown", onDown, true);
  document.addEventListener("touchstart", onDown, { capture: true, passive: true });
  return () => WAYS.delete(name);
}
