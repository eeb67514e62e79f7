// A table of any length: tabs, search, sortable heads, and only the rows in view. The page is asked for
// rows as people scroll ("ask"), and for the KPI that they choose. Texts become text nodes.
const CHUNK = 120, OVER = 8, HIGHEST = 8_000_000, WAIT_MS = 70, MOST_PX = 440;

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) node.setAttribute(name, value);
  node.append(...children.filter((child) => child != null));
  return node;
}

function cell(found, head) {
  const attributes = { role: head.first ? "rowheader" : "cell", "data-col": head.id, "data-label": head.label };
  if (found == null) return el("div", attributes);
  if (typeof found === "string") return el("div", { ...attributes, title: found }, el("span", {}, found));
  const text = el("span", { class: found.tone ?? null }, found.text);
  const inner = found.href ? el("a", { href: found.href, title: found.text }, text) : found.code ? el("button", { type: "button", "data-code": found.code, title: found.text }, text) : text;
  return el("div", { ...attributes, title: found.code || found.href ? null : found.text }, inner,
    found.sub ? el("small", {}, found.sub) : null);
}

class Grid {
  constructor(root, send) {
    Object.assign(this, { root, send, rows: new Map(), nodes: new Map(), asked: null });
    this.tabs = el("div", { class: "tabs", role: "tablist" });
    this.search = el("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    this.only = el("button", { type: "button", class: "only" });
    this.count = el("span", { class: "count", role: "status" });
    this.tools = el("div", { class: "tools" }, this.search, this.only, this.count);
    this.heads = el("div", { class: "heads", role: "row" });
    this.space = el("div", { class: "space" });
    this.view = el("div", { class: "view", tabindex: "0", role: "rowgroup" }, this.space);
    this.table = el("div", { class: "table", role: "table" }, el("div", { role: "rowgroup" }, this.heads), this.view);
    this.none = el("p", { class: "none" });
    root.append(this.tabs, this.tools, this.table, this.none);
    this.view.addEventListener("scroll", () => this.paint(), { passive: true });
    this.search.addEventListener("input", () => { clearTimeout(this.typing); this.typing = setTimeout(() => this.ask({ search: this.search.value }), 220); });
    this.only.addEventListener("click", () => this.ask({ only: !this.asked.only }));
    root.addEventListener("click", (event) => this.click(event));
    this.tabs.addEventListener("keydown", (event) => this.arrow(event));
    new ResizeObserver(() => this.paint()).observe(this.view);
  }

  click(event) {
    const link = event.target.closest?.("a[href]");
    if (link && !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      history.pushState(null, "", link.getAttribute("href"));
      window.dispatchEvent(new PopStateEvent("popstate"));
      document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
      return;
    }
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.part) this.ask({ part: button.dataset.part, order: null, descending: false });
    if (button.dataset.order) {
      const again = this.asked.order === button.dataset.order;
      const first = button.dataset.numeric === "true";
      const turned = again && this.asked.descending !== first;
      this.ask(turned ? { order: null, descending: false } : { order: button.dataset.order, descending: again ? !this.asked.descending : first });
    }
    if (button.dataset.code) this.ask({ code: button.dataset.code }, true);
  }

  arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...this.tabs.querySelectorAll("button:not([disabled])")];
    const next = all[(all.indexOf(this.root.getRootNode().activeElement) + step + all.length) % all.length];
    next.focus(); next.click(); event.preventDefault();
  }

  ask(change, quiet = false) {
    this.asked = { ...this.asked, ...change };
    if (!quiet) this.view.setAttribute("aria-busy", "true");
    this.send({ ...this.asked, start: quiet ? this.first() : 0, count: CHUNK });
  }

  first() { return Math.max(0, Math.floor(this.top() / this.high) - OVER); }
  top() {
    const room = this.space.offsetHeight - this.view.clientHeight, all = this.total * this.high - this.view.clientHeight;
    return room > 0 ? (this.view.scrollTop / room) * all : 0;
  }

  draw(data) {
    const same = this.drawn && ["part", "search", "order", "descending", "only"].every((name) => this.drawn.asked[name] === data.asked[name])
      && this.drawn.token === data.token && (!data.asked.only || this.drawn.asked.code === data.asked.code);
    if (!same) { this.rows.clear(); this.nodes.clear(); this.space.replaceChildren(); this.view.scrollTop = 0; }
    data.rows.forEach((row, at) => this.rows.set(data.start + at, row));
    this.asked = data.asked; this.total = data.total; this.drawn = data; this.data = data;
    this.view.removeAttribute("aria-busy");
    const tabs = JSON.stringify(data.tabs);
    if (!same || tabs !== this.tabbed) this.frame(data);
    this.tabbed = tabs;
    this.mark(data);
    this.paint();
  }

  frame(data) {
    const focused = this.root.getRootNode().activeElement;
    const held = focused?.dataset?.part ? `[data-part="${focused.dataset.part}"]` : focused?.dataset?.order ? `[data-order="${focused.dataset.order}"]` : null;
    this.tabs.setAttribute("aria-label", data.words.tabs);
    this.tabs.replaceChildren(...data.tabs.map((tab) => el("button", { type: "button", role: "tab", "data-part": tab.id, class: tab.tone,
      "aria-selected": String(tab.id === data.asked.part), tabindex: tab.id === data.asked.part ? "0" : "-1", disabled: tab.none ? "" : null },
      el("b", {}, tab.count), el("span", {}, tab.label))));
    this.heads.replaceChildren(...data.heads.map((head) => {
      const sorted = data.asked.order === head.id ? (data.asked.descending ? "descending" : "ascending") : null;
      const inner = head.sort ? el("button", { type: "button", "data-order": head.id, "data-numeric": String(!!head.numeric) }, head.label,
        el("i", { "aria-hidden": "true" }, sorted ? (sorted === "descending" ? "↓" : "↑") : "")) : el("span", {}, head.label);
      return el("div", { role: "columnheader", "data-col": head.id, "aria-sort": sorted }, inner);
    }));
    this.table.style.setProperty("--columns", data.heads.map((head) => head.width).join(" "));
    this.table.dataset.kind = data.kind;
    this.table.setAttribute("aria-label", data.words.table);
    this.table.setAttribute("aria-rowcount", String(data.total + 1));
    this.view.setAttribute("aria-label", data.words.table);
    this.search.placeholder = data.words.search;
    this.search.setAttribute("aria-label", data.words.search);
    if (this.root.getRootNode().activeElement !== this.search) this.search.value = data.asked.search;
    this.none.textContent = data.total ? "" : data.words.none;
    this.table.hidden = !data.total;
    if (held) this.root.querySelector(held)?.focus({ preventScroll: true });
  }

  mark(data) {
    this.count.textContent = data.words.count;
    this.only.hidden = !data.words.only;
    this.only.textContent = data.words.only ?? "";
    this.only.setAttribute("aria-pressed", String(!!data.asked.only));
    for (const node of this.nodes.values()) this.choose(node);
  }

  choose(node) {
    const chosen = node.dataset.kpi && node.dataset.kpi === this.asked.code;
    chosen ? node.setAttribute("aria-current", "true") : node.removeAttribute("aria-current");
  }

  paint() {
    if (!this.data?.total) return;
    this.high = parseFloat(getComputedStyle(this.view).getPropertyValue("--row")) || 40;
    this.space.style.height = `${Math.min(this.total * this.high, HIGHEST)}px`;
    this.view.style.height = `${Math.min(this.total, Math.round(MOST_PX / this.high)) * this.high + 2}px`;
    const top = this.top(), first = this.first();
    const last = Math.min(this.total, Math.ceil((top + this.view.clientHeight) / this.high) + OVER);
    for (const [at, node] of this.nodes) if (at < first || at >= last || (node.empty && this.rows.has(at))) { node.remove(); this.nodes.delete(at); }
    for (let at = first; at < last; at++) {
      let node = this.nodes.get(at);
      if (!node) {
        const row = this.rows.get(at);
        node = el("div", { class: row ? "row" : "row empty", role: "row", "aria-rowindex": String(at + 2) },
          ...(row ? this.data.heads.map((head, column) => cell(row[column], head)) : []));
        node.empty = !row;
        const button = node.querySelector("[data-code]");
        if (button) node.dataset.kpi = button.dataset.code;
        this.choose(node);
        this.nodes.set(at, node);
        this.space.append(node);
      }
      node.style.transform = `translateY(${this.view.scrollTop + at * this.high - top}px)`;
    }
    this.fetch(first, last);
  }

  fetch(first, last) {
    for (let chunk = Math.floor(first / CHUNK); chunk <= Math.floor((last - 1) / CHUNK); chunk++) {
      const from = chunk * CHUNK, to = Math.min(this.total, from + CHUNK);
      let whole = true;
      for (let at = Math.max(from, first); at < Math.min(to, last) && whole; at++) whole = this.rows.has(at);
      if (whole) continue;
      clearTimeout(this.scrolling);
      this.scrolling = setTimeout(() => this.send({ ...this.asked, start: from, count: CHUNK * 2 }), WAIT_MS);
      return;
    }
  }
}

export default function ({ parentElement, data, setStateValue }) {
  let root = parentElement.querySelector(".root");
  if (!root) {
    root = document.createElement("div");
    root.className = "root";
    parentElement.append(root);
    root.grid = new Grid(root, (asked) => root.send(asked));
  }
  root.send = (asked) => setStateValue("asked", asked);
  root.grid.draw(data);
}
