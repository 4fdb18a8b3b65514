import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueFaults } from '../../platform/i18n/translator.ts';
import { LaunchFailure } from './failure.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';
import { failureText, launchTexts } from './texts.ts';

const sources = ['launcher', 'cli'].flatMap((program) => {
  const folder = join(import.meta.dirname, '..', program);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
});

describe('the texts of the launcher', () => {
  it('are complete in both languages, and all of them are used', () => {
    expect(catalogueFaults({ en, ja }, sources)).toEqual([]);
  });

  it('have a reason and a remedy for every failure, in code and catalogue alike', () => {
    const [, union = ''] = /type FailureCode =([^;]+);/.exec(sources.join('\n')) ?? [];
    const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code!).sort();
    const told = Object.keys(en).flatMap(
      (key) => /^failure\.([a-z-]+)\.remedy$/.exec(key)?.[1] ?? [],
    );
    expect(told.sort()).toEqual(codes);
    const reasons = Object.keys(en).flatMap((key) => /^failure\.([a-z-]+)$/.exec(key)?.[1] ?? []);
    expect(reasons.filter((code) => code !== 'title').sort()).toEqual(codes);
  });

  it('tell cause and remedy in both languages', () => {
    const failure = new LaunchFailure('port-taken', {
      host: '127.0.0.1',
      port: 8700,
      option: '--port',
      suggestion: 8701,
    });
    expect(failureText(launchTexts('en'), failure)).toBe(
      'Yojin cannot start: port 8700 on 127.0.0.1 is taken by another program\n' +
        'Choose another one, for instance: --port 8701',
    );
    expect(failureText(launchTexts('ja'), failure)).toBe(
      'Yojinを起動できません: 127.0.0.1 のポート 8700 は、ほかのプログラムが使用しています\n' +
        '別のポートを指定してください。例: --port 8701',
    );
  });
});
