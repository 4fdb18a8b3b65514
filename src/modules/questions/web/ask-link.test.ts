import { describe, expect, it } from 'vitest';
import { askHref, readAskLink } from './ask-link.ts';

const endpoint = '0b9a4c1e-7d55-4a0e-9a3f-2f1f6f6f9e11';
const searchOf = (href: string) => href.replace(/^[^?]*/, '');

describe('links to the composer', () => {
  it('bring back what they were made of', () => {
    for (const link of [
      {},
      { library: 'software-log4j', where: 'os:windows scope:"大阪 工場"' },
      { sql: "select * from users where username like 'a%&=+' -- 日本", endpoint },
      { from: 12 },
    ]) {
      expect(readAskLink(searchOf(askHref(link)))).toEqual(link);
    }
    expect(askHref({})).toBe('/questions/new');
  });

  it('leave out what makes no sense', () => {
    expect(readAskLink('?endpoint=../../etc&from=-1&library=&sql=%20&where=%20')).toEqual({});
    expect(readAskLink('?from=1e3')).toEqual({});
    expect(readAskLink(`?endpoint=${endpoint}'`)).toEqual({});
  });

  it('prefer the library to a statement, and cut what is too long', () => {
    expect(readAskLink('?library=a&sql=select%201')).toEqual({ library: 'a' });
    expect(readAskLink(`?sql=${'x'.repeat(30_000)}`).sql).toHaveLength(20_000);
  });
});
