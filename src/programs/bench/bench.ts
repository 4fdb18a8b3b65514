import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../platform/db/database.ts';
import { migrate } from '../../platform/db/migrate.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { createLog } from '../../platform/log.ts';
import { initialisePostgres, serviceUser, startPostgres } from '../launcher/postgres.ts';
import { benchCheckIns } from './checkin-bench.ts';
import { benchFacets } from './facet-bench.ts';
import { benchFindings } from './findings-bench.ts';
import { benchLists } from './list-bench.ts';
import { benchMatching } from './matching-bench.ts';
import type { Measurement } from './measurement.ts';
import { benchQuestions } from './question-bench.ts';
import { benchScale } from './scale-bench.ts';
import { benchStartUp } from './startup-bench.ts';

/**
 * `npm run bench [-- names…]`: measures what docs/reference/benchmarks.md promises and writes its
 * table there (`--no-write`: only prints it). PostgreSQL runs with its usual, durable settings.
 */
const suites: Record<string, (db: Database, folder: string) => Promise<readonly Measurement[]>> = {
  'start-up': (_db, folder) => benchStartUp(folder),
  'check-ins': (db) => benchCheckIns(db, { endpoints: 3_000, packages: 560 }),
  lists: (db) => benchLists(db, 100_000),
  matching: (db) => benchMatching(db, 50_000),
  findings: (db) => benchFindings(db, Number(process.env['BENCH_FINDINGS'] ?? 10_000_000)),
  facets: (db) => benchFacets(db, { endpoints: 100_000, packages: 560 }),
  questions: (_db, folder) =>
    benchQuestions(folder, Number(process.env['BENCH_SIMULATED'] ?? 10_000)),
  scale: (db) => benchScale(db, [1_000, 10_000, 100_000]),
};

const words = process.argv.slice(2);
const write = !words.includes('--no-write');
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.find((name) => !(name in suites));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are: ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'yojin-bench-'));
chmodSync(folder, 0o755); // PostgreSQL runs as another user when root starts us.
const runAs = serviceUser();
const options = {
  dataFolder: join(folder, 'postgres'),
  runFolder: join(folder, 'run'),
  ...(runAs && { runAs }),
  settings: {
    shared_buffers: '1GB',
    maintenance_work_mem: '512MB',
    max_wal_size: '4GB',
    max_connections: '200',
  },
};
initialisePostgres(options);
const postgres = await startPostgres(options);
const log = createLog('error');
try {
  for (const [name, suite] of Object.entries(suites)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n${name} …`);
    const database = `bench_${name.replace('-', '_')}`;
    const admin = openDatabase({
      connectionString: postgres.connectionString('postgres'),
      log,
      poolSize: 1,
    });
    await admin.query(`create database ${database}`);
    const db = openDatabase({ connectionString: postgres.connectionString(database), log });
    try {
      const migrated = await migrate(db, join(import.meta.dirname, '../..'));
      if ('conflict' in migrated) throw new Error(migrated.conflict);
      const start = performance.now();
      const measurements = await suite(db, folder);
      const seconds = Math.round((performance.now() - start) / 1000);
      for (const { what, value, target, note } of measurements) {
        console.log(`  ${what}\n    ${value}   (target ${target}) ${note}`);
      }
      if (write) writeSection(name, measurements, seconds);
    } finally {
      await db.close();
      await admin.query(`drop database ${database} with (force)`);
      await admin.close();
    }
  }
} finally {
  await postgres.stop('immediate');
  rmSync(folder, { recursive: true, force: true });
}

/** Replaces the table of one suite between its markers. */
function writeSection(name: string, measurements: readonly Measurement[], seconds: number): void {
  const path = join(import.meta.dirname, '../../../docs/reference/benchmarks.md');
  const table = [
    `| what | measured | target | how |`,
    `|---|---|---|---|`,
    ...measurements.map(
      ({ what, value, target, note }) => `| ${what} | ${value} | ${target} | ${note} |`,
    ),
    '',
    `Taken ${new Date().toISOString().slice(0, 10)} on ${cpus().length} × ${cpus()[0]?.model.replaceAll('\0', '').trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, PostgreSQL 18, in ${seconds} s.`,
  ].join('\n');
  const text = readFileSync(path, 'utf8');
  const [start, end] = [`<!-- bench ${name} -->`, `<!-- /bench ${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`${path} has no place for ${name}: ${start} … ${end}`);
  writeFileSync(path, `${text.slice(0, from + start.length)}\n${table}\n${text.slice(to)}`);
}
