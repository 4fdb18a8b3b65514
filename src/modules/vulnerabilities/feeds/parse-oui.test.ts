import { describe, expect, it } from 'vitest';
import { parseOui } from './parse-oui.ts';

const blocks = (text: string) =>
  Object.fromEntries(parseOui(text).items.map(({ prefix, vendor }) => [prefix, vendor]));
const rejections = (text: string) =>
  parseOui(text).rejected.listed.map(({ at, reason }) => `${at}: ${reason}`);

/** As the IEEE writes it, with its headings, its addresses and its line ends. */
const ieeeText = [
  'OUI/MA-L                                                    Organization                 ',
  'company_id                                                  Organization                 ',
  '                                                            Address                      ',
  '',
  '28-6F-B9   (hex)\t\tNokia Shanghai Bell Co., Ltd.',
  '286FB9     (base 16)\t\tNokia Shanghai Bell Co., Ltd.',
  '\t\t\t\tNo.388 Ning Qiao Road,Jin Qiao Pudong Shanghai',
  '\t\t\t\tShanghai     201206',
  '\t\t\t\tCN',
  '',
  '00-00-0C   (hex)\t\tCisco Systems, Inc',
  '00000C     (base 16)\t\tCisco Systems, Inc',
  '',
].join('\r\n');

describe('the registry of MAC addresses', () => {
  it('is read as the IEEE writes it', () => {
    expect(blocks(ieeeText)).toEqual({
      '286FB9': 'Nokia Shanghai Bell Co., Ltd.',
      '00000C': 'Cisco Systems, Inc',
    });
    expect(parseOui(ieeeText).rejected.count).toBe(0);
  });

  it('is read with parts of a block, whose digits are in the range', () => {
    const text = [
      '8C-5D-B2   (hex)\t\tNEXGEN CONTROL SYSTEMS',
      'D00000-DFFFFF     (base 16)\t\tNEXGEN CONTROL SYSTEMS',
      '70-B3-D5   (hex)\t\tSmall One',
      '0A1000-0A1FFF     (base 16)\t\tSmall One',
      '70-B3-D5   (hex)\t\tNot A Block',
      '0A1000-0A2FFF     (base 16)\t\tNot A Block',
      '00-00-0D   (hex)\t\tWithout a second line',
    ].join('\n');
    expect(blocks(text)).toEqual({
      '8C5DB2D': 'NEXGEN CONTROL SYSTEMS',
      '70B3D50A1': 'Small One',
      '00000D': 'Without a second line',
    });
    expect(rejections(text)).toEqual(['line 6: the range is not a block']);
  });

  it('is read as CSV, with quotation marks, line breaks within them, and company ids left out', () => {
    const text = [
      'Registry,Assignment,Organization Name,Organization Address',
      'MA-L,286FB9,"Nokia Shanghai Bell Co., Ltd.","No.388 Ning Qiao Road',
      'Shanghai  CN 201206 "',
      'MA-M,8C5DB2D,The "quoted" one,',
      'MA-M,8C5DB2E,"The ""quoted"" one",here',
      'MA-S,70B3D50A1,Small One,Somewhere',
      'CID,2A3B4C,Company Id Ltd,Somewhere',
      'MA-L,28XFB9,Letters,Somewhere',
      'MA-L,286FB',
      'MA-L,286FBA,  ,Somewhere',
    ].join('\r\n');
    expect(blocks(text)).toEqual({
      '286FB9': 'Nokia Shanghai Bell Co., Ltd.',
      '8C5DB2E': 'The "quoted" one',
      '70B3D50A1': 'Small One',
    });
    expect(rejections(text)).toEqual([
      'line 4: a quotation mark is not closed',
      'line 8: the block is not 6, 7 or 9 hexadecimal digits',
      'line 9: too few columns',
      'line 10: 286FBA: no organisation',
    ]);
  });

  it('loses one record, not the rest, where a quotation mark is not closed', () => {
    const many = Array.from(
      { length: 60 },
      (_, i) => `MA-L,0000${(i + 16).toString(16)},"Vendor ${i}",`,
    );
    const text = [
      'Registry,Assignment,Organization Name,Organization Address',
      'MA-L,000001,"never closed,',
      ...many,
    ].join('\n');
    expect(Object.keys(blocks(text))).toHaveLength(60);
    expect(rejections(text)).toEqual(['line 2: a quotation mark is not closed']);
  });

  it('is read in the form that holds all sizes, with the day it tells', () => {
    const text = [
      '# IEEE registries (2022-08-27): hex-prefix<TAB>bits<TAB>organisation',
      '00000C\t24\tCisco Systems, Inc',
      '8c5db2d\t28\tNEXGEN',
      '70B3D50A1\t36\tSmall One',
      '70B3D5\t28\tWrong Size',
      '<html>502</html>',
      '00000C\t24\tSomebody Else',
      '00000C\t24\tCisco Systems, Inc',
    ].join('\n');
    expect(blocks(text)).toEqual({
      '00000C': 'Cisco Systems, Inc',
      '8C5DB2D': 'NEXGEN',
      '70B3D50A1': 'Small One',
    });
    expect(parseOui(text).asOf).toEqual(new Date('2022-08-27T00:00:00Z'));
    expect(rejections(text)).toEqual([
      'line 5: 70B3D5 has not 28 bits',
      'line 6: neither a block nor an address',
      'line 7: 00000C came before, for "Cisco Systems, Inc"',
    ]);
  });

  it('takes nothing from what is something else', () => {
    for (const text of [
      '',
      '\n\n',
      '{"a":1}',
      '<html>\n<body>',
      '\u0000\u0001',
      '"'.repeat(5_000),
    ]) {
      expect(parseOui(text).items).toEqual([]);
    }
  });
});
