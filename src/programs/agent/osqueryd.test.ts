import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { osqueryFlags, parseOsqueryLine } from './osquery-flags.ts';
import { findOsqueryd } from './osqueryd.ts';

let folder: string;
const script = (name: string, text: string, mode = 0o755) => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, mode);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-osqueryd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('findOsqueryd', () => {
  const nowhere = { searchPath: '', places: [] };

  it('runs the npm-carried osquery as a daemon, and places it once', async () => {
    const binFolder = join(folder, 'bin');
    const first = await findOsqueryd({ binFolder, ...nowhere });
    expect(first.found).toMatchObject({ source: 'carried', path: join(binFolder, 'osqueryd') });
    expect(first.found?.version).toMatch(/^5\.\d+\.\d+/);
    expect(await findOsqueryd({ binFolder, ...nowhere })).toEqual(first);
  });

  it('prefers the one of the system, on the path or in its usual place', async () => {
    const own = script('system/osqueryd', 'echo osqueryd version 5.12.1');
    const binFolder = join(folder, 'bin');
    const expected = { source: 'system', path: own, version: '5.12.1' };
    expect(
      await findOsqueryd({ binFolder, searchPath: join(own, '..'), places: [] }),
    ).toMatchObject({
      found: expected,
    });
    expect(await findOsqueryd({ binFolder, searchPath: '', places: [own] })).toMatchObject({
      found: expected,
    });
  });

  it('does not take what npm scripts have on their path for the system', async () => {
    const path = script('node_modules/.bin/osqueryd', 'echo osqueryd version 5.12.1');
    const { found } = await findOsqueryd({
      binFolder: join(folder, 'bin'),
      searchPath: join(path, '..'),
      places: [],
    });
    expect(found?.source).toBe('carried');
  });

  it.each`
    what                | path                                                  | reason
    ${'missing'}        | ${() => join(folder, 'none')}                         | ${/not there/}
    ${'a folder'}       | ${() => folder}                                       | ${/not a file/}
    ${'not executable'} | ${() => script('plain', 'echo', 0o644)}               | ${/not executable/}
    ${'something else'} | ${() => script('other', 'echo hello')}                | ${/does not look like osquery: hello/}
    ${'too old'}        | ${() => script('old', 'echo osqueryd version 4.9.0')} | ${/4\.9\.0 is too old/}
    ${'crashing'}       | ${() => script('crash', 'exit 3')}                    | ${/does not run/}
  `('refuses the one asked for when it is $what, and takes no other', async ({ path, reason }) => {
    const search = await findOsqueryd({
      asked: path(),
      binFolder: join(folder, 'bin'),
      ...nowhere,
    });
    expect(search).toMatchObject({ found: undefined, tried: [expect.stringMatching(reason)] });
  });
});

describe('osqueryFlags', () => {
  it('holds each flag once, so that none undoes another', () => {
    const text = osqueryFlags({
      tlsAddress: 'h:1',
      caFile: '/ca',
      secretFile: '/s',
      databaseFolder: '/d',
      pidFile: '/p',
    });
    const names = text
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.every((name) => /^--[a-z_]+$/.test(name!))).toBe(true);
  });
});

describe('parseOsqueryLine', () => {
  it.each`
    line                                                                  | parsed
    ${'W1121 18:35:11.123456 25772 tls_enroll.cpp:77] Failed enrollment'} | ${{ severity: 'warning', text: 'Failed enrollment' }}
    ${'E1121 18:35:11.123456  2577 a.cpp:7] x'}                           | ${{ severity: 'error', text: 'x' }}
    ${'I1121 18:35:11.123456 25772 a.cpp:7] x'}                           | ${{ severity: 'info', text: 'x' }}
    ${'something else'}                                                   | ${undefined}
  `('$line', ({ line, parsed }) => {
    expect(parseOsqueryLine(line)).toEqual(parsed);
  });
});
