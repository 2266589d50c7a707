// Runs before the first paint: the theme without a flash, and what is typed before the page is interactive.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    let chosen = null;
    try { chosen = localStorage.getItem('realm-theme'); } catch { /* storage may be off: follow the system */ }
    document.documentElement.dataset.theme = chosen ?? (dark.matches ? 'dark' : 'light');
    document.dispatchEvent(new Event('realm-theme'));
  };
  dark.addEventListener('change', show);
  addEventListener('storage', show);
  show();
  window.realm = { showTheme: show, draft: '' };
  document.addEventListener('input', event => {
    if (event.target.id === 'question') window.realm.draft = event.target.value;
  });
})();
