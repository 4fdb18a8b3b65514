import { describe, expect, it } from 'vitest';
import { ageText, bytesText } from './age.ts';
import { columnsThatFit, renderPairs, renderTable } from './table.ts';
import { cutToWidth, terminalText, terminalWidth } from './terminal-width.ts';

describe('terminalWidth', () => {
  it.each`
    because                               | text          | width
    ${'ASCII is one each'}                | ${'openssl'}  | ${7}
    ${'kanji and kana are two each'}      | ${'用心ヨ'}   | ${6}
    ${'half-width katakana are one'}      | ${'ﾖｳｼﾞﾝ'}     | ${5}
    ${'full-width letters are two'}       | ${'ＡＢ'}     | ${4}
    ${'a combining accent takes no room'} | ${'e\u0301'}  | ${1}
    ${'a joined voicing mark neither'}    | ${'か\u3099'} | ${2}
    ${'emoji are two'}                    | ${'🔥'}       | ${2}
    ${'ideographs beyond 16 bits too'}    | ${'𠮷'}       | ${2}
    ${'Hangul is two'}                    | ${'한'}       | ${2}
    ${'Greek and box lines are one'}      | ${'αβ─'}      | ${3}
  `('$because', ({ text, width }) => {
    expect(terminalWidth(text)).toBe(width);
  });
});

describe('terminalText', () => {
  it.each`
    because                                   | text                      | shown
    ${'a terminal must not obey an endpoint'} | ${'a\u001b[31mred\u0007'} | ${'a\ufffd[31mred\ufffd'}
    ${'a row is one line'}                    | ${'a\r\nb\tc'}            | ${'a b c'}
    ${'the reading direction is not turned'}  | ${'gpj\u202eexe'}         | ${'gpj\ufffdexe'}
    ${'eight-bit controls are controls'}      | ${'a\u009bx'}             | ${'a\ufffdx'}
    ${'everything else stays'}                | ${'用心 – ½'}             | ${'用心 – ½'}
  `('$because', ({ text, shown }) => {
    expect(terminalText(text)).toBe(shown);
  });
});

describe('renderTable', () => {
  const columns = [
    {
      title: 'Name',
      value: (row: { name: string | null; count: number }) => row.name,
      elastic: true,
    },
    {
      title: '端末',
      value: (row: { name: string | null; count: number }) => row.count,
      align: 'right',
    },
  ] as const;

  it('aligns full-width text, numbers to the right, and shows what is not there', () => {
    const rows = [
      { name: '営業部', count: 5 },
      { name: 'hq', count: 12345 },
      { name: null, count: 0 },
    ];
    expect(renderTable(columns, rows)).toBe(
      ['Name     端末', '営業部      5', 'hq      12345', '–           0', ''].join('\n'),
    );
  });

  it('cuts elastic columns to the terminal, and no others', () => {
    const rows = [{ name: 'あ'.repeat(30), count: 7 }];
    const lines = renderTable(columns, rows, 30).trimEnd().split('\n');
    expect(lines.every((line) => terminalWidth(line) <= 30)).toBe(true);
    expect(lines[1]).toMatch(/^あ+…\s+7$/);
    expect(renderTable(columns, rows)).toContain('あ'.repeat(30));
  });

  it('leaves out spare columns where cutting is not enough, the highest number first', () => {
    const columns = [
      { title: 'Name', value: () => 'a name that is long', elastic: true },
      { title: 'Day', value: () => '2026-11-21', spare: 1 },
      { title: 'ID', value: () => '0123456789', spare: 2 },
    ];
    const titles = (width: number | undefined) =>
      columnsThatFit(columns, [{}], width).map(({ title }) => title);
    expect(titles(undefined)).toEqual(['Name', 'Day', 'ID']);
    expect(titles(36)).toEqual(['Name', 'Day', 'ID']);
    expect(titles(35)).toEqual(['Name', 'Day']);
    expect(titles(23)).toEqual(['Name']);
    expect(titles(5)).toEqual(['Name']);
  });

  it('never cuts through a full-width character', () => {
    for (let columns = 1; columns < 10; columns += 1) {
      expect(terminalWidth(cutToWidth('あいうえおかきくけこ', columns))).toBeLessThanOrEqual(
        columns,
      );
    }
  });
});

describe('renderPairs', () => {
  it('aligns values behind labels of any width', () => {
    expect(
      renderPairs([
        ['用心', 1],
        ['ok', null],
      ]),
    ).toBe('用心  1\nok    –\n');
  });
});

describe('ages and sizes', () => {
  const now = new Date('2026-11-21T12:00:00Z');
  it.each`
    time                      | en               | ja
    ${'2026-11-21T11:59:58Z'} | ${'2 sec. ago'}  | ${'2秒前'}
    ${'2026-11-21T11:56:30Z'} | ${'3 min. ago'}  | ${'3分前'}
    ${'2026-11-21T02:00:00Z'} | ${'10 hr. ago'}  | ${'10時間前'}
    ${'2026-11-01T12:00:00Z'} | ${'20 days ago'} | ${'20日前'}
    ${'2026-11-21T12:00:30Z'} | ${'0 sec. ago'}  | ${'0秒前'}
    ${null}                   | ${null}          | ${null}
  `('$time is $en, $ja', ({ time, en, ja }) => {
    expect([ageText(time, now, 'en'), ageText(time, now, 'ja')]).toEqual([en, ja]);
  });

  it.each`
    bytes             | text
    ${null}           | ${null}
    ${0}              | ${'0 B'}
    ${1023}           | ${'1023 B'}
    ${25_061_154_816} | ${'23.3 GiB'}
  `('$bytes bytes are $text', ({ bytes, text }) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
