import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFaults } from '../../platform/i18n/translator.ts';
import { parseCycloneDx } from '../../standards/cyclonedx/import.ts';
import { expectGolden } from '../../testing/golden.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';
import { renderScan, type ScanFormat } from './render-scan.ts';
import { type ScanOptions, type ScanOutcome, scan } from './scan.ts';
import { ScanFailure, scanTexts } from './texts.ts';

const now = new Date('2026-11-21T12:00:00Z');
const texts = scanTexts('en');
let folder: string;
let feeds: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-scan-'));
  feeds = join(folder, 'feeds');
  writeFeeds(feeds);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** An archive of stored files: the least that is a zip. */
function zipOf(files: readonly (readonly [name: string, content: string])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const [nameBytes, bytes] = [Buffer.from(name), Buffer.from(content)];
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(crc32(bytes), 0);
    sizes.writeUInt32LE(bytes.length, 4);
    sizes.writeUInt32LE(bytes.length, 8);
    sizes.writeUInt16LE(nameBytes.length, 12);
    const head = Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
    const local = Buffer.concat([head, sizes, nameBytes, bytes]);
    const central = Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([central, sizes, tail, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function advisory(
  id: string,
  [ecosystem, name, fixed]: readonly [string, string, string | null],
  more: object = {},
) {
  const events = [{ introduced: '0' }, ...(fixed === null ? [] : [{ fixed }])];
  const record = {
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    published: '2026-01-02T00:00:00Z',
    affected: [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
    references: [{ type: 'WEB', url: `https://example.org/${id}` }],
    ...more,
  };
  return [`${id}.json`, JSON.stringify(record)] as const;
}

function writeFeeds(at: string): void {
  const cvss = (score: string) => ({ severity: [{ type: 'CVSS_V3', score }] });
  const npm = zipOf([
    advisory('GHSA-aaaa-aaaa-aaaa', ['npm', 'lodash', '4.17.21'], {
      aliases: ['CVE-2026-1001'],
      summary: 'Command injection in lodash',
      ...cvss('CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H'),
    }),
    advisory('GHSA-bbbb-bbbb-bbbb', ['npm', 'minimist', null], {
      aliases: ['CVE-2026-1002'],
      summary: 'Prototype pollution in minimist',
    }),
    ['broken.json', '{"id": '],
  ]);
  const pypi = [
    advisory('PYSEC-2026-1', ['PyPI', 'django', '3.2.5'], {
      aliases: ['CVE-2026-1003'],
      details: 'SQL injection.\nMore.',
    }),
  ].map(([, text]) => text);
  const debian = zipOf([
    advisory('DEBIAN-CVE-2026-1004', ['Debian:12', 'openssl', '3.0.15-1~deb12u1'], {
      upstream: ['CVE-2026-1004'],
      summary: 'Overread in OpenSSL',
      ...cvss('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N'),
    }),
    advisory('DEBIAN-CVE-2026-1005', ['Debian:12', 'openssl', null], {
      upstream: ['CVE-2026-1005'],
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: 'openssl' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
          ecosystem_specific: { urgency: 'unimportant' },
        },
      ],
    }),
  ]);
  const old = zipOf([
    advisory('RUSTSEC-2020-1', ['crates.io', 'smallvec', '1.0.0'], {
      modified: '2020-01-01T00:00:00Z',
    }),
  ]);
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), content);
  };
  write('osv/npm/all.zip', npm);
  write('osv/PyPI/all.jsonl.gz', gzipSync(`${pypi.join('\n')}\n`));
  write('osv/Debian:12/all.zip', debian);
  write('osv/crates.io/all.zip', old);
  write('osv/Go/all.zip', 'not a zip');
  write(
    'kev.json',
    JSON.stringify({
      dateReleased: '2026-11-20T00:00:00Z',
      vulnerabilities: [
        {
          cveID: 'CVE-2026-1001',
          dateAdded: '2026-11-10',
          dueDate: '2026-12-01',
          vulnerabilityName: 'lodash command injection',
          knownRansomwareCampaignUse: 'Known',
        },
      ],
    }),
  );
  const epss = '#model_version:v1,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n';
  write('epss.csv.gz', gzipSync(`${epss}CVE-2026-1001,0.9,0.99\nCVE-2026-1004,0.01,0.5\n`));
  const facts = { id: 'CVE-2026-1001', ssvc: { Automatable: 'yes', 'Technical Impact': 'total' } };
  write('cve-meta-vulnrichment.jsonl.gz', gzipSync(`${JSON.stringify(facts)}\n`));
}

