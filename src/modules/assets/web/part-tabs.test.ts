import { describe, expect, it } from 'vitest';
import { partQueries } from '../endpoint-queries.ts';
import { messages } from './messages.ts';
import {
  endpointTabOf,
  mainColumnsOf,
  partNames,
  softwareSourceOf,
  tabOfPart,
} from './part-tabs.ts';

describe('tabOfPart', () => {
  it.each`
    part                        | tab
    ${'software-deb'}           | ${'software'}
    ${'users'}                  | ${'users'}
    ${'administrators'}         | ${'users'}
    ${'interfaces'}             | ${'network'}
    ${'sudoers'}                | ${'users'}
    ${'logins'}                 | ${'users'}
    ${'addresses'}              | ${'network'}
    ${'ports'}                  | ${'network'}
    ${'mounts'}                 | ${'disks'}
    ${'patches'}                | ${'kernels'}
    ${'services'}               | ${'services'}
    ${'disk-encryption'}        | ${'disks'}
    ${'certificates'}           | ${'certificates'}
    ${'kernels'}                | ${'kernels'}
    ${'os'}                     | ${'summary'}
    ${'something-of-next-year'} | ${'summary'}
  `('$part is shown on $tab', ({ part, tab }) => {
    expect(tabOfPart(part)).toBe(tab);
  });
});

describe('endpointTabOf', () => {
  it('opens the summary for an address nobody made', () => {
    expect(endpointTabOf('nope')).toBe('summary');
    expect(endpointTabOf(undefined)).toBe('summary');
    expect(endpointTabOf('history')).toBe('history');
  });
});

it('names the source of software as the catalogue does', () => {
  expect(softwareSourceOf('software-windows-program')).toBe('windows-program');
});

describe('what endpoints are asked for', () => {
  it('can be filtered by, each part once', () => {
    expect([...partNames].sort()).toEqual(partQueries.map(({ name }) => name).sort());
  });

  it.each(partQueries.map(({ name, columns }) => ({ name, columns })))(
    'has words for $name and its columns, in both languages',
    ({ name, columns }) => {
      for (const words of [messages.ja, messages.en]) {
        if (tabOfPart(name) === 'software') {
          expect(words).toHaveProperty([`assets.source.${softwareSourceOf(name)}`]);
        }
        expect(words).toHaveProperty([`assets.part.${name}`]);
        if (tabOfPart(name) === 'software') continue;
        const missing = columns.filter(
          (column) =>
            !(`assets.field.${name}.${column}` in words) && !(`assets.field.${column}` in words),
        );
        expect(missing).toEqual([]);
      }
      expect(columns).toEqual(expect.arrayContaining([...mainColumnsOf(name, columns)]));
    },
  );
});

describe('mainColumnsOf', () => {
  it('shows everything of a part that it does not know', () => {
    expect(mainColumnsOf('new-part', ['a', 'b'])).toEqual(['a', 'b']);
  });

  it('shows everything when the columns it prefers are gone', () => {
    expect(mainColumnsOf('users', ['login', 'home'])).toEqual(['login', 'home']);
  });
});
