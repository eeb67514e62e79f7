// All KPIs as one table. Sorting, grouping and filtering happen here and stand in the address.
const ASKED = { group: "department", sort: "need", find: "", only: "", level: "", indicator: "", owner: "" };
const GROUPS = [["department", "Department"], ["kra", "KRA"], ["owner", "Owner"], ["status", "Status"], ["none", "None"]];
const LEVELS = [["", "All"], ["strategic", "Strategic"], ["operational", "Operational"]];
const INDICATORS = [["", "Both"], ["leading", "Leading"], ["lagging", "Lagging"]];
const HEADS = [["KPI", "name"], ["12 months"], ["Actual", , "number"], ["Target", , "number"], ["Attained", "attained"], ["Variance"],
  ["Status", "need"], ["Latest", "latest", "latest"], ["Owner", "owner", "owner"]];
const BESIDE = { department: (row) => row.kra, kra: (row) => row.department, owner: (row) => `${row.department} · ${row.kra}` };

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function drawn(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function mark(look) {
  const icon = drawn("svg", { viewBox: "0 0 16 16" });
  icon.append(drawn("path", { d: SHAPES[look.status] }));
  return make("i", { class: `mark ${look.tone}`, "aria-hidden": "true" }, icon);
}

// Heights of 0 to 100 from below, null where nothing is known; a target is drawn in steps.
function polylines(heights, steps) {
  const lines = [];
  const step = heights.length > 1 ? 94 / (heights.length - 1) : 0;
  let line = [];
  heights.forEach((height, at) => {
    if (height === null) { if (line.length) lines.push(line); line = []; return; }
    const [x, y] = [3 + at * step, 25 - height * 0.22];
    if (steps) line.push([Math.max(0, x - step / 2), y], [Math.min(100, x + step / 2), y]);
    else line.push([x, y]);
  });
  if (line.length) lines.push(line);
  return lines;
}

function spark(row) {
  if (!row.actuals) return make("small", {}, "too few points");
  const frame = drawn("svg", { viewBox: "0 0 100 28", preserveAspectRatio: "none", class: "spark", "aria-hidden": "true" });
  const add = (lines, name) => lines.forEach((line) => frame.append(drawn("polyline",
    { class: name, points: line.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ") })));
  const actual = polylines(row.actuals, false);
  add(polylines(row.targets, true), "goal");
  add(actual, "path");
  const [x, y] = actual.at(-1).at(-1);
  frame.append(drawn("path", { class: `end ${row.look.tone}`, d: `M${x.toFixed(1)} ${y.toFixed(1)}h0` }));
  return frame;
}

function attained(row) {
  if (row.attained === null) return make("span", { class: "quiet" }, row.attainedText);
  const bar = make("span", { class: `bar ${row.look.tone}`, "--share": String(row.attained) });
  return make("span", { class: "attained" }, make("span", { class: "bullet", "aria-hidden": "true" }, bar), row.attainedText);
}

function unpacked(data) {
  const looks = Object.fromEntries(data.statuses.map(([status, word, tone], need) => [status, { status, word, tone, need }]));
  return data.rows.map(([code, name, status, actual, goal, share, attainedText, variance, latest, day, kra, owner, level,
    indicator, frequency, actuals, targets]) => {
    const [kraName, department] = data.kras[kra];
    const row = { code, name, actual, goal, attained: share, attainedText, variance, latest, day, level, indicator, frequency, actuals,
      targets, kraAt: kra, departmentAt: department, kra: kraName, department: data.departments[department][0],
      owner: data.owners[owner][1], email: data.owners[owner][0], look: looks[status] };
    row.text = plain([name, code, row.kra, row.department, row.owner].join(" "));
    return row;
  });
}

function asked() {
  const query = new URLSearchParams(window.location.search);
  return Object.fromEntries(Object.entries(ASKED).map(([name, usual]) => [name, query.get(name) ?? usual]));
}

function wanted(rows, view) {
  const words = plain(view.find).split(/\s+/).filter(Boolean);
  return rows.filter((row) => (!view.level || row.level === view.level) && (!view.indicator || row.indicator === view.indicator) &&
    (!view.owner || row.email === view.owner) && words.every((word) => row.text.includes(word)));
}

const SORTS = {
  name: (one, other) => one.name.localeCompare(other.name),
  need: (one, other) => one.look.need - other.look.need || (one.attained ?? 9) - (other.attained ?? 9),
  attained: (one, other) => (one.attained ?? 99) - (other.attained ?? 99),
  latest: (one, other) => (one.day ?? 0) - (other.day ?? 0),
  owner: (one, other) => one.owner.localeCompare(other.owner),
};

function sorted(rows, sort) {
  const down = sort.startsWith("-");
  const by = SORTS[sort.replace("-", "")] ?? SORTS.need;
  return [...rows].sort((one, other) => (down ? -1 : 1) * by(one, other) || one.name.localeCompare(other.name));
}

// Groups in the order of the company's definitions; owners by name, statuses by need.
function grouped(rows, group, data) {
  const key = { department: (row) => row.departmentAt, kra: (row) => row.kraAt, owner: (row) => row.owner, status: (row) => row.look.need }[group];
  if (!key) return [[null, rows]];
  const found = new Map();
  for (const row of rows) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  const order = [...found.keys()].sort((one, other) => (typeof one === "string" ? one.localeCompare(other) : one - other));
  return order.map((at) => [heading(group, at, found.get(at), data), found.get(at)]);
}

function heading(group, at, rows, data) {
  const count = `${rows.length} ${rows.length === 1 ? "KPI" : "KPIs"}`;
  if (group === "status") return [mark(rows[0].look), rows[0].look.word, make("small", {}, count)];
  if (group === "owner") return [at, make("small", {}, count)];
  const [name, , status, score] = group === "kra" ? [data.kras[at][0], 0, data.kras[at][2], data.kras[at][3]] : data.departments[at];
  const look = data.statuses.find(([known]) => known === status);
  const beside = group === "kra" ? `${data.departments[data.kras[at][1]][0]} · ${count}` : count;
  return [look && mark({ status, tone: look[2] }), name, score && make("b", { class: "number" }, score), make("small", {}, beside)];
}

function line(row, view, link) {
  const beside = BESIDE[view.group]?.(row) ?? `${row.department} · ${row.kra}`;
  const cell = (name, ...content) => make("td", { class: name }, ...content);
  const actual = cell("actual number", make("b", {}, row.actual));
  actual.dataset.goal = row.goal;
  return make("tr", {},
    make("th", { scope: "row" },
      make("a", { href: link.replace("VALUE", encodeURIComponent(row.code)), dir: "auto" }, row.name),
      make("small", { dir: "auto" }, beside)),
    cell("line", spark(row)), actual, cell("goal number", row.goal), cell("share", attained(row)), cell("variance", row.variance),
    cell("status", make("span", { class: `pill ${row.look.tone}` }, mark(row.look), row.look.word)), cell("latest", row.latest),
    cell("owner", row.owner));
}

function choices(label, options, now, choose) {
  return make("span", { class: "choices", role: "group", "aria-label": label }, ...options.map(([value, text]) =>
    make("button", { type: "button", "aria-pressed": String(value === now), onclick: () => choose(value) }, text)));
}

function go(href) {
  history.pushState(null, "", href);
  window.dispatchEvent(new PopStateEvent("popstate"));
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}

function put(name, value, quietly) {
  const target = new URL(window.location.href);
  if (value === ASKED[name]) target.searchParams.delete(name);
  else target.searchParams.set(name, value);
  history[quietly ? "replaceState" : "pushState"](null, "", target);
}

function counts(data, rows, view, change) {
  const pills = data.statuses.map(([status, word, tone]) => {
    const number = rows.filter((row) => row.look.status === status).length;
    return make("button", { type: "button", class: `count ${tone}${number ? "" : " none"}`, "aria-pressed": String(view.only === status),
      onclick: () => change("only", view.only === status ? "" : status) }, mark({ status, tone }), make("b", {}, String(number)), word);
  });
  return make("div", { class: "counts", role: "group", "aria-label": "Filter by status" }, ...pills);
}

function table(data, rows, view, change) {
  const heads = HEADS.map(([text, sort, klass]) => {
    const down = view.sort === `-${sort}`;
    const here = sort && (down || view.sort === sort);
    const inside = sort
      ? make("button", { type: "button", class: "head", onclick: () => change("sort", here && !down ? `-${sort}` : sort) }, text, here ? (down ? "↓" : "↑") : null)
      : make("span", { class: "head" }, text);
    return make("th", { scope: "col", class: klass, "aria-sort": here && (down ? "descending" : "ascending") }, inside);
  });
  const bodies = grouped(sorted(rows, view.sort), view.group, data).map(([head, members]) => make("tbody", {},
    head && make("tr", { class: "group" }, make("th", { colspan: String(HEADS.length), scope: "rowgroup" }, make("span", {}, ...head.filter(Boolean)))),
    ...members.map((row) => line(row, view, data.link))));
  return make("table", { class: "dense" }, make("thead", {}, make("tr", {}, ...heads)), ...bodies);
}

function built(parent) {
  const root = make("div", { class: "root" });
  parent.append(root);
  const self = { root };
  const input = make("input", { type: "search", placeholder: "Filter by name, code, KRA, department or owner", "aria-label": "Filter the table" });
  const below = make("div");
  self.draw = () => {
    const { data, rows } = self;
    const view = asked();
    const change = (name, value) => { put(name, value); self.draw(); };
    if (input.value !== view.find && root.getRootNode().activeElement !== input) input.value = view.find;
    const matching = wanted(rows, view);
    const shown = view.only ? matching.filter((row) => row.look.status === view.only) : matching;
    const owner = data.owners.find(([email]) => email === view.owner);
    const focus = root.getRootNode().activeElement?.textContent;
    below.replaceChildren(
      make("div", { class: "tools" },
        make("span", { class: "label" }, "Group by"), choices("Group by", GROUPS, view.group, (value) => change("group", value)),
        choices("Level", LEVELS, view.level, (value) => change("level", value)),
        choices("Indicator", INDICATORS, view.indicator, (value) => change("indicator", value)),
        Boolean(view.owner) && make("button", { type: "button", class: "copy", onclick: () => change("owner", "") }, `Owned by ${owner?.[1] ?? view.owner}: show all`)),
      counts(data, matching, view, change),
      shown.length ? make("div", { class: "sheet" }, table(data, shown, view, change)) : make("p", { class: "calm" }, "No KPI fits these filters."),
      make("p", { class: "none-found", role: "status" }, `${shown.length} of ${rows.length} KPIs`));
    if (focus) [...below.querySelectorAll("button")].find((button) => button.textContent === focus)?.focus({ preventScroll: true });
  };
  input.addEventListener("input", () => { put("find", input.value, true); self.draw(); });
  const copy = navigator.clipboard && make("button", { type: "button", class: "copy", onclick: () => {
    navigator.clipboard.writeText(window.location.href);
    copy.textContent = "Link copied";
    setTimeout(() => { copy.textContent = "Copy a link to this view"; }, 2500);
  } }, "Copy a link to this view");
  root.append(make("div", { class: "tools" }, make("div", { class: "grow" }, input), copy || null), below);
  root.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  self.onBack = () => { if (window.location.pathname === self.path) self.draw(); };
  self.path = window.location.pathname;
  window.addEventListener("popstate", self.onBack);
  return self;
}

export default function (component) {
  const { parentElement, text } = component;
  const self = (parentElement.scorecard ??= built(parentElement));
  if (self.given !== text) {
    self.given = text;
    self.data = component.data;
    self.rows = unpacked(self.data);
    self.draw();
  }
  return () => {
    window.removeEventListener("popstate", self.onBack);
    self.root.remove();
    delete parentElement.scorecard;
  };
}
