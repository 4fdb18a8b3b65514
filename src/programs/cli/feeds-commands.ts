import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Feed, FeedActivity, FeedList } from '../../modules/vulnerabilities/api.ts';
import { bundlePath } from '../../modules/vulnerabilities/feeds/connectors/bundle-files.ts';
import { packTar } from '../../modules/vulnerabilities/feeds/connectors/tar.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { bytesText, timeText } from './age.ts';
import { CliFailure } from './cli-failure.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type FeedsTexts, feedsTexts } from './feeds-texts.ts';
import { type Bar, createBars } from './progress-bars.ts';

type Run = (work: (context: Context) => Promise<unknown>) => () => Promise<void>;

/** Adds `yojin feeds …`: in program.ts, `addFeedsCommands(program, texts.language, run)`. */
export function addFeedsCommands(program: Command, language: Language, run: Run): void {
  const texts = feedsTexts(language);
  const feeds = program.command('feeds').description(texts('command.feeds'));
  feeds
    .command('status', { isDefault: true })
    .description(texts('command.status'))
    .action(run((context) => showFeeds(context, texts)));
  const sync = feeds
    .command('sync')
    .description(texts('command.sync'))
    .option('--no-wait', texts('option.no-wait'));
  sync.action(run((context) => syncFeeds(context, texts, sync.opts()['wait'] !== false)));
  const importing = feeds
    .command('import')
    .description(texts('command.import'))
    .argument('<bundle>', texts('argument.bundle'))
    .option('--accept-smaller', texts('option.accept-smaller'))
    .option('--no-wait', texts('option.no-wait'));
  importing.action((path: string) =>
    run((context) => importBundle(context, texts, path, importing.opts()))(),
  );
  feeds
    .command('export')
    .description(texts('command.export'))
    .argument('<file>', texts('argument.file'))
    .action((file: string) => run((context) => exportBundle(context, texts, file))());
}

async function showFeeds(context: Context, texts: FeedsTexts): Promise<void> {
  const list = await context.api().get<FeedList>('/api/feeds');
  if (context.json) {
    context.printJson(list);
    return;
  }
  const { language } = texts;
  context.printTable<Feed>(
    [
      { title: texts('column.feed'), value: (feed) => feed.name },
      { title: texts('column.state'), value: (feed) => texts(`state.${feed.state}`) },
      {
        title: texts('column.age'),
        value: (feed) => (feed.ageDays === null ? null : feed.ageDays.toFixed(1)),
        align: 'right',
      },
      { title: texts('column.records'), value: (feed) => feed.recordCount, align: 'right' },
      { title: texts('column.rejected'), value: (feed) => feed.rejectedCount, align: 'right' },
      { title: texts('column.data'), value: (feed) => timeText(feed.dataAsOf)?.slice(0, 10) },
      {
        title: texts('column.origin'),
        value: (feed) => (feed.origin === null ? null : texts(`origin.${feed.origin}`)),
        spare: 1,
      },
    ],
    list.items,
  );
  // Said in full and once for all feeds that it holds for; what nothing here needs can wait.
  const toDo = Map.groupBy(
    list.items.filter(({ needed, remedy }) => needed && remedy !== null),
    ({ remedy }) => remedy?.[language] ?? '',
  );
  for (const [remedy, feeds] of toDo) {
    const names = feeds.map(({ name }) => name).join(language === 'ja' ? '、' : ', ');
    context.print(`\n${names}\n  ${remedy}\n`);
  }
  context.note(texts(list.syncEnabled ? 'sync.on' : 'sync.off'));
}

async function syncFeeds(context: Context, texts: FeedsTexts, wait: boolean): Promise<ExitCode> {
  const activity = await context.api().send<FeedActivity>('POST', '/api/feeds/sync');
  return follow(context, texts, activity, wait);
}

