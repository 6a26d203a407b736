// The keyboard: one key for what is done all day. `?` shows them.
"use strict";

const typing = (element) => element.matches("input, select, textarea, [contenteditable]");
const follow = (key) => {
  const link = document.querySelector(`[data-key="${key}"]`);
  if (link) link.click();
  return Boolean(link);
};

document.addEventListener("keydown", (event) => {
  if (event.altKey && event.key.toLowerCase() === "q") {
    const field = document.getElementById("tell-me");
    if (field) field.focus(), event.preventDefault();
    return;
  }
  if (event.ctrlKey && event.key === "Enter") {
    const card = document.querySelector(".editing #card");
    if (card) card.requestSubmit(), event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return leave(event);
  if (typing(event.target)) {
    if (event.key === "Enter" && event.target.closest(".line")) nextEntry(event);
    if (event.target.id === "tell-me" && event.key === "ArrowDown") moveTold(event, 1);
    if (event.target.id === "search" && event.key === "ArrowDown") moveRow(event, 1);
    return;
  }
  if (event.target.closest(".told") && event.key === "ArrowDown") return moveTold(event, 1);
  if (event.target.closest(".told") && event.key === "ArrowUp") return moveTold(event, -1);
  pressed(event);
});

function pressed(event) {
  switch (event.key) {
    case "/": {
      const search = document.getElementById("search") || document.getElementById("tell-me");
      if (search) search.focus(), search.select(), event.preventDefault();
      break;
    }
    case "n":
    case "e":
      if (follow(event.key)) event.preventDefault();
      break;
    case "?":
      document.getElementById("keys")?.showModal();
      break;
    case "ArrowDown":
      moveRow(event, 1);
      break;
    case "ArrowUp":
      moveRow(event, -1);
      break;
    case "Enter":
      if (event.target.matches("tr[data-address]")) location.href = event.target.dataset.address;
      break;
    case " ":
      if (event.target.matches("tr[data-row]")) {
        event.target.querySelector("[name=key]")?.click();
        event.preventDefault();
      }
  }
}

// Enter in a line goes to its next entry and keeps what was typed; it does not send the card.
function nextEntry(event) {
  const entries = [...document.querySelectorAll(".line input, .line select")];
  const next = entries[entries.indexOf(event.target) + 1];
  if (next) next.focus();
  else event.target.blur();
  event.preventDefault();
}

function moveRow(event, by) {
  const rows = [...document.querySelectorAll("tr[data-row]")];
  if (!rows.length) return;
  const at = rows.indexOf(event.target.closest("tr[data-row]"));
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  rows.forEach((each) => each.removeAttribute("tabindex"));
  row.tabIndex = 0;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  event.preventDefault();
}

function moveTold(event, by) {
  const links = [...document.querySelectorAll("#told a")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  event.preventDefault();
}

function leave(event) {
  if (event.target.matches("input[type=search]")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) menu.open = false;
  else follow("Escape");
}
