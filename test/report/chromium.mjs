// A real headless Chromium for the checks of the pages, and their count. Debian's; CHROMIUM names another.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Where screenshots go, to be looked at. */
export const shots = process.argv[2] ?? '/tmp/drpo-shots';
const tally = { passed: 0, failed: 0 };

if (!existsSync(executablePath)) {
  console.log(`skipped: expected a browser at ${executablePath}, got none; CHROMIUM names another`);
  process.exit(0);
}
mkdirSync(shots, { recursive: true });

const QUIET = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
];
const browser = await chromium.launch({ executablePath, headless: true, args: QUIET.map((flag) => `--${flag}`) });

/**
 * Opens a page and watches it: what its console complains of, dialogs, and requests to anything but a file and `origin` are
 * faults that `close` fails for. `allow`: complaints that are meant to come.
 */
export async function open(url, { width = 1280, colorScheme = 'light', origin, allow = /^$/ } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 740 : 900 },
    colorScheme,
    hasTouch: width < 500,
  });
  const page = await context.newPage();
  const faults = [];
  const fault = (text) => allow.test(text) || faults.push(text);
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && fault(m.text()));
  page.on('pageerror', (error) => fault(String(error)));
  page.on('dialog', (dialog) => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  const ours = (to) => /^(file|data):/.test(to) || (origin && to.startsWith(origin));
  page.on('request', (r) => ours(r.url()) || faults.push(`request: ${r.url()}`));
  const started = performance.now();
  await page.goto(url, { waitUntil: 'load' });
  // two frames: the tree is there, and painted
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const seconds = (performance.now() - started) / 1000;
  return { page, seconds, close: async () => (await context.close(), assert.deepEqual(faults, [], url)) };
}

/** Runs one check and counts it. */
export async function check(name, body) {
  try {
    const seen = await body();
    tally.passed++;
    console.log(`ok   ${name}${seen ? `: ${seen}` : ''}`);
  } catch (error) {
    tally.failed++;
    console.log(`FAIL ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

export const shoot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`) });
export const chosen = (page) =>
  page.evaluate(() => document.querySelector('.node[aria-current]')?.getAttribute('data-id'));
export const focused = (page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? '');
/** What the page says below its bar, but for what is folded away. */
export const said = (page) =>
  page.evaluate(() => ['header', 'main'].map((part) => document.querySelector(part)?.innerText ?? '').join('\n'));

/** Ends the browser; the counts go to the file named second on the command line. */
export async function finish() {
  await browser.close();
  console.log(`${tally.passed} of ${tally.passed + tally.failed} browser checks hold; screenshots in ${shots}`);
  if (process.argv[3]) writeFileSync(process.argv[3], JSON.stringify(tally));
  process.exit(tally.failed ? 1 : 0);
}
