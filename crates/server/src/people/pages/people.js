// Opens a link for a guest; waits for the first position of a phone; copies and shares links. Forms work without it.
"use strict";

const opening = document.getElementById("open");
if (opening) {
  // The secret stands behind the # so that no server is told it in an address.
  const secret = location.hash.slice(1);
  if (secret) {
    opening.elements.secret.value = secret;
    opening.elements.view.value = location.search.slice(1);
    opening.submit();
  } else {
    document.getElementById("opening").hidden = true;
    document.getElementById("incomplete").hidden = false;
  }
}

// Whoever is not logged in leaves no histories behind: the page keeps months in the browser's database
// (src/worker/cache.rs).
if (document.querySelector("[data-forget]") && globalThis.indexedDB) {
  indexedDB.deleteDatabase("owntracks-dashboard.histories");
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("button[data-share]")) {
  button.hidden = !navigator.share;
  button.addEventListener("click", () => {
    navigator.share({ url: document.getElementById(button.dataset.share).textContent }).catch(() => {});
  });
}

for (const moment of document.querySelectorAll("time")) {
  moment.textContent = new Date(moment.dateTime).toLocaleString(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

// Times are typed in the zone of the browser.
for (const input of document.querySelectorAll("input[data-zoned]")) {
  const zoned = document.createElement("input");
  zoned.type = "hidden";
  zoned.name = `${input.name}-utc`;
  input.after(zoned);
  input.addEventListener("change", () => {
    const time = new Date(input.value);
    zoned.value = Number.isNaN(time.getTime()) ? "" : time.toISOString();
    input.form.elements.span.value = "past";
  });
}

for (const button of document.querySelectorAll("button[data-locate]")) {
  button.hidden = !navigator.geolocation;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      button.form.elements.lat.value = coords.latitude.toFixed(5);
      button.form.elements.lon.value = coords.longitude.toFixed(5);
    });
  });
}

const waiting = document.querySelector("[data-wait]");
if (waiting) {
  const look = async () => {
    try {
      const answer = await fetch(waiting.dataset.wait, { headers: { Accept: "text/plain" } });
      if (answer.ok) {
        waiting.textContent = await answer.text();
        if (answer.headers.get("x-arrived")) return;
      }
    } catch {
      // No network for a moment: the next look may find it.
    }
    setTimeout(look, 2000);
  };
  look();
}
