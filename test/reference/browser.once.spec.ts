import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startApp, type TestApp } from '../support/app/app.js';
import { until } from '../support/processes/processes.js';
import { bootstrapped, type Bootstrapped } from './bootstrapped.js';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
];
/** The calls of each part that work on what they show, in the order of work. */
const ORDER = {
  Integration: [
    'testCredential',
    'upsertSuppliers',
    'listSuppliers',
    'upsertProducts',
    'listProducts',
    'upsertBatches',
    'listBatches',
    'getSyncStatus',
    'listSyncLogs',
    'getBatchDds',
    'listChanges',
    'listEventTypes',
    'listWebhooks',
  ],
  Account: ['listIntegrations', 'listAvailableScopes'],
  Management: ['listProjects', 'listManagedIntegrations', 'listManagedUsers', 'listAudit', 'listUsage'],
};
const FORBIDDEN_SOURCES = /https?:\/\/(?!127\.0\.0\.1)/;

if (!existsSync(CHROMIUM)) throw new Error(`No Chromium at ${CHROMIUM}: install it, or set CHROMIUM`);

let app: TestApp;
let tenant: Bootstrapped;
let browser: Browser;
let page: Page;
const said: string[] = [];
const asked: string[] = [];
beforeAll(async () => {
  app = await startApp();
  tenant = await bootstrapped(app.env, 'Acme');
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  page = await browser.newPage();
  page.on('console', (message) => void said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => void said.push(`error: ${error.message}`));
  page.on('request', (request) => void asked.push(request.url()));
  await page.goto(`${app.url}/docs`);
  await page.waitForSelector('.opblock');
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

const credential = (): Record<keyof typeof ORDER, string> => ({
  Integration: tenant.token,
  Account: tenant.personalToken,
  Management: tenant.personalToken,
});

async function choose(part: string): Promise<void> {
  await page.click(`#documents >> text="${part}"`);
  await page.waitForSelector(`.info .title:has-text("${part}")`);
  await page.waitForSelector('.opblock');
}

/** What the page says of a credential. */
async function authorize(text: string): Promise<string> {
  const before = (await page.textContent('#credential output')) ?? '';
  await page.fill('#credential-field', text);
  await page.click('#credential button');
  await page.locator('#credential output').filter({ hasNotText: before }).waitFor();
  return (await page.textContent('#credential output')) ?? '';
}

/** The status of a call that is carried out as it is shown. */
async function statusOf(operationId: string): Promise<number> {
  const block = page.locator(`.opblock[id$="-${operationId}"]`);
  await block.locator('.opblock-summary').first().click();
  await block.locator('button.execute').click();
  const status = block.locator('.live-responses-table .response-col_status').nth(1);
  const text = (await status.textContent()) ?? '';
  await block.locator('.opblock-summary').first().click();
  return parseInt(text, 10);
}

it('tells what is wrong with a credential before it is used', async () => {
  expect(await authorize('wrong')).toBe('This is not eudr_live_ and 48 hex digits.');
  expect(await authorize(tenant.personalToken)).toContain('a personal token');
  expect(await authorize(`eudr_live_${'0'.repeat(48)}`)).not.toContain('Accepted');
});

describe.each(Object.entries(ORDER) as [keyof typeof ORDER, string[]][])('%s', (part, operations) => {
  it('carries out the order of work on what it shows', async () => {
    await choose(part);
    expect(await authorize(credential()[part])).toContain('Accepted');
    const statuses: [string, number][] = [];
    for (const operation of operations) statuses.push([operation, await statusOf(operation)]);
    expect(statuses).toEqual(operations.map((operation) => [operation, 200]));
  });

  it('shows badges in its rows, and errors as one line each', async () => {
    await choose(part);
    expect(await page.locator('.opblock .badge').count()).toBeGreaterThan(3);
    const block = page.locator('.opblock').nth(3);
    await block.locator('.opblock-summary').first().click();
    await block.locator('details.errors summary').click();
    expect(await block.locator('details.errors li a').count()).toBeGreaterThan(3);
  });
});

it('the search finds calls by path, by words and by scope', async () => {
  await choose('Integration');
  for (const [phrase, least, most] of [
    ['suppliers/{', 3, 3],
    ['dds:read', 1, 1],
    ['post webhook', 3, 8],
    ['no such call', 0, 0],
  ] as const) {
    await page.fill('input.search', phrase);
    await until(async () => {
      const count = await page.locator('.opblock-tag-section .opblock').count();
      return count >= least && count <= most;
    });
  }
  await page.fill('input.search', '');
});

it('nothing of it breaks the page’s policy, and nothing is asked of another server', () => {
  expect(said.filter((line) => /policy|error:/i.test(line) && !/status of 40[01]/.test(line))).toEqual([]);
  expect(asked.filter((url) => FORBIDDEN_SOURCES.test(url))).toEqual([]);
});
