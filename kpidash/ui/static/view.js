// Draws trees [tag, attributes, ...children] as elements. Texts become text nodes; unknown tags and
// attributes are dropped; links lead inside the app only.
const HTML = new Set(("a article b br button caption code col colgroup dd details div dl dt em footer h1 h2 h3 header i " +
  "input label li nav ol p section small span strong summary table tbody td th thead time tr ul").split(" "));
const SVG = new Set(["svg", "g", "path", "circle", "rect", "line", "polyline", "polygon", "title"]);
const PLAIN = new Set(["class", "title", "role", "scope", "colspan", "rowspan", "type", "value", "min", "max",
  "open", "for", "id", "lang", "dir", "datetime", "tabindex", "viewBox", "d", "x", "y", "x1", "x2", "y1", "y2",
  "cx", "cy", "r", "width", "height", "points", "preserveAspectRatio", "vector-effect"]);

const NUMBERS = ".figure, .score, td, dd, .cell b, .heat th b, .count b";
const TABLES = new Set(["/scorecard", "/mine"]);
const KEPT = new Set(["group", "sort", "find", "indicator", "owner", "only", "level"]);
const ENTRANCE = new Set(["/sign-in", "/sign-out"]);

function build(tree) {
  if (!Array.isArray(tree)) return document.createTextNode(String(tree));
  const [tag, attributes, ...children] = tree;
  const drawn = SVG.has(tag);
  if (!drawn && !HTML.has(tag)) return document.createTextNode("");
  const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "href") { if (/^[/](?![/\\])/.test(value)) node.setAttribute("href", value); }
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else if (PLAIN.has(name) || name.startsWith("aria-") || name.startsWith("data-")) node.setAttribute(name, value);
  }
  const shape = SHAPES[attributes["data-shape"]];
  if (shape) {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 16 16");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    icon.append(path);
    node.append(icon);
  }
  node.append(...children.map(build));
  return node;
}

// One history entry and one run of the page: the address changes first, and the app follows it as it
// follows the browser's back button.
function go(href, fresh) {
  const target = new URL(href, window.location.origin);
  if (target.origin !== window.location.origin) return;
  if (ENTRANCE.has(target.pathname)) return window.location.assign(target);
  const moved = target.pathname !== window.location.pathname;
  // what a table in the browser is sorted and filtered by stays when the same page shows another window
  const table = !moved && !fresh && TABLES.has(target.pathname);
  if (table) new URLSearchParams(window.location.search).forEach((value, name) => {
    if (KEPT.has(name) && !target.searchParams.has(name)) target.searchParams.set(name, value);
  });
  history.pushState(null, "", target);
  window.dispatchEvent(new PopStateEvent("popstate"));
  if (moved) {
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    if (window.innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  }
}

function onClick(event) {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const button = event.target.closest?.("button[data-send]");
  if (button) event.currentTarget.send?.("sent", button.dataset.send);
  const link = event.target.closest?.("a[href]");
  if (!link) return;
  event.preventDefault();
  go(link.getAttribute("href"), link.closest(".side"));
}

function onChange(event) {
  const template = event.target.dataset?.go;
  if (template && event.target.value) go(template.replace("VALUE", encodeURIComponent(event.target.value)));
}

// Numbers that became others while somebody looked, not those of another screen or filter.
function markChanged(root, before) {
  const now = [...root.querySelectorAll(NUMBERS)];
  if (now.length !== before.length) return;
  now.forEach((one, at) => { if (one.textContent !== before[at] && /[0-9]/.test(one.textContent)) one.classList.add("fresh"); });
}

const SIZES = [[86400, "day", "days"], [3600, "hour", "hours"], [60, "min", "min"], [1, "s", "s"]];
const JUST_NOW_S = 5;

// How long ago it was goes on by itself, in the words of the server (`wording.ago`).
function age(one) {
  const born = performance.now() - 1000 * Number(one.dataset.since);
  const timer = setInterval(() => {
    if (!one.isConnected) return clearInterval(timer);
    const seconds = Math.floor((performance.now() - born) / 1000);
    const found = seconds >= JUST_NOW_S && SIZES.find(([size]) => seconds >= size);
    const count = found && Math.floor(seconds / found[0]);
    one.textContent = found ? `${count} ${found[count === 1 ? 1 : 2]} ago` : "just now";
  }, 1000);
}

export default function (component) {
  const { parentElement, text, setTriggerValue } = component;
  let root = parentElement.querySelector(".root");
  if (!root) {
    root = document.createElement("div");
    root.className = "root";
    root.addEventListener("click", onClick);
    root.addEventListener("change", onChange);
    parentElement.append(root);
  }
  root.send = setTriggerValue;
  if (root.drawn === text) return;
  root.drawn = text;
  const active = parentElement.activeElement ?? root.getRootNode().activeElement;
  const focused = ["href", "data-send"].map((name) => [name, active?.getAttribute?.(name)]).find(([, value]) => value);
  const folds = [...root.querySelectorAll("details")].map((fold) => fold.open);
  const before = root.at === window.location.href ? [...root.querySelectorAll(NUMBERS)].map((one) => one.textContent) : [];
  root.at = window.location.href;
  root.replaceChildren(...component.data.trees.map(build));
  root.querySelectorAll("[data-since]").forEach(age);
  markChanged(root, before);
  root.querySelectorAll("details").forEach((fold, at) => { if (folds[at]) fold.open = true; });  // as people left them
  const place = window.location.hash.slice(1);
  if (place && root.place !== place) {
    const found = root.querySelector(`[id="${CSS.escape(decodeURIComponent(place))}"]`);
    if (found) { root.place = place; found.scrollIntoView(); }
  }
  // what somebody asked to see comes into view once, and reading goes on there
  const arrived = root.querySelector("[data-arrive]");
  const arrival = arrived?.dataset.arrive;
  if (arrived && root.arrived !== arrival) { arrived.scrollIntoView({ block: "nearest" }); arrived.focus({ preventScroll: true }); }
  root.arrived = arrival;
  if (focused) root.querySelector(`[${focused[0]}="${CSS.escape(focused[1])}"]`)?.focus({ preventScroll: true });
}
