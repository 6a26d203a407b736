// What windows do in the browser beyond plain links and forms. Everything works without it but
// live search, lookups' suggestions, and lines that are kept as soon as they are left.
"use strict";

const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

document.addEventListener("click", (event) => {
  const target = event.target;
  const toggle = target.closest("[data-toggles]");
  if (toggle) {
    const part = document.getElementById(toggle.dataset.toggles);
    const open = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(open));
    if (part.classList.contains("navigation")) part.classList.toggle("open", open);
    else part.hidden = !open;
  }
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  if (target.closest("[data-dismisses]")) target.closest(".message").remove();
  const closer = target.closest("dialog [data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
  $$("details.menu[open]").forEach((menu) => menu.contains(target) || (menu.open = false));
  const follower = target.closest("a[data-follows-query]");
  if (follower) follower.search = location.search;
  const row = target.closest("tr[data-address]");
  if (row && !target.closest("a, button, input, label") && !getSelection().toString()) {
    location.href = row.dataset.address;
  }
});

// Rows chosen in a list switch its actions on.
function countChosen() {
  const chosen = $$("tr[data-row] [name=key]:checked").length;
  $$("[data-needs-rows]").forEach((button) => (button.disabled = chosen === 0));
}
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-chooses-all]")) {
    $$("tr[data-row] [name=key]").forEach((box) => (box.checked = event.target.checked));
  }
  if (event.target.closest("[data-list]")) countChosen();
});

// Lookups ask the page they point at for suggestions while somebody types.
const waiting = new WeakMap();
document.addEventListener("input", (event) => {
  const field = event.target.closest("[data-lookup]");
  if (!field) return;
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(() => suggest(field), 150));
});
document.addEventListener("focusin", (event) => {
  const field = event.target.closest("[data-lookup]");
  if (field && !field.list) suggest(field);
});
async function suggest(field) {
  const id = `suggestions-${field.name}`;
  let list = document.getElementById(id);
  if (!list) {
    list = Object.assign(document.createElement("datalist"), { id });
    document.body.append(list);
  }
  field.setAttribute("list", id);
  const answer = await fetch(
    `/list/${field.dataset.lookup}/suggestions/?text=${encodeURIComponent(field.value)}`,
  );
  if (answer.ok && !answer.redirected) list.innerHTML = await answer.text();
}

// An answer meant for the dialog opens it.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = document.getElementById("dialog");
  if (event.detail.target === dialog && !dialog.open) dialog.showModal();
  if (event.detail.target.id === "table") countChosen();
});

// A card with unsaved entries is not left by accident.
let changed = false;
document.addEventListener("input", (event) => {
  const guarded = event.target.closest("form[data-guards]");
  if (guarded && !event.target.closest(".lines")) changed = true;
});
document.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => changed && event.preventDefault());

// The first field that is wrong, or else the first of a form, has the focus.
const first =
  document.querySelector(".entry.wrong input, .entry.wrong select") ||
  document.querySelector(".editing .entry input, .wizard-step .entry input, .sign-in .entry input");
if (first) first.focus();
