import { mkdirSync } from 'node:fs';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/**
 * A page of a real Chromium that reads Japanese in Tokyo, for tests of the console that Vite built.
 * `complaints`: what the console of the browser calls an error; `foreign`: requests to anybody else
 * than the server.
 */
export async function openConsole(consoleUrl: string, more: BrowserContextOptions = {}) {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      // Chromium refuses its sandbox to root, as which tests run in containers.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    ...more,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const foreign: string[] = [];
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== consoleUrl && !request.url().startsWith('data:')) foreign.push(origin);
  });
  return {
    page,
    complaints,
    foreign,
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Follows the set-up link and becomes the first administrator, as a newcomer does. */
export async function setUp(page: Page, setupLink: string): Promise<void> {
  await page.goto(setupLink);
  await shoot(page, 'setup');
  await page.getByLabel('表示名').fill('管理 花子');
  await page.getByLabel('サインイン名').fill('hanako');
  await page.getByLabel('パスワード', { exact: true }).fill('a patrol that never stops');
  await page.getByLabel('パスワード（確認）').fill('a patrol that never stops');
  await page.getByRole('button', { name: '作成して始める' }).click();
  await page.getByRole('heading', { name: '概況' }).waitFor();
}

/** Makes English the language of the user; the address is kept, the words change. */
export async function speakEnglish(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { csrfToken } = (await (await fetch('/api/session')).json()) as { csrfToken: string };
    await fetch('/api/session/user', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
      body: JSON.stringify({ language: 'en' }),
    });
  });
  await page.reload();
}

/** A picture of the page as it is, for people: below test-results/. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync('test-results', { recursive: true });
  await page.screenshot({ path: `test-results/${name}.png` });
}