function run(target: string, more: Partial<ScanOptions> = {}): Promise<ScanOutcome> {
  return scan(
    {
      target,
      feedFolder: feeds,
      failOn: undefined,
      onUnknown: 'fail',
      ignoreFile: undefined,
      maxFeedAgeDays: 7,
      exposed: null,
      dev: true,
      requireAssessed: false,
      now,
      ...more,
    },
    texts,
  );
}

async function failureOf(target: string, more: Partial<ScanOptions> = {}): Promise<string> {
  try {
    await run(target, more);
  } catch (error) {
    if (!(error instanceof ScanFailure)) throw error;
    return [texts(error.key, error.values), error.extract].filter(Boolean).join('\n');
  }
  throw new Error('it did not fail');
}

const npmLock = (packages: Record<string, object>) =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } }, null, 2);

function project(name: string): string {
  put(
    `${name}/package-lock.json`,
    npmLock({
      'node_modules/lodash': { version: '4.17.20' },
      'node_modules/minimist': { version: '1.2.0', dev: true },
      'node_modules/clean': { version: '1.0.0' },
      'node_modules/fork': { version: '1.0.0', resolved: 'git+ssh://git@example.org/fork.git' },
    }),
  );
  put(`${name}/api/requirements.txt`, 'Django==3.2.1\nrequests>=2\n-r ../../feeds/kev.json\n');
  put(
    `${name}/tool/Cargo.lock`,
    '[[package]]\nname = "smallvec"\nversion = "1.2.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
  );
  put(`${name}/go/go.mod`, 'module x\ngo 1.22\ntoolchain go1.22.1\n');
  put(`${name}/gems/Gemfile.lock`, 'GEM\n  specs:\n    rack (2.0.0)\n');
  put(`${name}/java/pom.xml`, '<project><dependencies><dependency/></dependencies></project>');
  put(`${name}/deno/deno.lock`, '{}');
  put(`${name}/node_modules/x/package-lock.json`, '{broken');
  put(
    `${name}/image.cdx.json`,
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      components: [
        {
          type: 'library',
          'bom-ref': 'ssl',
          name: 'libssl3',
          version: '3.0.11-1~deb12u2',
          purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12&upstream=openssl',
        },
        { type: 'library', name: 'nameless' },
      ],
    }),
  );
  return join(folder, name);
}

