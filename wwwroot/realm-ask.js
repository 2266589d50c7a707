// A box to ask in, on any page:
//   <script src="https://your-realmweb/realm-ask.js" async></script>
//   <realm-ask widget="w-…"></realm-ask>
// An administrator makes the widget and names the sites that may show it. docs/embedding.md tells of attributes, texts, variables and events.
(() => {
  "use strict";
  if (customElements.get("realm-ask")) return;
  const source = document.currentScript?.src;
  const variables = ["text", "muted", "background", "surface", "border", "accent", "on-accent", "mark", "error", "font", "font-size", "radius"];
  const words = { open: "Ask a question", close: "Close", frame: "Ask a question" };
  // A frame that its site refuses to show loads too, but no page in it says so.
  const silence = 3000;

  // Within this root !important goes before that of the page around, and "all: initial" keeps out what it would hand down.
  const style = `
    :host { display: block !important; visibility: visible !important; opacity: 1 !important; pointer-events: auto !important;
      clip-path: none !important; filter: none !important }
    :host([mode=button]) { display: inline-block !important }
    :host([hidden]) { display: none !important }
    .box { all: initial; display: block; direction: inherit }
    iframe { all: initial; display: block; width: 100%; height: 120px; border: 0; color-scheme: normal }
    .inline iframe { border-radius: var(--radius) }
    button { all: initial; box-sizing: border-box; font: 600 var(--size)/1.2 var(--family); cursor: pointer; color: var(--on-accent); background: var(--accent);
      border: 1px solid transparent; border-radius: var(--radius); padding: 12px 18px; min-height: 44px }
    button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
    dialog { all: initial; display: none; position: fixed; inset: auto 16px 16px auto; box-sizing: border-box;
      width: min(420px, calc(100vw - 32px)); max-height: calc(100vh - 32px);
      flex-direction: column; overflow: hidden; color: var(--text); background: var(--background); border: 1px solid var(--border);
      border-radius: var(--radius); box-shadow: 0 12px 40px rgb(0 0 0 / .28) }
    dialog[open] { display: flex }
    dialog iframe { min-height: 0 }
    dialog::backdrop { background: rgb(0 0 0 / .25) }
    .head { all: initial; flex: none; display: flex; align-items: center; justify-content: space-between; gap: 8px; padding: 4px 6px 4px 14px;
      background: var(--background); border-bottom: 1px solid var(--border) }
    .head span { all: initial; font: 600 var(--size)/1.2 var(--family); color: var(--text) }
    .head button { color: var(--text); background: none; padding: 8px 12px }
    .edge { position: fixed; width: 1px; height: 1px; opacity: 0 }
    @media (max-width: 480px) { dialog { inset: auto 8px 8px 8px; width: auto; max-height: calc(100vh - 16px) } }`;
  const light = { text: "#1c2327", background: "#fff", border: "#cdd6da", accent: "#0f5f7f", "on-accent": "#fff" };
  const dark = { text: "#e6ebed", background: "#12181b", border: "#3d4a51", accent: "#6cc2e0", "on-accent": "#08222d" };
  const system = matchMedia("(prefers-color-scheme: dark)");

  class RealmAsk extends HTMLElement {
    static observedAttributes = ["widget", "mode", "theme", "corpus", "placeholder", "examples", "texts", "site"];
    #root = this.attachShadow({ mode: "open" });
    #frame = null;
    #ready = null;
    #there = null;
    #dialog = null;
    #asked = null;
    #listen = event => this.#hear(event);
    #repaint = () => this.refresh();

    connectedCallback() {
      addEventListener("message", this.#listen);
      system.addEventListener("change", this.#repaint);
      this.#draw();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#listen);
      system.removeEventListener("change", this.#repaint);
      this.#end(new DOMException("The box was taken off the page.", "AbortError"));
      this.#frame = null;
    }

    attributeChangedCallback(name, before, after) {
      if (!this.isConnected || before === after) return;
      if (["widget", "mode", "site"].includes(name)) this.#draw();
      else this.refresh();
    }

    /** Texts of the box and of the page in it, by their names. */
    get texts() {
      const given = this.getAttribute("texts");
      try {
        return { ...words, ...(given && JSON.parse(given)) };
      } catch {
        console.error(`realm-ask: the attribute texts is no JSON: ${given}`);
        return words;
      }
    }

    set texts(value) { this.setAttribute("texts", JSON.stringify(value)); }

    /** Asks, and opens the panel for it. Resolves with what realm-answer tells, rejects with what realm-error tells. */
    ask(question) {
      if (this.#dialog) this.open();
      this.#end(new DOMException("Another question was asked.", "AbortError"));
      const told = new Promise((resolve, reject) => {
        this.#asked = { resolve, reject };
        this.#tell({ type: "ask", question });
      });
      // Who does not wait for it has the event.
      told.catch(() => {});
      return told;
    }

    /** Opens the panel, or brings the focus into the box. */
    open() {
      if (!this.#frame) this.#load(this.#dialog ?? this.#root.querySelector(".box"));
      if (this.#dialog && !this.#dialog.open) this.#dialog.showModal();
      this.#enter(false);
    }

    /** Closes the panel; the focus goes back to where it was. */
    close() { this.#dialog?.close(); }

    /** Reads attributes and CSS variables again, after a change that the browser does not tell of. */
    refresh() {
      this.#paint();
      if (this.#frame) this.#tell({ type: "options", options: this.#options() });
    }

    get #site() { return new URL("./", this.getAttribute("site") ?? source ?? location.href); }

    #draw() {
      this.#end(new DOMException("The box was changed.", "AbortError"));
      this.#frame = this.#dialog = null;
      const sheet = document.createElement("style");
      sheet.textContent = style;
      const box = document.createElement("div");
      const panel = this.getAttribute("mode") === "button";
      box.className = panel ? "box" : "box inline";
      box.part = "box";
      this.#root.replaceChildren(sheet, box);
      this.#paint();
      if (!this.getAttribute("widget")) return this.#fail("no-widget", "The attribute widget is missing. Set it to the id of a widget.");
      if (!panel) return this.#load(box);

      const button = this.#make("button", this.texts.open);
      button.part = "button";
      button.setAttribute("aria-haspopup", "dialog");
      button.addEventListener("click", () => this.open());
      this.#dialog = document.createElement("dialog");
      this.#dialog.part = "panel";
      this.#dialog.setAttribute("aria-label", this.texts.frame);
      const head = document.createElement("div");
      head.className = "head";
      const title = document.createElement("span");
      title.textContent = this.texts.frame;
      const close = this.#make("button", "✕");
      close.setAttribute("aria-label", this.texts.close);
      close.autofocus = true;
      close.addEventListener("click", () => this.close());
      head.append(title, close);
      this.#dialog.append(this.#edge(() => this.#enter(true)), head, this.#edge(() => close.focus()));
      this.#dialog.addEventListener("click", event => event.target === this.#dialog && this.close());
      box.append(button, this.#dialog);
    }

    #make(tag, text) {
      const element = document.createElement(tag);
      element.type = "button";
      element.textContent = text;
      return element;
    }

    // Tab beyond the last place of the panel comes back to its first, and the other way round.
    #edge(turn) {
      const edge = document.createElement("div");
      edge.className = "edge";
      edge.tabIndex = 0;
      edge.addEventListener("focus", turn);
      return edge;
    }

    #load(into) {
      const frame = document.createElement("iframe");
      const address = new URL(`embed/${encodeURIComponent(this.getAttribute("widget"))}`, this.#site);
      if (this.getAttribute("corpus")) address.searchParams.set("corpus", this.getAttribute("corpus"));
      frame.title = this.texts.frame;
      frame.referrerPolicy = "origin";
      frame.src = address.href;
      this.#frame = frame;
      this.#ready = new Promise(resolve => this.#there = resolve);
      frame.addEventListener("load", () => setTimeout(() => {
        if (frame === this.#frame && !frame.dataset.ready)
          this.#fail("blocked", `${this.#site.origin} does not show the widget ${this.getAttribute("widget")} here. ` +
            `An administrator must name ${location.origin} in it, or switch it on.`);
      }, silence), { once: true });
      if (into === this.#dialog) into.insertBefore(frame, into.lastChild);
      else into.append(frame);
    }

    #options() {
      const computed = getComputedStyle(this);
      const examples = this.getAttribute("examples");
      return {
        theme: this.getAttribute("theme") ?? "auto",
        variables: Object.fromEntries(variables.map(name => [name, computed.getPropertyValue(`--realm-${name}`).trim()])),
        texts: this.texts,
        placeholder: this.getAttribute("placeholder"),
        corpus: this.getAttribute("corpus"),
        examples: examples === null ? null : examples.split("|").map(text => text.trim()).filter(Boolean),
        // Without texts of its own it speaks English.
        lang: this.hasAttribute("texts") ? this.closest("[lang]")?.lang : null,
      };
    }

    #paint() {
      const theme = this.getAttribute("theme");
      const colours = theme === "dark" || (theme !== "light" && system.matches) ? dark : light;
      const computed = getComputedStyle(this);
      const given = name => computed.getPropertyValue(`--realm-${name}`).trim();
      const box = this.#root.querySelector(".box");
      for (const name of Object.keys(colours)) box?.style.setProperty(`--${name}`, given(name) || colours[name]);
      box?.style.setProperty("--family", given("font") || "system-ui, sans-serif");
      box?.style.setProperty("--size", given("font-size") || "16px");
      box?.style.setProperty("--radius", given("radius") || "8px");
    }

    async #tell(message) {
      if (!this.#frame) this.#load(this.#dialog ?? this.#root.querySelector(".box"));
      const frame = this.#frame;
      await this.#ready;
      frame.contentWindow?.postMessage({ realm: this.getAttribute("widget"), ...message }, this.#site.origin);
    }

    #enter(last) {
      this.#frame?.focus();
      this.#tell({ type: "focus", last });
    }

    #hear({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#site.origin || data?.realm !== this.getAttribute("widget")) return;
      const { realm, type, ...detail } = data;
      if (type === "ready") {
        this.#frame.dataset.ready = "yes";
        this.#frame.contentWindow.postMessage({ realm, type: "options", options: this.#options() }, origin);
        this.#there();
      } else if (type === "height") {
        // In a panel the rest is scrolled in the frame.
        this.#frame.style.height = `${detail.height}px`;
      } else if (type === "escape") {
        this.close();
      } else if (type === "answer") {
        this.#asked?.resolve(detail);
        this.#asked = null;
        this.#send("answer", detail);
      } else if (type === "flag") {
        this.#send("flag", detail);
      } else if (type === "error") {
        this.#fail(detail.code, detail.message, detail.question);
      }
    }

    #fail(code, message, question) {
      this.#end(Object.assign(new Error(message), { code }));
      this.#send("error", { code, message, question });
    }

    #end(reason) {
      this.#asked?.reject(reason);
      this.#asked = null;
    }

    #send(name, detail) { this.dispatchEvent(new CustomEvent(`realm-${name}`, { detail, bubbles: true, composed: true })); }
  }

  customElements.define("realm-ask", RealmAsk);
})();