async function importBundle(
  context: Context,
  texts: FeedsTexts,
  path: string,
  options: { readonly acceptSmaller?: boolean; readonly wait?: boolean },
): Promise<ExitCode> {
  const api = context.api();
  // Is there a server, and may we? Better known before hundreds of megabytes are sent.
  await api.get('/api/feeds');
  const found = await stat(path).catch((error: Error) => {
    throw new CliFailure(exitCodes.usage, 'error.file', { path, reason: error.message });
  });
  const files = found.isDirectory() ? await bundleFiles(path, texts) : null;
  const total = files === null ? found.size : files.reduce((sum, { size }) => sum + size, 0);
  const bars = createBars(process.stderr);
  let sent = 0;
  async function* counted(chunks: AsyncIterable<Buffer>) {
    let shownAtMs = 0;
    for await (const chunk of chunks) {
      sent += chunk.length;
      const nowMs = performance.now();
      if (nowMs - shownAtMs > 100) {
        shownAtMs = nowMs;
        bars.draw([{ label: texts('upload'), done: sent, total, note: bytesText(sent) ?? '' }]);
      }
      yield chunk;
    }
  }
  const content =
    files === null ? (createReadStream(path) as AsyncIterable<Buffer>) : packTar(files);
  const query = options.acceptSmaller ? '?acceptSmaller=true' : '';
  const response = await exchange(context, 'POST', `/api/feeds/import${query}`, counted(content));
  bars.clear();
  const activity = JSON.parse(await bodyOf(response)) as FeedActivity;
  return follow(context, texts, activity, options.wait !== false);
}

/** The files of a bundle folder, and none of the others that may lie in it. */
async function bundleFiles(folder: string, texts: FeedsTexts) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const named = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { name: relative(folder, path).split(sep).join('/'), path };
  });
  const ours = named.filter(({ name }) => bundlePath(name) === name);
  if (ours.length === 0) {
    const reason = texts('not-a-bundle');
    throw new CliFailure(exitCodes.usage, 'error.file', { path: folder, reason });
  }
  return Promise.all(ours.map(async (file) => ({ ...file, size: (await stat(file.path)).size })));
}

async function exportBundle(context: Context, texts: FeedsTexts, file: string): Promise<void> {
  const response = await exchange(context, 'GET', '/api/feeds/export');
  const total = Number(response.headers['content-length']);
  const sha256 = String(response.headers['x-content-sha256']);
  const fingerprint = String(response.headers['x-signing-key']);
  const partial = `${file}.part`;
  const bars = createBars(process.stderr);
  const hash = createHash('sha256');
  let bytes = 0;
  const fail = (reason: string) =>
    new CliFailure(exitCodes.failed, 'error.file', { path: file, reason });
  try {
    await pipeline(
      response,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          hash.update(chunk);
          bars.draw([
            { label: texts('download'), done: bytes, total, note: bytesText(bytes) ?? '' },
          ]);
          yield chunk;
        }
      },
      createWriteStream(partial, { flush: true }),
    ).catch((error: NodeJS.ErrnoException) => {
      throw fail(error.code === 'ECONNRESET' ? texts('cut-off') : error.message);
    });
    bars.clear();
    if (bytes !== total) throw fail(texts('cut-off'));
    if (hash.digest('hex') !== sha256) throw fail(texts('wrong-checksum'));
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  if (context.json) context.printJson({ file, bytes, sha256, fingerprint });
  else
    context.print(`${texts('exported', { file, size: bytesText(bytes), sha256, fingerprint })}\n`);
}

/** Waits for the end of an import or sync, drawing bars; the exit code tells whether all went well. */
async function follow(
  context: Context,
  texts: FeedsTexts,
  started: FeedActivity,
  wait: boolean,
): Promise<ExitCode> {
  const api = context.api();
  const bars = createBars(process.stderr);
  let activity = started;
  while (wait && activity.phase !== 'done') {
    bars.draw(barsOf(activity, texts));
    await sleep(400);
    const now = await api.get<FeedActivity | null>('/api/feeds/activity');
    // Another one began meanwhile: ours has ended, and nobody kept how.
    if (now?.id !== started.id) break;
    activity = now;
  }
  bars.clear();
  const failed = activity.error !== null || activity.feeds.some(({ phase }) => phase === 'failed');
  if (context.json) context.printJson(activity);
  else if (wait) tell(context, texts, activity);
  return failed ? exitCodes.failed : exitCodes.ok;
}

