// A secret that is shown once: in a field of its own, with a button that copies it.
export default ({ parentElement, text, data }) => {
  let root = parentElement.querySelector(".secret");
  if (root?.drawn === text) return;
  root?.remove();
  root = document.createElement("div");
  root.className = "secret";
  root.drawn = text;
  const title = document.createElement("h3");
  title.textContent = data.title;
  const line = document.createElement("div");
  const code = document.createElement("code");
  code.textContent = data.text;
  code.tabIndex = 0;
  code.setAttribute("role", "textbox");
  code.setAttribute("aria-readonly", "true");
  code.setAttribute("aria-label", data.title);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
      told.textContent = "Copied";
    } catch {  // no clipboard without https: mark it, so that the keyboard copies it
      getSelection()?.selectAllChildren(code);
      told.textContent = "Marked; copy it with the keyboard";
    }
  };
  line.append(code, button, told);
  const words = document.createElement("p");
  words.textContent = data.words;
  root.append(title, line, words);
  parentElement.append(root);
  root.scrollIntoView({ block: "center" });  // it may have been asked for far below
};
