// Files and folders, dropped or picked, sent with progress. The browser's own request is used because .NET's cannot report progress here,
// and because files then go from disk to network without passing through WebAssembly's memory.
export function attach(zone, filesInput, folderInput, listener) {
  let request = null;
  let accepted = [];

  const pick = async entries => {
    accepted = entries;
    await listener.invokeMethodAsync('OnPicked', entries.map(({ path, file }) => ({ path, bytes: file.size })));
  };
  const fromInput = input => async () => {
    const entries = [...input.files].map(file => ({ path: file.webkitRelativePath || file.name, file }));
    input.value = '';
    if (entries.length > 0) await pick(entries);
  };
  const over = event => { event.preventDefault(); zone.classList.add('drop-over'); };
  const leave = () => zone.classList.remove('drop-over');
  const drop = async event => {
    event.preventDefault();
    leave();
    // The entries must be taken before the first await: the list is emptied when the event is over.
    const roots = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
    const entries = [];
    for (const root of roots) await walk(root, entries);
    if (entries.length > 0) await pick(entries);
  };
  const listeners = [
    [zone, 'dragenter', over], [zone, 'dragover', over], [zone, 'dragleave', leave], [zone, 'drop', drop],
    [filesInput, 'change', fromInput(filesInput)], ...(folderInput ? [[folderInput, 'change', fromInput(folderInput)]] : []),
  ];
  for (const [target, name, handler] of listeners) target.addEventListener(name, handler);

  return {
    choose: folder => (folder ? folderInput : filesInput).click(),

    send: (address, key, paths, as) => {
      const wanted = new Set(paths);
      const form = new FormData();
      for (const { path, file } of accepted) if (wanted.has(path)) form.append('files', file, as ?? path);
      request = new XMLHttpRequest();
      request.open('POST', address);
      request.setRequestHeader('Idempotency-Key', key);
      let told = 0;
      request.upload.onprogress = event => {
        if (Date.now() - told < 100 && event.loaded < event.total) return;
        told = Date.now();
        listener.invokeMethodAsync('OnProgress', event.loaded, event.total);
      };
      const done = status => () => listener.invokeMethodAsync('OnSent', status ?? request.status, request.responseText);
      request.onload = done();
      request.onerror = done(0);
      request.onabort = done(-1);
      request.send(form);
    },

    abort: () => request?.abort(),

    detach: () => {
      // Nobody is there to hear how far it came.
      if (request) request.upload.onprogress = request.onload = request.onerror = request.onabort = null;
      request?.abort();
      for (const [target, name, handler] of listeners) target.removeEventListener(name, handler);
    },
  };
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = entry.createReader();
  // A reader hands out at most 100 entries at a time.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await walk(child, found);
  }
}
