import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogueFaults } from '../../platform/i18n/translator.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';

it('the texts of the commands are complete in both languages, and all of them are used', () => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  expect(catalogueFaults({ en, ja }, sources)).toEqual([]);
});
