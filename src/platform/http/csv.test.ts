import { describe, expect, it } from 'vitest';
import { type CsvCell, csvLine } from './csv.ts';

describe('csvLine', () => {
  it.each<[because: string, cells: readonly CsvCell[], line: string]>([
    ['plain cells stay plain', ['a', 'b c', '用心'], 'a,b c,用心'],
    ['unknown is empty', [null, undefined, ''], ',,'],
    ['own numbers are not guarded', [-5, 0, 1.5, true], '-5,0,1.5,true'],
    ['times are ISO 8601', [new Date(0)], '1970-01-01T00:00:00.000Z'],
    ['lists are joined', [['a', 'b']], 'a; b'],
    [
      'separators, quotes and line ends are quoted',
      ['a,b', 'c"d', 'e\r\nf'],
      '"a,b","c""d","e\r\nf"',
    ],
    ['a formula is text', ['=1+1', '+1', '-1', '@SUM(A1)'], "'=1+1,'+1,'-1,'@SUM(A1)"],
    ['blanks before the sign do not help', [' =1', '\u00a0=1', '\t=1'], "' =1,'\u00a0=1,'\t=1"],
    ['nor does a line end', ['\r=1'], '"\'\r=1"'],
    ['nor full width', ['＝1', '＋1', '－1', '＠a'], "'＝1,'＋1,'－1,'＠a"],
    ['nor a list', [['=1', 'b']], "'=1; b"],
    ['nor quotes around it', ['=HYPERLINK("http://x")'], '"\'=HYPERLINK(""http://x"")"'],
  ])('%s', (_because, cells, line) => {
    expect(csvLine(cells)).toBe(`${line}\r\n`);
  });
});
