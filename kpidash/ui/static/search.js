// A search dialog over [kind, code, name, place, owner, department of a KRA]. "/" or Ctrl K opens it.
const MOST = 12;
const KINDS = { department: "Department", kra: "KRA", kpi: "KPI", owner: "Owner" };
const LENS = '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="7" cy="7" r="4.6"/><path d="m10.6 10.6 3.4 3.4"/></svg>';
const FRAME = `<button type="button" class="opener" aria-haspopup="dialog" aria-keyshortcuts="/ Control+K">${LENS}<span>Search</span><kbd>/</kbd></button>
<dialog aria-label="Search"><div class="query">${LENS}<input type="text" role="combobox" aria-expanded="true" aria-controls="found"
 aria-autocomplete="list" aria-label="A KPI, KRA, department or owner" placeholder="A KPI, KRA, department or owner" autocomplete="off" spellcheck="false" enterkeyhint="go"></div>
<ul id="found" role="listbox" aria-label="Found"></ul><p class="state" role="status"></p></dialog>`;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// How well a word is found in a text: at its start, at the start of one of its words, inside, or not.
function fit(text, word) {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return 4;
  return text.includes(` ${word}`) || text.includes(`-${word}`) ? 3 : 1;
}

// Every word has to be found somewhere; the name counts more than the code, and these more than the rest.
function rank(entry, words) {
  let total = 0;
  for (const word of words) {
    const best = Math.max(fit(entry.name, word) * 8, fit(entry.code, word) * 4, fit(entry.owner, word) * 2, fit(entry.place, word));
    if (!best) return 0;
    total += best;
  }
  return total + 1 / (1 + entry.name.length);
}

function prepared(given) {
  return given.map((raw) => ({ raw, code: plain(raw[1]), name: plain(raw[2]), place: plain(raw[3]), owner: plain(raw[4]) }));
}

function find(index, query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [[], words, 0];
  const hits = index.map((entry) => [rank(entry, words), entry.raw]).filter(([score]) => score > 0);
  hits.sort((one, other) => other[0] - one[0] || one[1][2].localeCompare(other[1][2]));
  return [hits.slice(0, MOST).map(([, raw]) => raw), words, hits.length];
}

// The name with what was typed underlined; accents keep their places letter by letter.
function marked(name, words) {
  const node = document.createElement("b");
  const letters = [...name];
  const flat = letters.map((letter) => plain(letter)[0] ?? letter).join("");
  const hit = new Array(letters.length).fill(false);
  for (const word of words) {
    const at = flat.indexOf(word);
    if (at >= 0) hit.fill(true, at, at + word.length);
  }
  for (let start = 0; start < letters.length; ) {
    let end = start + 1;
    while (end < letters.length && hit[end] === hit[start]) end += 1;
    const text = letters.slice(start, end).join("");
    const piece = hit[start] ? document.createElement("mark") : document.createTextNode(text);
    if (hit[start]) piece.textContent = text;
    node.append(piece);
    start = end;
  }
  return node;
}

function address(links, [kind, code, , , , department]) {
  if (kind !== "kra") return links[kind].replace("VALUE", encodeURIComponent(code));
  return `${links.kra.replace("VALUE", encodeURIComponent(department))}#kra-${encodeURIComponent(code)}`;
}

function go(href) {
  history.pushState(null, "", href);
  window.dispatchEvent(new PopStateEvent("popstate"));
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  if (window.innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

function typing(event) {
  const node = event.composedPath()[0];
  return node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName ?? "");
}

function built(parent) {
  const root = document.createElement("div");
  root.innerHTML = FRAME;
  parent.append(root);
  const [opener, dialog] = root.children;
  const [input, list, state] = ["input", "ul", ".state"].map((name) => dialog.querySelector(name));
  const self = { root, index: [], links: {}, shown: [], chosen: 0 };

  const choose = (place) => {
    self.chosen = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    const item = list.children[place];
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const open = (raw) => { dialog.close(); go(address(self.links, raw)); };
  const look = () => {
    const [shown, words, total] = find(self.index, input.value);
    self.shown = shown;
    list.replaceChildren(...shown.map((raw, at) => {
      const item = document.createElement("li");
      item.id = `found-${at}`;
      item.setAttribute("role", "option");
      const beside = document.createElement("small");
      beside.textContent = [raw[3], raw[4]].filter(Boolean).join(" · ");
      const kind = document.createElement("i");
      kind.textContent = KINDS[raw[0]];
      item.append(marked(raw[2], words), beside, kind);
      item.addEventListener("click", () => open(raw));
      item.addEventListener("pointermove", () => { if (self.chosen !== at) choose(at); });
      return item;
    }));
    state.textContent = !words.length ? "Type a few letters of a name, a code or a person."
      : total > MOST ? `${MOST} of ${total} found. Type more to narrow it down.`
      : total ? "↑ ↓ to choose, Enter to open, Esc to close." : "Nothing of that name in what you may see.";
    choose(0);
  };
  const show = () => { if (!dialog.open) { input.value = ""; look(); dialog.showModal(); input.focus(); } };

  opener.addEventListener("click", show);
  input.addEventListener("input", look);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && self.shown.length) choose((self.chosen + step + self.shown.length) % self.shown.length);
    else if (event.key === "Enter" && self.shown[self.chosen]) open(self.shown[self.chosen]);
    else return;
    event.preventDefault();
  });
  self.onKey = (event) => {
    const asked = (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event)) ||
      (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey);
    if (!asked) return;
    event.preventDefault();
    show();
  };
  document.addEventListener("keydown", self.onKey);
  return self;
}

export default function (component) {
  const { parentElement, text } = component;
  const self = (parentElement.search ??= built(parentElement));
  if (self.given !== text) {
    self.given = text;
    const { entries, links } = component.data;
    Object.assign(self, { index: prepared(entries), links });
  }
  return () => {
    document.removeEventListener("keydown", self.onKey);
    self.root.remove();
    delete parentElement.search;
  };
}
