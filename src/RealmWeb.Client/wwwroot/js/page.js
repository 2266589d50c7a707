const typing = element =>
  element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

export function takeDraft() {
  const draft = window.realm?.draft ?? '';
  if (window.realm) window.realm.draft = '';
  return draft;
}

export function focus(id, selectText) {
  const element = document.getElementById(id);
  element?.focus({ preventScroll: false });
  if (selectText) element?.select?.();
}

export function focusUnlessElsewhere(id) {
  const here = document.activeElement;
  if (!here || here === document.body || here.tagName === 'H1') focus(id, false);
}

export function scrollTo(id) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.getElementById(id)?.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
}

export function scrollToEnd(element) {
  // Gone where the page was left while this file was loaded.
  if (element) element.scrollTop = element.scrollHeight;
}

export async function copy(text) {
  if (navigator.clipboard) {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed: the old way below */ }
  }
  // Plain-HTTP sites have no clipboard object.
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

export const isDark = () => document.documentElement.dataset.theme === 'dark';

export function toggleTheme() {
  const next = isDark() ? 'light' : 'dark';
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  try {
    // Choosing what the system has means: follow the system again.
    if (next === system) localStorage.removeItem('realm-theme');
    else localStorage.setItem('realm-theme', next);
    window.realm.showTheme();
  } catch {
    document.documentElement.dataset.theme = next;
  }
  return isDark();
}

export function listenToKeys(listener) {
  const onKey = event => {
    if (event.defaultPrevented || event.isComposing) return;
    const focusBox = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k';
    if (focusBox) {
      event.preventDefault();
      listener.invokeMethodAsync('OnKey', '/');
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // An open dialog or menu has the keys.
    if (document.querySelector('.mud-dialog, .mud-popover-open')) return;
    if (event.key === 'Escape') {
      listener.invokeMethodAsync('OnKey', 'Escape');
      return;
    }
    // The empty question box has the focus when the page opens, and no question begins with its mark.
    const empty = event.key === '?' && event.target.id === 'question' && event.target.value === '';
    if (typing(event.target) && !empty) return;
    if (!['/', 'j', 'k', 'o', 'f', '1', '2', '3', 'y', 'n', 'u', '?'].includes(event.key)) return;
    event.preventDefault();
    listener.invokeMethodAsync('OnKey', event.key);
  };
  document.addEventListener('keydown', onKey);
  return { stop: () => document.removeEventListener('keydown', onKey) };
}

const offsetIn = (element, node, at) => {
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(node, at);
  return before.toString().length;
};

// Selected characters of an element as offsets into its text (UTF-16, as .NET counts); null where none are.
export function selectedIn(element) {
  const selection = getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  return [offsetIn(element, range.startContainer, range.startOffset), offsetIn(element, range.endContainer, range.endOffset)];
}

// Tells which heading of a text the reader is below, and keeps its line of the outline in view.
export function watchHeadings(listener) {
  let told = null, waiting = 0;
  const look = () => {
    waiting = 0;
    const headings = document.querySelectorAll('[data-heading]');
    let low = 0, high = headings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (headings[middle].getBoundingClientRect().top > 160) high = middle;
      else low = middle + 1;
    }
    const current = low === 0 ? -1 : Number(headings[low - 1].dataset.heading);
    if (current === told) return;
    told = current;
    const link = document.querySelector(`[data-outline="${current}"]`), list = link?.closest('ol');
    if (list) list.scrollTop = Math.min(link.offsetTop - 8, Math.max(list.scrollTop, link.offsetTop + link.offsetHeight + 8 - list.clientHeight));
    listener.invokeMethodAsync('OnHeading', current);
  };
  const scrolled = () => {
    if (waiting === 0) waiting = requestAnimationFrame(look);
  };
  addEventListener('scroll', scrolled, { passive: true });
  look();
  return {
    stop: () => {
      cancelAnimationFrame(waiting);
      removeEventListener('scroll', scrolled);
    },
  };
}

// The same while the mouse or a finger selects, and arrow keys pressed in the element.
export function markSpans(element, listener) {
  let pressed = false, released = 0, waiting = 0;
  const offset = (node, at) => offsetIn(element, node, at);
  const tell = () => {
    const selection = getSelection();
    if (selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0);
    if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return;
    const start = offset(range.startContainer, range.startOffset), end = offset(range.endContainer, range.endOffset);
    // The page marks it now; a selection that stays would be told again when the mark is drawn.
    selection.removeAllRanges();
    listener.invokeMethodAsync('OnSelected', start, end);
  };
  const down = () => { pressed = true; };
  const up = () => { if (pressed) { pressed = false; released = setTimeout(tell); } };
  // Fingers move the ends of a selection without pressing anything here.
  const changed = () => {
    clearTimeout(waiting);
    const selection = getSelection();
    if (pressed || selection.isCollapsed || !element.contains(selection.anchorNode)) return;
    waiting = setTimeout(tell, 700);
  };
  const key = event => {
    if (!event.key.startsWith('Arrow') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    listener.invokeMethodAsync('OnArrow', event.key, event.shiftKey, event.altKey);
  };
  element.addEventListener('mousedown', down);
  document.addEventListener('mouseup', up);
  document.addEventListener('selectionchange', changed);
  element.addEventListener('keydown', key);
  return {
    stop: () => {
      clearTimeout(released);
      clearTimeout(waiting);
      element.removeEventListener('mousedown', down);
      document.removeEventListener('mouseup', up);
      document.removeEventListener('selectionchange', changed);
      element.removeEventListener('keydown', key);
    },
  };
}

// Sends the keys of the annotators' desk to listener's OnDeskKey. In a field only Escape, Ctrl+Enter and the keys of inFields are the desk's.
export function listenToDeskKeys(listener, keys, inFields) {
  const choosing = element => element instanceof HTMLInputElement && /^(radio|checkbox)$/.test(element.type);
  const onKey = event => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    // An open dialog or menu has the keys.
    if (document.querySelector('.mud-dialog, .mud-popover-open')) return;
    const control = event.ctrlKey || event.metaKey;
    // A letter is itself with Caps Lock too.
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const name = control ? `Ctrl+${key}` : key;
    const always = name === 'Ctrl+Enter';
    if (typing(event.target) && !choosing(event.target)) {
      if (event.key === 'Escape') event.target.blur();
      if (!always && !inFields.includes(name)) return;
    } else if (name === 'Enter' && event.target.closest?.('button, a, summary')) {
      return;
    }
    if (event.shiftKey && event.key.length > 1) return;
    if (!always && !keys.includes(name)) return;
    event.preventDefault();
    listener.invokeMethodAsync('OnDeskKey', name);
  };
  document.addEventListener('keydown', onKey);
  return { stop: () => document.removeEventListener('keydown', onKey) };
}

// Labels that the server does not have yet, by annotator and by the path that the site lives below.
const shelf = owner => `realm-draft:${new URL(document.baseURI).pathname}:${encodeURIComponent(owner)}:`;

export function keepDraft(owner, item, draft) {
  try { localStorage.setItem(shelf(owner) + item, draft); } catch { /* storage may be off or full: the page still has it */ }
}

export function dropDraft(owner, item) {
  try { localStorage.removeItem(shelf(owner) + item); } catch { /* nothing is there */ }
}

export function keptDrafts(owner) {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(shelf(owner))).sort().map(key => localStorage.getItem(key));
  } catch {
    return [];
  }
}
