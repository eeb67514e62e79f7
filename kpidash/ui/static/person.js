// Who is signed in, with the way to their account, and the way out: a form, so that the server is asked by a
// click and not by a link.
export default ({ parentElement, data }) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/sign-out";
  const name = document.createElement("a");
  name.textContent = data.name;
  name.href = data.account;
  name.title = "My account";
  name.onclick = (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", data.account);
    window.dispatchEvent(new PopStateEvent("popstate"));
    if (window.innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  };
  const title = document.createElement("span");
  title.textContent = data.title;
  const button = document.createElement("button");
  button.type = "submit";
  button.textContent = "Sign out";
  form.append(name, title, button);
  parentElement.querySelector("form")?.remove();
  parentElement.append(form);
};
