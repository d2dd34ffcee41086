// On the map of somebody who is logged in: the way to one's account, and to the login once that has ended. The page itself
// knows nothing of accounts, since it also runs without this server.
"use strict";

const LOOK_EVERY_MS = 5 * 60_000;
const SVG = "http://www.w3.org/2000/svg";

let name; // who was logged in when it was first looked

const look = async () => {
  let answer;
  try {
    answer = await fetch("account.json", { cache: "no-store" });
  } catch {
    return null; // no network: that is for the page to say
  }
  if (answer.status === 401) {
    location.assign(`login?view=${encodeURIComponent(location.search.slice(1))}`);
    return null;
  }
  const account = answer.ok ? await answer.json() : null;
  // Somebody else logged in meanwhile: what this page shows and keeps is not theirs.
  if (account && name !== undefined && account.name !== name) location.reload();
  name = account?.name ?? name;
  return account;
};

const sign = () => {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({
    viewBox: "0 0 24 24", width: 20, height: 20, fill: "none", stroke: "currentColor",
    "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  })) {
    svg.setAttribute(name, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c1.2-3.4 4-5 7.5-5s6.3 1.6 7.5 5");
  svg.append(path);
  return svg;
};

const place = (account) => {
  // Inside another page and on a wall there is no room for it, now or later.
  if (["embed", "kiosk"].includes(document.getElementById("dashboard").dataset.ui)) return true;
  const buttons = document.querySelector(".side-buttons");
  if (!buttons) return false;
  if (buttons.querySelector("[data-account]")) return true;
  const link = document.createElement("a");
  link.className = "button bare";
  link.href = account.owner ? "people" : "account";
  link.dataset.account = account.name;
  link.title = `${account.title}: ${account.name}`;
  link.setAttribute("aria-label", link.title);
  link.append(sign());
  buttons.append(link);
  return true;
};

look().then((account) => {
  if (!account || place(account)) return;
  // The page is still being built.
  const building = new MutationObserver(() => {
    if (place(account)) building.disconnect();
  });
  building.observe(document.body, { childList: true, subtree: true });
});
setInterval(look, LOOK_EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") look();
});