describe('a directory with everything in it', () => {
  const failOn = 'kev or due<=14d or (severity>=high and fixable)';
  let outcome: ScanOutcome;
  beforeAll(async () => {
    const target = project('app');
    put(
      'app/.yojin-ignore.yaml',
      'ignore:\n  - {id: PYSEC-*, package: django, reason: only staff can reach it, expires: 2026-12-31}\n  - {id: CVE-2026-1002, reason: was fine once, expires: 2026-01-31}\n  - {id: CVE-2020-1, reason: nothing has it, expires: 2026-12-31}\n',
    );
    outcome = await run(target, { failOn });
  });

  it('fails, for the right finding, and says all it does not know', () => {
    const { report, exitCode } = outcome;
    expect(exitCode).toBe(1);
    const found = report.findings.map(
      ({ weakness, fails, ignored }) =>
        `${weakness.key}${fails ? ' fails' : ''}${ignored ? ' ignored' : ''}`,
    );
    expect(found).toEqual([
      'CVE-2026-1001 fails',
      // Its severity is not known, but no fix is: unknown and false is false.
      'CVE-2026-1002',
      'CVE-2026-1004',
      'CVE-2026-1005',
      'CVE-2026-1003 ignored',
    ]);
    const reasons = report.notAssessed.map(({ name, file, reason }) => `${name || file} ${reason}`);
    expect(reasons.sort()).toEqual(
      [
        'deno/deno.lock unsupported-file',
        'api/requirements.txt incomplete',
        'fork not-from-registry',
        'java/pom.xml no-lock-file',
        'nameless no-purl',
        'rack feed-never-imported',
        'requests not-pinned',
        'smallvec feed-too-old',
        'stdlib feed-damaged',
      ].sort(),
    );
  });

  it.each(['table', 'json', 'sarif', 'cyclonedx'] as const)('prints %s', (format) => {
    expectGolden(`src/programs/scan/testdata/app.${format}.txt`, rendered(outcome, format));
  });

  it('speaks Japanese', () => {
    const japanese = { texts: scanTexts('ja'), toolVersion: '0.0.0', columns: undefined };
    const text = renderScan(outcome.report, 'table', japanese).replaceAll(folder, '/work');
    expectGolden('src/programs/scan/testdata/app.table.ja.txt', text);
  });

  it('SARIF has the required shape and nothing that the schema does not know', () => {
    const sarif: unknown = JSON.parse(rendered(outcome, 'sarif'));
    expect([...Value.Errors(Sarif, sarif)]).toEqual([]);
  });

  it('CycloneDX is read back by our own strict reader', () => {
    const parsed = parseCycloneDx(rendered(outcome, 'cyclonedx'));
    expect(parsed).toMatchObject({ document: { formatVersion: '1.6' } });
    const { vulnerabilities } = JSON.parse(rendered(outcome, 'cyclonedx'));
    expect(vulnerabilities).toHaveLength(5);
  });
});

function rendered({ report }: ScanOutcome, format: ScanFormat): string {
  const options = { texts, toolVersion: '0.0.0', columns: undefined };
  return renderScan(report, format, options).replaceAll(folder, '/work');
}

describe('exit codes', () => {
  const lock = (version: string) =>
    put(`one/${version}/package-lock.json`, npmLock({ 'node_modules/lodash': { version } }));

  it.each`
    because                              | version      | more                                                        | exitCode
    ${'nothing is wrong'}                | ${'4.17.21'} | ${{ failOn: 'kev' }}                                        | ${0}
    ${'without --fail-on nothing fails'} | ${'4.17.20'} | ${{}}                                                       | ${0}
    ${'it meets the expression'}         | ${'4.17.20'} | ${{ failOn: 'kev' }}                                        | ${1}
    ${'it does not meet it'}             | ${'4.17.20'} | ${{ failOn: 'package = axios' }}                            | ${0}
    ${'dev is not known'}                | ${'4.17.20'} | ${{ failOn: 'not fixable' }}                                | ${0}
    ${'the feed is too old'}             | ${'4.17.21'} | ${{ failOn: 'kev', now: new Date('2027-03-01T00:00:00Z') }} | ${2}
  `('$exitCode when $because', async ({ version, more, exitCode }) => {
    expect((await run(lock(version), more)).exitCode).toBe(exitCode);
  });

  it('what is not known fails, unless the caller says otherwise', async () => {
    const target = put(
      'unknown/package-lock.json',
      npmLock({ 'node_modules/minimist': { version: '1.0.0' } }),
    );
    const failOn = 'severity>=high';
    const strict = await run(target, { failOn });
    expect([strict.exitCode, strict.report.findings[0]?.verdict]).toEqual([
      1,
      { value: 'unknown', unknown: ['severity'] },
    ]);
    expect((await run(target, { failOn, onUnknown: 'pass' })).exitCode).toBe(0);
  });

  it('without KEV nobody knows whether something is exploited', async () => {
    const partial = join(folder, 'partial-feeds');
    writeFeeds(partial);
    rmSync(join(partial, 'kev.json'));
    const target = lock('4.17.20');
    const { report, exitCode } = await run(target, { feedFolder: partial, failOn: 'kev' });
    expect(exitCode).toBe(1);
    expect(report.findings[0]?.verdict).toEqual({ value: 'unknown', unknown: ['kev'] });
  });

  it('what is for development only can be left out', async () => {
    const target = put(
      'dev/package-lock.json',
      npmLock({
        'node_modules/minimist': { version: '1.0.0', dev: true },
        'node_modules/clean': { version: '1.0.0' },
      }),
    );
    expect((await run(target)).report.findings).toHaveLength(1);
    expect((await run(target, { dev: false })).report.findings).toEqual([]);
  });

  it('an ecosystem without a feed is not clean', async () => {
    const target = put('gems/Gemfile.lock', 'GEM\n  specs:\n    rack (2.0.0)\n');
    const { exitCode, failure, report } = await run(target);
    expect([exitCode, failure?.key]).toEqual([2, 'failure.nothing-assessed']);
    expect(report.notAssessed).toMatchObject([{ name: 'rack', reason: 'feed-never-imported' }]);
  });

  it('--require-assessed asks for an answer about everything', async () => {
    const target = put('mixed/requirements.txt', 'django==4.0\nrequests>=2\n');
    expect((await run(target)).exitCode).toBe(0);
    expect((await run(target, { requireAssessed: true })).exitCode).toBe(2);
  });
});

