// What a widget costs the page that shows it: bytes over the network and time until its page answers. Not a test: a measurement for docs/performance.md.
//   node tests/RealmWeb.Browser.Tests/measure-widget.mjs http://localhost:5080 w-0123456789abcdef [visits]
// Uses the Playwright that the built browser tests have beside them. Every visit has a browser process of its own, so nothing is cached.
import { createRequire } from 'node:module';

const driver = new URL('./bin/Debug/net10.0/.playwright/package', import.meta.url).pathname;
const { chromium } = createRequire(import.meta.url)(driver);
const [address, widget, visits = '11'] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const median = numbers => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const loader = await (await fetch(`${address}/realm-ask.js`)).text();
console.log(`realm-ask.js: ${Buffer.byteLength(loader)} bytes raw`);
const times = [];
for (let visit = 1; visit <= Number(visits); visit++) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  const requests = [];
  page.on('requestfinished', request => requests.push(request));
  await page.goto(`${address}/embed/${widget}`, { waitUntil: 'load' });
  // Its one script is deferred: it has run, and the page answers, before this event ends.
  const interactive = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd);
  let [sent, raw] = [0, 0];
  for (const request of requests.filter(one => !one.url().includes('favicon'))) {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    sent += responseBodySize + responseHeadersSize;
    raw += (await (await request.response()).body()).length;
  }
  times.push(interactive);
  console.log(`visit ${visit}: interactive after ${interactive.toFixed(0)} ms, ${requests.length} requests, ${sent} bytes sent, ${raw} bytes raw`);
  await browser.close();
}
console.log(`median of ${visits}: interactive after ${median(times).toFixed(0)} ms; slowest ${Math.max(...times).toFixed(0)} ms`);
