// All checks of the house, in the order in which they fail fastest; run by `npm test`.
// Usage: node scripts/test.mjs [vitest arguments]; with arguments only those tests run.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const filters = process.argv.slice(2);
const results = { passed: 0, failed: 0 };

function check(title, command, args) {
  const start = Date.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const ok = status === 0;
  results[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${stdout}${stderr}`);
}

if (filters.length === 0) {
  const tsc = 'node_modules/typescript7/bin/tsc';
  check('format and lint', 'biome', ['ci', '--diagnostic-level=warn', '--max-diagnostics=60']);
  check('types: server, CLI, agent', 'node', [tsc, '-p', 'tsconfig.json']);
  check('types: console', 'node', [tsc, '-p', 'tsconfig.web.json']);
  check('import rules', 'depcruise', [
    'src',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
  ]);
  check('dead code', 'knip', ['--no-progress']);
}

// What tests leave behind goes with this folder. Others must reach it: PostgreSQL runs as one.
const folder = mkdtempSync(join(tmpdir(), 'yojin-tests-'));
chmodSync(folder, 0o755);
const report = join(folder, 'vitest.json');
const vitest = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TMPDIR: folder } },
);
try {
  const summary = JSON.parse(readFileSync(report, 'utf8'));
  results.passed += summary.numPassedTests;
  // A file that cannot be loaded, and a test that was skipped, are failures here.
  results.failed += summary.numTotalTests - summary.numPassedTests;
  if (summary.numTotalTests === 0 || (vitest.status !== 0 && results.failed === 0))
    results.failed += 1;
} catch {
  results.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);