describe('what cannot be scanned says so', () => {
  it.each`
    because              | name                      | text                                                                                                  | says
    ${'broken JSON'}     | ${'b1/package-lock.json'} | ${'{"a":'}                                                                                            | ${'b1/package-lock.json:1:6: not JSON'}
    ${'not an SBOM'}     | ${'b2/what.json'}         | ${'{"a": 1}'}                                                                                         | ${'neither CycloneDX'}
    ${'an invalid SBOM'} | ${'b3/x.cdx.json'}        | ${'{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"x","name":"a"}]}'} | ${'$.components[0].type'}
    ${'a hostile XML'}   | ${'b4/bom.xml'}           | ${'<!DOCTYPE a [<!ENTITY b "c">]><bom/>'}                                                             | ${'b4/bom.xml'}
    ${'an empty file'}   | ${'b5/bom.json'}          | ${''}                                                                                                 | ${'the document is empty'}
    ${'another kind'}    | ${'b6/bun.lockb'}         | ${''}                                                                                                 | ${'not read yet'}
  `('$because', async ({ name, text, says }) => {
    const target = put(name, text);
    const said = (await failureOf(target)).replace(`${folder}/`, '');
    expect(said).toContain(says.replace(/^b\d\/(?=package-lock|bom.xml)/, ''));
  });

  it.each`
    because                 | more                               | says
    ${'no feed folder'}     | ${{ feedFolder: undefined }}       | ${'No feed folder'}
    ${'a missing folder'}   | ${{ feedFolder: '/nowhere' }}      | ${'/nowhere does not exist'}
    ${'a wrong expression'} | ${{ failOn: 'kev or sevrity>1' }}  | ${'  kev or sevrity>1\n         ^'}
    ${'a missing ignore'}   | ${{ ignoreFile: '/nowhere.yaml' }} | ${'/nowhere.yaml does not exist'}
  `('$because', async ({ more, says }) => {
    const target = put('ok/package-lock.json', npmLock({}));
    expect(await failureOf(target, more)).toContain(says);
  });

  it('a directory without anything to scan', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    expect(await failureOf(join(folder, 'empty'))).toContain('holds no lock file and no SBOM');
    expect(await failureOf(join(folder, 'nothing'))).toContain('does not exist');
  });

  it('one broken file stops nothing, but it is no clean answer', async () => {
    put('half/package-lock.json', npmLock({ 'node_modules/lodash': { version: '4.17.20' } }));
    put('half/sub/Cargo.lock', '[[package');
    const { exitCode, failure, report } = await run(join(folder, 'half'));
    expect(report.findings).toHaveLength(1);
    expect([exitCode, failure?.key]).toEqual([2, 'failure.broken']);
  });

  it('follows neither links nor includes out of the directory', async () => {
    put('secret/requirements.txt', 'django==3.2.1\n');
    put(
      'jail/requirements.txt',
      'clean==1.0\n-r ../secret/requirements.txt\n-r link.txt\n-r in.txt\n',
    );
    put('jail/in.txt', 'django==3.2.1\n');
    symlinkSync(join(folder, 'secret'), join(folder, 'jail', 'linked'));
    symlinkSync(join(folder, 'secret/requirements.txt'), join(folder, 'jail', 'link.txt'));
    const { report } = await run(join(folder, 'jail'));
    expect(report.files).toEqual(['requirements.txt', 'in.txt']);
    expect(report.notAssessed.map(({ detail }) => detail)).toEqual([
      '../secret/requirements.txt',
      'link.txt',
    ]);
  });
});

