import { describe, expect, it } from 'vitest';
import { differencesOf, keyOfComponent } from './differences.ts';

const listed = (name: string, version: string | null) => ({ key: name, name, version });

describe('differencesOf', () => {
  it('tells what came, went and changed; several versions of one name are one entry', () => {
    const before = [listed('a', '1'), listed('b', '1'), listed('b', '2'), listed('c', null)];
    const after = [listed('a', '2'), listed('b', '2'), listed('b', '1'), listed('d', '1')];
    expect(differencesOf(before, after)).toEqual({
      added: [{ name: 'd', version: '1' }],
      removed: [{ name: 'c', version: null }],
      changed: [{ name: 'a', from: ['1'], to: ['2'] }],
    });
  });

  it('nothing changed', () => {
    expect(differencesOf([listed('a', '1')], [listed('a', '1')])).toEqual({
      added: [],
      removed: [],
      changed: [],
    });
  });
});

it.each([
  ['pkg:npm/%40babel/core@7.0.0', 'pkg:npm/%40babel/core'],
  ['pkg:npm/@babel/core', 'pkg:npm/@babel/core'],
  ['pkg:deb/debian/bash@5.1?distro=debian-12', 'pkg:deb/debian/bash'],
  [null, 'name'],
])('the key of %s is %s', (purl, key) => {
  expect(keyOfComponent(purl, 'name')).toBe(key);
});
