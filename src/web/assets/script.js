// What needs a script: copying and saving, showing a passphrase while it is typed, times in the reader's own zone, reading a
// secret without leaving the page, telling what is wrong before it is sent.
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

  // Every byte: what editors and terminals change in a text that is pasted. A `data:` link would do it without a script, and
  // leave the value in the browser's list of downloads (security-design.md §8).
  const saveFile = (text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    link.download = "secret.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const button = (label, kind) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = label;
    return made;
  };

  const addCopyButtons = () => {
    const { copied, notCopied } = document.body.dataset;
    for (const place of document.querySelectorAll("[data-copy]")) {
      const { copy: id, label, primary, save } = place.dataset;
      const made = button(label, primary === undefined ? "plain small" : "primary small");
      made.addEventListener("click", () => {
        copy(textOf(document.getElementById(id))).then(() => say(copied), () => say(notCopied));
      });
      place.append(made);
      if (save === undefined) continue;
      const saves = button(save, "plain small");
      saves.addEventListener("click", () => saveFile(textOf(document.getElementById(id))));
      place.append(saves);
    }
  };

  // An eye, struck through while the text can be read. Words would leave a telephone no room for the passphrase.
  const eye = () => {
    const namespace = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(namespace, "svg");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    for (const line of ["M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z", "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z", "M4 20 20 4"]) {
      const path = document.createElementNS(namespace, "path");
      path.setAttribute("d", line);
      picture.append(path);
    }
    return picture;
  };

  const addEyes = () => {
    for (const place of document.querySelectorAll("[data-show]")) {
      const { show, hide } = place.dataset;
      const input = place.querySelector("input");
      const made = button("", "eye");
      made.append(eye());
      made.setAttribute("aria-controls", input.id);
      const turn = (type) => {
        input.type = type;
        made.title = type === "password" ? show : hide;
        made.setAttribute("aria-label", made.title);
        made.classList.toggle("open", type === "text");
      };
      turn("password");
      made.addEventListener("click", () => turn(input.type === "password" ? "text" : "password"));
      // What is typed must not be kept among a browser's texts.
      input.form.addEventListener("submit", () => turn("password"));
      place.append(made);
    }
  };

  const localTimes = () => {
    const times = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    for (const time of document.querySelectorAll("time")) {
      time.title = time.textContent;
      time.textContent = times.format(new Date(time.dateTime));
    }
  };

  // A page of ours, which has an element of this id; a proxy has pages of its own.
  const fetchPage = async (id, address, options) => {
    const answer = await fetch(address, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById(id)) throw new TypeError("no page of ours");
    return page;
  };

  const alertBox = () => {
    const made = document.createElement("p");
    made.className = "wrong";
    made.setAttribute("role", "alert");
    return made;
  };

  // The answer takes the place of the page.
  const show = (page) => {
    const field = page.querySelector("[autofocus]");
    field?.removeAttribute("autofocus"); // which is for a page that is loaded; browsers complain of it in another
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
    equip();
    scrollTo(0, 0);
    (field ?? document.getElementById("main")).focus();
  };

  // There is one answer with the value. Were it sent to a navigation, a second click or a reload would drop it unseen; so
  // it is fetched, once, and the page stays.
  const fetchAnswers = () => {
    for (const form of document.querySelectorAll("form[data-lost]")) {
      const sends = form.querySelector("button");
      const lost = alertBox();
      form.append(lost);
      let leaving = false;
      const stay = (event) => {
        leaving = true;
        event.preventDefault();
      };
      // Whoever reloads all the same gets another page, and the answer is kept for the one before, for some seconds.
      const { token } = form.elements;
      if (token) {
        token.value = history.state?.token ?? token.value;
        history.replaceState({ token: token.value }, "");
      }
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (sends.disabled) return;
        const body = new URLSearchParams(new FormData(form));
        sends.disabled = true;
        lost.textContent = "";
        addEventListener("beforeunload", stay);
        try {
          const page = await fetchPage("main", form.action, { method: "POST", body, headers: { Accept: "text/html" } });
          // It has arrived, and is wanted no more: unless a reload is under way that takes it along.
          if (!leaving) history.replaceState(null, "");
          show(page);
        } catch {
          lost.textContent = form.dataset.lost;
          sends.disabled = false;
          sends.focus();
        } finally {
          removeEventListener("beforeunload", stay);
        }
      });
    }
  };

  const tell = (field, text) => {
    const id = `${field.id}-wrong`;
    let wrong = document.getElementById(id);
    if (!wrong) {
      wrong = alertBox();
      wrong.id = id;
      field.closest(".field").append(wrong);
      field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
    }
    wrong.textContent = text;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };

  // Told before it is sent: from an answer that refuses it, the passphrase would be gone.
  const checkForm = (form) => {
    const { max, tooBig, most, tooLong, least, tooShort, missing, beside } = form.dataset;
    const { secret, passphrase } = form.elements;
    form.addEventListener("submit", (event) => {
      if (event.submitter?.value === "language") return;
      const wrong = event.submitter?.value === "generate"
        ? secret.value && [secret, beside]
        : new TextEncoder().encode(secret.value).length > max && [secret, tooBig];
      const typed = [...passphrase.value.normalize()].length;
      const found = wrong
        || (missing && !typed && [passphrase, missing])
        || (typed > most && [passphrase, tooLong])
        || (typed && typed < least && [passphrase, tooShort]);
      if (!found) return;
      event.preventDefault();
      tell(...found);
    });
  };

  // Once: each sending makes a secret of its own, and shows the link of the last alone. Whoever stops waiting may send again.
  const sendOnce = (form) => {
    const buttons = [...form.elements].filter(({ type }) => type === "submit");
    let sent = false;
    const set = (is) => {
      sent = is;
      for (const each of buttons) each.disabled = is;
    };
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      setTimeout(() => set(true)); // a button that is disabled is not sent along
      setTimeout(() => set(false), 10000);
    });
    addEventListener("pageshow", () => set(false));
  };

  // In another language what was typed is still there, and for that it does not leave the browser: unless the form has come back
  // and asks for the passphrase, which the server knows and this page does not.
  const keepTyped = (form) => {
    const stay = (event) => event.preventDefault();
    for (const chooses of document.querySelectorAll("button[value=language]")) {
      chooses.addEventListener("click", async (event) => {
        const { secret, passphrase, protect } = form.elements;
        if (protect) return;
        event.preventDefault();
        const address = chooses.formAction;
        if (!(secret.value || passphrase.value)) {
          location.assign(address);
          return;
        }
        try {
          const page = await fetchPage("secret", address);
          history.replaceState(null, "", address);
          show(page);
          for (const old of form.querySelectorAll("[id]")) {
            const field = document.getElementById(old.id);
            if ("checked" in old) field.checked = old.checked;
            if ("value" in old) field.value = old.value;
          }
        } catch {
          addEventListener("beforeunload", stay, { once: true }); // the browser asks first
          location.assign(address);
        }
      });
    }
  };

  // The second of two clicks was meant for the page before, whatever link is there by now.
  addEventListener("click", (event) => { if (event.detail > 1) event.preventDefault(); });

  const equip = () => {
    addCopyButtons();
    addEyes();
    localTimes();
    fetchAnswers();
    for (const form of document.querySelectorAll("form[data-max]")) {
      checkForm(form);
      sendOnce(form);
      keepTyped(form);
    }
  };
  equip();
})();