it('an empty lock file is an answer: nothing is installed', async () => {
  const { exitCode, report } = await run(put('none/package-lock.json', npmLock({})));
  expect([exitCode, report.componentCount]).toEqual([0, 0]);
});

it('every text exists in both languages and is used', () => {
  const sources = readdirSync('src/programs', { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(scan|cli)\/[^/]*\.ts$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join('src/programs', name), 'utf8'));
  expect(catalogueFaults({ en, ja }, sources)).toEqual([]);
});

/**
 * The part of the SARIF 2.1.0 schema (OASIS, errata 01) that we write, in our own words: names and
 * types from it, nothing beyond it allowed, as the schema does not allow it either.
 */
const strict = { additionalProperties: false } as const;
const Message = Type.Object({ text: Type.String({ minLength: 1 }) }, strict);
const Bag = Type.Object({ tags: Type.Optional(Type.Array(Type.String(), { uniqueItems: true })) });
const Level = Type.Union(['none', 'note', 'warning', 'error'].map((level) => Type.Literal(level)));
const Rule = Type.Object(
  {
    id: Type.String(),
    shortDescription: Message,
    fullDescription: Message,
    helpUri: Type.Optional(Type.String({ pattern: '^https://[\\x21-\\x7e]+$' })),
    properties: Bag,
  },
  strict,
);
const Location = Type.Object(
  {
    physicalLocation: Type.Object(
      {
        artifactLocation: Type.Object(
          { uri: Type.String({ pattern: '^[\\x21-\\x7e]+$' }) },
          strict,
        ),
        region: Type.Object({ startLine: Type.Integer({ minimum: 1 }) }, strict),
      },
      strict,
    ),
  },
  strict,
);
const Suppression = Type.Object(
  {
    kind: Type.Union([Type.Literal('inSource'), Type.Literal('external')]),
    status: Type.Literal('accepted'),
    justification: Type.String(),
  },
  strict,
);
const Result = Type.Object(
  {
    ruleId: Type.String(),
    ruleIndex: Type.Integer({ minimum: -1 }),
    level: Level,
    message: Message,
    locations: Type.Array(Location),
    partialFingerprints: Type.Record(Type.String(), Type.String()),
    suppressions: Type.Optional(Type.Array(Suppression)),
    properties: Bag,
  },
  strict,
);
const Notification = Type.Object(
  { level: Level, descriptor: Type.Object({ id: Type.String() }, strict), message: Message },
  strict,
);
const Run = Type.Object(
  {
    tool: Type.Object(
      {
        driver: Type.Object(
          {
            name: Type.String(),
            semanticVersion: Type.String(),
            rules: Type.Array(Rule, { uniqueItems: true }),
          },
          strict,
        ),
      },
      strict,
    ),
    invocations: Type.Array(
      Type.Object(
        {
          executionSuccessful: Type.Boolean(),
          endTimeUtc: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z$' }),
          toolExecutionNotifications: Type.Array(Notification),
        },
        strict,
      ),
    ),
    columnKind: Type.Literal('utf16CodeUnits'),
    results: Type.Array(Result),
  },
  strict,
);
const Sarif = Type.Object(
  {
    $schema: Type.String({ pattern: '^https://' }),
    version: Type.Literal('2.1.0'),
    runs: Type.Array(Run, { minItems: 1 }),
  },
  strict,
);
