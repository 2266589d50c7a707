// The page inside a widget's frame: asks over server-sent events and shows the answer with its evidence. No cookie, no storage, and nothing of
// what a document or a page around says becomes markup: all of it is set as text.
(() => {
  "use strict";
  const root = document.documentElement;
  const { widget, origins, flags } = root.dataset;
  const allowed = new Set([...origins.split(" "), location.origin]);
  const framed = parent !== window;
  const $ = id => document.getElementById(id);
  const [form, question, send, corpus, examples, status, error, answer, evidence] =
    ["form", "question", "send", "corpus", "examples", "status", "error", "answer", "evidence"].map($);
  const variables = ["text", "muted", "background", "surface", "border", "accent", "on-accent", "mark", "error", "font", "font-size", "radius"];
  const texts = {
    label: "Your question", placeholder: "Ask a question", ask: "Ask", stop: "Stop", documents: "Documents", empty: "Type a question first.",
    searching: "Searching…", reading: "Reading the passages…", stopped: "Stopped.", answer: "Answer", score: "Score", confidence: "Confidence",
    weak: "Weak evidence – check the passages.", noAnswer: "No answer in these documents", passages: "Passages", nearest: "Nearest passages (not an answer)",
    agrees: "agrees", untitled: "Untitled", mark: "answer", right: "Right", wrong: "Wrong", thanks: "Thank you.",
    offline: "The site could not be reached. Check the connection, then try again.", failed: "Something failed. Try again in a moment.", again: "Try again",
  };
  let token = root.dataset.token;
  let host = null;
  let running = null;
  let last = "";

  const say = (type, detail = {}) => host && parent.postMessage({ realm: widget, type, ...detail }, host);
  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const showBusy = (text, busy) => {
    status.textContent = text;
    status.classList.toggle("busy", busy);
    status.classList.remove("unseen");
    send.textContent = busy ? texts.stop : texts.ask;
  };

  // Looks and words, as the page around wants them.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let theme = "auto";
  const paint = () => root.classList.toggle("dark", theme === "dark" || (theme !== "light" && dark.matches));
  dark.addEventListener("change", paint);
  function adopt(options) {
    if (["auto", "light", "dark"].includes(options.theme)) theme = options.theme;
    for (const name of variables) {
      const value = options.variables?.[name];
      if (value === "") root.style.removeProperty(`--realm-${name}`);
      else if (value) root.style.setProperty(`--realm-${name}`, value);
    }
    for (const [name, text] of Object.entries(options.texts ?? {})) if (name in texts) texts[name] = String(text);
    if (options.placeholder) texts.placeholder = String(options.placeholder);
    if (options.lang) root.lang = String(options.lang);
    if ([...corpus.options].some(option => option.value === options.corpus)) {
      corpus.value = options.corpus;
      corpus.hidden = true;
    }
    if (Array.isArray(options.examples)) {
      examples.replaceChildren(...options.examples.map(text => {
        const item = make("li");
        item.append(make("button", String(text), { type: "button" }));
        return item;
      }));
    }
    form.querySelector("label").textContent = texts.label;
    question.placeholder = texts.placeholder;
    corpus.setAttribute("aria-label", texts.documents);
    answer.setAttribute("aria-label", texts.answer);
    if (!running) send.textContent = texts.ask;
    paint();
  }

  // What went wrong, in words for people and with a name for programs.
  function fail(code, message) {
    showBusy("", false);
    const again = make("button", texts.again, { type: "button" });
    again.addEventListener("click", () => ask(last));
    error.replaceChildren(make("p", message), ...(last ? [again] : []));
    say("error", { code, message, question: last });
  }

  async function problemOf(reply) {
    const problem = await reply.json().catch(() => ({}));
    return { code: (problem.type ?? "").split(":").pop() || `http-${reply.status}`, message: problem.detail || texts.failed };
  }

  // With the token; where that is over, once more with a new one.
  async function call(method, address, body, signal) {
    for (let tried = false; ; tried = true) {
      const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
      const reply = await fetch(address, { method, headers, body: body && JSON.stringify(body), signal, credentials: "omit" });
      if (reply.status !== 401 || tried) return reply;
      const renewed = await fetch(`api/embed/${encodeURIComponent(widget)}/token`, { method: "POST", headers, signal, credentials: "omit" });
      if (!renewed.ok) return renewed;
      token = (await renewed.json()).token;
    }
  }

  async function* eventsOf(reply) {
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    while (true) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value.replaceAll("\r\n", "\n");
      const blocks = rest.split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const lines = block.split("\n");
        const field = name => lines.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).replace(/^ /, "")).join("\n");
        if (field("data")) yield { name: field("event"), data: JSON.parse(field("data")) };
      }
    }
  }

  async function ask(text) {
    text = text.trim();
    running?.abort();
    error.replaceChildren();
    answer.hidden = evidence.hidden = true;
    if (!text) {
      last = "";
      fail("bad-question", texts.empty);
      question.focus();
      return;
    }
    question.value = last = text;
    examples.hidden = true;
    const mine = running = new AbortController();
    showBusy(texts.searching, true);
    try {
      const reply = await call("POST", "api/embed/ask/stream", { question: text, corpus: corpus.value }, mine.signal);
      if (!reply.ok) {
        const { code, message } = await problemOf(reply);
        if (mine === running) fail(code, message);
        return;
      }
      for await (const { name, data } of eventsOf(reply)) {
        if (mine !== running) return;
        if (name === "stage" && data.stage === "Reading") showBusy(texts.reading, true);
        if (name === "evidence") showEvidence(data, null);
        if (name === "answer") return showAnswer(data);
        if (name === "failure") return fail("failed", data.message || texts.failed);
      }
      fail("failed", texts.failed);
    } catch (problem) {
      if (mine !== running) return;
      if (problem.name === "AbortError") return;
      fail("offline", texts.offline);
    } finally {
      if (mine === running) running = null;
    }
  }

  function stop() {
    running?.abort();
    running = null;
    showBusy(texts.stopped, false);
  }

  function showAnswer(given) {
    showBusy("", false);
    const found = !given.noAnswer && given.answer;
    const parts = [make("p", found || texts.noAnswer, { class: "words" })];
    if (found) {
      const share = given.calibrated ? `${texts.confidence} ${Math.round(given.confidence * 100)} %` : `${texts.score} ${given.confidence.toFixed(2)}`;
      parts.push(make("p", given.confidence < 0.2 ? `${share} · ${texts.weak}` : share, { class: "facts" }));
    }
    if (flags) parts.push(flagging(given, found));
    answer.replaceChildren(...parts);
    answer.hidden = false;
    showEvidence(given.evidence, given);
    status.textContent = found ? `${texts.answer}: ${found}` : texts.noAnswer;
    status.classList.add("unseen");
    say("answer", {
      id: given.id, question: given.question, corpus: given.corpus, answer: found || null, score: given.confidence, calibrated: given.calibrated,
      evidence: given.evidence.map(({ title, text, start, end, agrees }) => ({ title, text, start, end, agrees })),
    });
  }

  // Each passage with its words marked at the very characters that were scored: offsets count UTF-16 units, as strings do here.
  function showEvidence(passages, given) {
    const found = given && !given.noAnswer && given.answer;
    $("evidence-title").textContent = given && !found ? texts.nearest : texts.passages;
    evidence.querySelector("ol").replaceChildren(...passages.slice(0, given && !found ? 3 : passages.length).map((passage, index) => {
      const item = make("li");
      const details = make("details");
      const summary = make("summary", passage.title || texts.untitled);
      if (found && passage.agrees) summary.append(make("span", index === 0 ? texts.mark : texts.agrees));
      const words = make("p");
      const marked = found && passage.start !== null && passage.end !== null;
      // The document's heading stands above already; not left out where words of it are marked.
      let from = passage.title && passage.text.startsWith(`${passage.title}\n`) ? passage.text.search(/\n\s*\S/) : 0;
      if (from < 0 || (marked && passage.start < from)) from = 0;
      if (marked) {
        const mark = make("mark", passage.text.slice(passage.start, passage.end));
        if (passage.agrees) mark.setAttribute("aria-label", texts.mark);
        else mark.className = "faint";
        words.append(passage.text.slice(from, passage.start).trimStart(), mark, passage.text.slice(passage.end));
      } else {
        words.textContent = passage.text.slice(from).trimStart();
      }
      details.open = index === 0;
      details.append(summary, words);
      item.append(details);
      return item;
    }));
    evidence.hidden = passages.length === 0;
  }

  function flagging(given, found) {
    const line = make("div", "", { class: "flags", role: "group" });
    const word = make("span", "", { role: "status" });
    const put = async (button, verdict) => {
      const taken = button.getAttribute("aria-pressed") === "true";
      const address = `api/embed/flags/${given.id}`;
      // Where there is no answer, "wrong" and "right" are about its being none.
      const body = found ? { answer: verdict } : verdict === "Right" ? { notInDocuments: true } : { answer: "Wrong" };
      try {
        const reply = await (taken ? call("DELETE", address) : call("PUT", address, body));
        if (!reply.ok) {
          const { code, message } = await problemOf(reply);
          word.textContent = message;
          say("error", { code, message, question: given.question });
          return;
        }
        for (const other of line.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button && !taken));
        word.textContent = taken ? "" : texts.thanks;
        say("flag", { id: given.id, verdict: taken ? null : verdict });
      } catch {
        word.textContent = texts.offline;
      }
    };
    for (const [verdict, text] of [["Right", texts.right], ["Wrong", texts.wrong]]) {
      const button = make("button", text, { type: "button", "aria-pressed": "false" });
      button.addEventListener("click", () => put(button, verdict));
      line.append(button);
    }
    line.append(word);
    return line;
  }

  form.addEventListener("submit", event => {
    event.preventDefault();
    if (running) stop();
    else ask(question.value);
  });
  examples.addEventListener("click", event => event.target.matches("button") && ask(event.target.textContent));
  addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    if (running) stop();
    else say("escape");
  });

  // The page around: one of the origins that the widget names, and no other, says how this looks and hears what was answered.
  addEventListener("message", event => {
    if (event.source !== parent || !framed || !allowed.has(event.origin) || event.data?.realm !== widget) return;
    host = event.origin;
    const { type } = event.data;
    if (type === "options") adopt(event.data.options);
    if (type === "ask") ask(String(event.data.question));
    if (type === "focus") (event.data.last
      ? [...document.querySelectorAll("button, summary, input, select")].filter(one => one.offsetParent).pop() : question).focus();
    if (type === "options") tellHeight();
  });
  const tellHeight = () => say("height", { height: Math.ceil(document.body.getBoundingClientRect().height) });
  new ResizeObserver(tellHeight).observe(document.body);
  adopt({});
  // Says nothing but that it is there; only who is allowed to frame it can hear it.
  if (framed) parent.postMessage({ realm: widget, type: "ready" }, "*");
})();