function barsOf({ feeds, phase }: FeedActivity, texts: FeedsTexts): Bar[] {
  const bars = feeds.map(({ name, done, total, recordCount, phase: state }): Bar => {
    const ended = state !== 'fetching' && state !== 'reading';
    const counted = ended ? `  ${recordCount}` : '';
    return {
      label: name,
      done: ended ? 1 : done,
      total: ended ? 1 : total,
      note: `${texts(`phase.${state}`)}${counted}`,
    };
  });
  if (phase !== 'settling') return bars;
  return [...bars, { label: texts('settling'), done: 0, total: null, note: '' }];
}

function tell(context: Context, texts: FeedsTexts, activity: FeedActivity): void {
  const { bundle, settled, error, feeds } = activity;
  if (bundle) {
    const { checksums, signature, signer } = bundle;
    context.note(texts(`bundle.checksums.${checksums}`));
    context.note(texts(`bundle.signature.${signature}`, { signer: signer ?? '?' }));
  }
  if (feeds.length > 0) {
    context.printTable(
      [
        { title: texts('column.feed'), value: ({ name }) => name },
        { title: texts('column.outcome'), value: ({ phase }) => texts(`phase.${phase}`) },
        { title: texts('column.records'), value: ({ recordCount }) => recordCount, align: 'right' },
        {
          title: texts('column.changed'),
          value: ({ changedCount }) => changedCount,
          align: 'right',
        },
        {
          title: texts('column.rejected'),
          value: ({ rejectedCount }) => rejectedCount,
          align: 'right',
        },
      ],
      feeds,
    );
  }
  for (const { name, error: reason, rejectedCount, rejections } of feeds) {
    if (reason) context.note(texts('failed', { feed: name, ...reason }));
    if (rejectedCount === 0) continue;
    context.note(texts('rejected', { feed: name, count: rejectedCount }));
    for (const { at, reason: why } of rejections.slice(0, 5)) context.note(`  ${at}: ${why}`);
  }
  if (error) context.note(texts('whole-failed', error));
  if (settled) {
    const { endpoints: count, opened, closed } = settled;
    context.note(texts('settled', { count, opened, closed }));
  }
}

/** A request whose body or answer is a file: what the API client, made for JSON, does not do. */
async function exchange(
  context: Context,
  method: string,
  path: string,
  body?: AsyncIterable<Buffer>,
): Promise<IncomingMessage> {
  const { url: base, token, ca } = context.api().connection;
  const url = new URL(path, base);
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = start(
      url,
      {
        method,
        ...(ca !== undefined && { ca }),
        headers: {
          'user-agent': 'yojin-cli',
          accept: 'application/gzip, application/json',
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body && { 'content-type': 'application/octet-stream' }),
        },
      },
      resolve,
    );
    request.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.message || String(error.code);
      const values = { url: base, reason };
      reject(new CliFailure(exitCodes.unreachable, 'error.unreachable', values));
    });
    if (body === undefined) request.end();
    // A refusal may come before all is sent: then the answer counts, not the broken pipe.
    else pipeline(Readable.from(body), request).catch(() => undefined);
  });
  if (response.statusCode !== undefined && response.statusCode < 300) return response;
  throw refusal(base, response.statusCode ?? 0, await bodyOf(response));
}

function refusal(url: string, status: number, text: string): CliFailure {
  let problem: { code?: string; title?: string; detail?: string } = {};
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    // A proxy's page, say: the status has to do.
  }
  const title = problem.title ?? `HTTP ${status}`;
  const reason = problem.detail === undefined ? title : `${title}. ${problem.detail}`;
  const values = { reason, code: problem.code ?? '', url };
  if (status === 401 || status === 403) {
    return new CliFailure(exitCodes.notPermitted, 'error.not-permitted', values);
  }
  return new CliFailure(exitCodes.failed, 'error.refused', values);
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
