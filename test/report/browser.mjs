// The page in a real browser: node_modules/.bin/node test/report/browser.mjs [folder for screenshots]
// Needs Debian's chromium (CHROMIUM names another); exits 0 without one, saying so.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderPage } from '../../report/page.ts';
import { viewOfPublishedTree, viewOfRun } from '../../report/view.ts';
import { hostileRun, largeRun } from './runs.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const published = process.env.PUBLISHED ?? '/work/shared/data/drpo/published';
const shots = process.argv[2] ?? '/tmp/shots';
const SECONDS = 2;
if (!existsSync(executablePath)) {
  console.log(`skipped: expected a browser at ${executablePath}, got none`);
  process.exit(0);
}
mkdirSync(shots, { recursive: true });

const trees = existsSync(published) ? readdirSync(published) : [];
const pages = {
  ...Object.fromEntries(
    trees.map((m) => [m, viewOfPublishedTree(JSON.parse(readFileSync(join(published, m, 'tree.json'), 'utf8')))]),
  ),
  run: viewOfRun(largeRun(60, { width: 2, actions: 3 })),
  running: viewOfRun({ ...largeRun(20, { width: 2, actions: 3 }), result: null }),
  empty: viewOfRun({ config: {}, result: null, nodes: [] }),
  hostile: viewOfRun(hostileRun()),
  large: viewOfRun(largeRun(2000)),
};

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

async function open(name, { width = 1280, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 740 : 900 },
    colorScheme,
    hasTouch: width < 500,
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && faults.push(m.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on('request', (r) => /^(file|data):/.test(r.url()) || faults.push(`request: ${r.url()}`));
  const file = join(shots, `${name}.html`);
  const started = performance.now();
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  // two frames: the tree is there, and painted
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const seconds = (performance.now() - started) / 1000;
  return { page, faults, seconds, close: () => (assert.deepEqual(faults, [], name), context.close()) };
}

const focused = (page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? '');
const chosen = (page) => page.evaluate(() => document.querySelector('.node[aria-current]')?.getAttribute('data-id'));

for (const [name, view] of Object.entries(pages)) {
  writeFileSync(join(shots, `${name}.html`), renderPage(view));
  const { page, seconds, close } = await open(name);
  assert.equal(await page.locator('.canvas .node').count(), view.nodes.length, `${name}: nodes drawn`);
  if (name === 'large')
    assert.ok(seconds < SECONDS, `expected 2,000 nodes in under ${SECONDS} s, got ${seconds.toFixed(2)} s`);
  console.log(`${name}: ${view.nodes.length} nodes in ${seconds.toFixed(2)} s`);
  await close();
}

// by keyboard alone: Tab to the tree, arrows along it, Enter to the detail, Escape back
{
  const { page, close } = await open('run');
  for (let i = 0; i < 20 && !/, the best, /.test(await focused(page)); i++) await page.keyboard.press('Tab');
  assert.match(await focused(page), /^Level \d+, node 1, the best, /);
  await page.keyboard.press('Home');
  assert.equal(await chosen(page), '0');
  await page.keyboard.press('ArrowDown');
  assert.match(await chosen(page), /^0\.\d$/);
  const first = await chosen(page);
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await chosen(page), first);
  await page.keyboard.press('ArrowUp');
  assert.equal(await chosen(page), '0');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'The chosen node');
  await page.keyboard.press('Escape');
  assert.match(await focused(page), /^Start, /);
  await close();
}

// a click shows the node; a newer view keeps what was chosen
{
  const { page, close } = await open('run');
  const view = pages.run;
  const pruned = view.nodes.find((n) => n.fate === 'pruned');
  await page.click(`.canvas .node[data-id="${pruned.id}"]`);
  assert.match(
    await page.textContent('#detail'),
    new RegExp(`Level ${pruned.depth}, node ${pruned.column + 1}.*pruned`),
  );
  assert.ok((await page.textContent('#detail')).includes(pruned.response));
  await page.evaluate((v) => window.drpo.update(v), { ...view, title: 'newer' });
  assert.equal(await chosen(page), pruned.id);
  assert.equal(await focused(page), await page.getAttribute('.canvas .node[aria-current]', 'aria-label'));
  assert.match(await page.textContent('.eyebrow'), /newer/);
  await close();
}

// hostile texts stay texts, on every node
{
  const { page, close } = await open('hostile');
  for (const { id } of pages.hostile.nodes)
    await page.evaluate((i) => document.querySelector(`.canvas .node[data-id="${i}"]`).click(), id);
  assert.equal(await page.locator('#page script, #page img, #page iframe, #page b').count(), 0);
  assert.equal(await page.locator('#page svg').count(), 1);
  assert.ok((await page.textContent('.best .text')).includes('</script><script>alert(1)</script>'));
  await close();
}

// never wider than the screen, down to 320 px
for (const name of Object.keys(pages)) {
  const { page, close } = await open(name, { width: 320 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 320, `${name}: expected no sideways scroll at 320 px, got ${wide} px`);
  await close();
}

// to be looked at
for (const name of ['run', 'llama3-8b-instruct', 'mistral-7b-v0.1', 'running', 'hostile', 'large'].filter(
  (n) => n in pages,
))
  for (const width of [1280, 360])
    for (const colorScheme of ['light', 'dark']) {
      const { page, close } = await open(name, { width, colorScheme });
      const to = (part) => join(shots, `${name}-${width}-${colorScheme}-${part}.png`);
      await page.screenshot({ path: to('top') });
      for (const part of ['tree', 'growth', 'scores', 'judge', 'calls']) {
        await page.evaluate((p) => document.getElementById(p).scrollIntoView(), part);
        await page.waitForTimeout(60);
        await page.screenshot({ path: to(part) });
      }
      await page.evaluate(() => document.querySelectorAll('.canvas .node')[4]?.click());
      await page.evaluate(() => document.getElementById('tree').scrollIntoView());
      await page.waitForTimeout(60);
      await page.screenshot({ path: to('detail') });
      await close();
    }
await browser.close();
console.log(`all well; screenshots in ${shots}`);
