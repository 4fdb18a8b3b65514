import { describe, expect, it } from 'vitest';
import type { LibraryQuestion } from '../api.ts';
import { categoriesOf, searchLibrary } from './library-search.ts';

const entry = (key: string, change: Partial<LibraryQuestion>): LibraryQuestion => ({
  key,
  title: { ja: '', en: '' },
  description: { ja: '', en: '' },
  category: 'software',
  sql: {},
  platforms: ['linux', 'darwin', 'windows'],
  cost: 'low',
  parameters: [],
  source: null,
  ...change,
});
const entries = [
  entry('rdp', {
    title: { ja: 'リモートデスクトップの待ち受け', en: 'Listens on 3389' },
    category: 'network',
    platforms: ['windows'],
    sql: { windows: 'select * from listening_ports' },
  }),
  entry('log4j', {
    title: { ja: 'Log4jを使うプロセス', en: 'Who runs log4j' },
    description: { ja: '待ち受けの有無を問わない', en: '' },
  }),
  entry('usb', { category: 'something-new' }),
];
const found = (text: string, change = {}) =>
  searchLibrary(entries, { text, category: null, platform: null, ...change }).map(({ key }) => key);

describe('the search of the library', () => {
  it('finds words of both languages, of keys and of statements; hits in the title first', () => {
    expect(found('待ち受け')).toEqual(['rdp', 'log4j']);
    expect(found('LOG4J who')).toEqual(['log4j']);
    expect(found('listening_ports')).toEqual(['rdp']);
    expect(found('')).toEqual(['rdp', 'log4j', 'usb']);
    expect(found('nothing')).toEqual([]);
  });

  it('does not mind full-width letters', () => {
    expect(found('ｌｏｇ４ｊ')).toEqual(['log4j']);
    expect(found('リモート　３３８９')).toEqual(['rdp']);
  });

  it('narrows by category and platform', () => {
    expect(found('', { category: 'network' })).toEqual(['rdp']);
    expect(found('', { platform: 'linux' })).toEqual(['log4j', 'usb']);
  });

  it('counts categories in their order, unknown ones last', () => {
    expect(categoriesOf([entries[2]!, ...entries])).toEqual([
      { name: 'software', count: 1 },
      { name: 'network', count: 1 },
      { name: 'something-new', count: 2 },
    ]);
  });
});
