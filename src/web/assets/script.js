// What needs a script: copying, showing a passphrase while it is typed, times in the reader's own zone.
// Every page works without it, so that it adds its buttons itself.
(() => {
  "use strict";

  const say = (text) => {
    const status = document.getElementById("status");
    status.textContent = "";
    // A text that is the same as before is only read out again when it was gone for a moment.
    requestAnimationFrame(() => { status.textContent = text; });
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { status.textContent = ""; }, 4000);
  };

  // Byte for byte: an element cannot hold every character, so some bring their text in base64.
  const textOf = (element) => {
    const exact = element.dataset.exact;
    if (exact === undefined) return element.textContent;
    const bytes = Uint8Array.from(atob(exact), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  };

  // Without TLS there is no clipboard, only the old command, which takes what the event holds.
  const copyOldWay = (text) => new Promise((done, failed) => {
    const put = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", put, { once: true });
    const copied = document.execCommand("copy");
    document.removeEventListener("copy", put);
    copied ? done() : failed();
  });

  const copy = (text) =>
    navigator.clipboard ? navigator.clipboard.writeText(text).catch(() => copyOldWay(text)) : copyOldWay(text);

  const button = (label, kind) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = label;
    return made;
  };

  const { copied, notCopied } = document.body.dataset;
  for (const place of document.querySelectorAll("[data-copy]")) {
    const { copy: id, label, primary } = place.dataset;
    const made = button(label, primary === undefined ? "plain small" : "primary small");
    made.addEventListener("click", () => {
      copy(textOf(document.getElementById(id))).then(() => say(copied), () => say(notCopied));
    });
    place.append(made);
  }

  for (const place of document.querySelectorAll("[data-show]")) {
    const { show, hide } = place.dataset;
    const input = place.querySelector("input");
    const made = button(show, "plain small");
    made.setAttribute("aria-controls", input.id);
    made.addEventListener("click", () => {
      const hidden = input.type === "password";
      input.type = hidden ? "text" : "password";
      made.textContent = hidden ? hide : show;
    });
    // What is typed must not be kept among a browser's texts.
    input.form.addEventListener("submit", () => { input.type = "password"; });
    place.append(made);
  }

  const times = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  for (const time of document.querySelectorAll("time")) {
    time.title = time.textContent;
    time.textContent = times.format(new Date(time.dateTime));
  }
})();
