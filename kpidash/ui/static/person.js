// Who is signed in, and the way out: a form, so that the server is asked by a click and not by a link.
export default ({ parentElement, data }) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/sign-out";
  const name = document.createElement("b");
  name.textContent = data.name;
  const title = document.createElement("span");
  title.textContent = data.title;
  const button = document.createElement("button");
  button.type = "submit";
  button.textContent = "Sign out";
  form.append(name, title, button);
  parentElement.querySelector("form")?.remove();
  parentElement.append(form);
};
