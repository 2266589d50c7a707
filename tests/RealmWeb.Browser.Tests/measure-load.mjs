// What a first visit costs: bytes over the network and time until the page answers. Not a test: a measurement for docs/performance.md.
//   node tests/RealmWeb.Browser.Tests/measure-load.mjs http://localhost:5080 [visits]
// Uses the Playwright that the built browser tests have beside them. Every visit has a browser process of its own, so nothing is cached.
import { createRequire } from 'node:module';

const driver = new URL('./bin/Debug/net10.0/.playwright/package', import.meta.url).pathname;
const { chromium } = createRequire(import.meta.url)(driver);
const [address = 'http://localhost:5080', visits = '5'] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const median = numbers => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const boxes = [], interactives = [];
for (let visit = 1; visit <= Number(visits); visit++) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  // Times count from the start of the navigation.
  await page.addInitScript(() => {
    const watch = setInterval(() => {
      const box = document.querySelector('#question');
      if (!box || box.disabled) return;
      // The page as the server rendered it takes what is typed; it is kept when the page becomes interactive.
      window.boxAt ??= performance.now();
      // Drawn by the browser alone, once .NET runs there and has asked who is signed in.
      if (!document.querySelector('.sign-in-link')) return;
      window.interactiveAt = performance.now();
      clearInterval(watch);
    }, 10);
  });
  const requests = [];
  page.on('requestfinished', request => requests.push(request));
  await page.goto(address, { waitUntil: 'commit' });
  let times;
  do {
    await page.waitForTimeout(100);
    times = await page.evaluate(() => ({ box: window.boxAt, interactive: window.interactiveAt }));
  } while (!times.interactive);
  await page.waitForLoadState('networkidle').catch(() => {});
  const kinds = {};
  let bytes = 0;
  for (const request of requests) {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    const kind = new URL(request.url()).pathname.match(/\.(wasm|js|css|woff2|svg|dat)$/)?.[1] ?? 'other';
    kinds[kind] = (kinds[kind] ?? 0) + responseBodySize + responseHeadersSize;
    bytes += responseBodySize + responseHeadersSize;
  }
  boxes.push(times.box);
  interactives.push(times.interactive);
  console.log(`visit ${visit}: box after ${times.box.toFixed(0)} ms, interactive after ${times.interactive.toFixed(0)} ms, ${requests.length} requests, ${(bytes / 1e6).toFixed(2)} MB`,
    Object.fromEntries(Object.entries(kinds).map(([kind, size]) => [kind, `${(size / 1e6).toFixed(3)} MB`])));
  await browser.close();
}
console.log(`median of ${visits}: box after ${median(boxes).toFixed(0)} ms, interactive after ${median(interactives).toFixed(0)} ms`);
