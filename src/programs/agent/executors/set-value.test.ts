import { describe, expect, it } from 'vitest';
import { valueIn, withValue } from './set-value.ts';

const space = { key: 'PermitRootLogin', value: 'no', separator: ' ' } as const;
const equal = { key: 'net.ipv4.ip_forward', value: '0', separator: ' = ' } as const;

describe('withValue', () => {
  it.each`
    because                                           | text                                                  | setting  | expected
    ${'sets it in its place, and leaves the comment'} | ${'#PermitRootLogin yes\nPermitRootLogin yes\nX y\n'} | ${space} | ${'#PermitRootLogin yes\nPermitRootLogin no\nX y\n'}
    ${'sets each line that says it'}                  | ${'permitrootlogin yes\n PermitRootLogin yes\n'}      | ${space} | ${'PermitRootLogin no\n PermitRootLogin no\n'}
    ${'adds it before a block that would take it in'} | ${'X y\nMatch User bob\n  X z\n'}                     | ${space} | ${'X y\nPermitRootLogin no\nMatch User bob\n  X z\n'}
    ${'adds it at the end'}                           | ${'a = 1\n'}                                          | ${equal} | ${'a = 1\nnet.ipv4.ip_forward = 0\n'}
    ${'to a file that does not end its line'}         | ${'a = 1'}                                            | ${equal} | ${'a = 1\nnet.ipv4.ip_forward = 0\n'}
    ${'to an empty file'}                             | ${''}                                                 | ${equal} | ${'net.ipv4.ip_forward = 0\n'}
    ${'however the blanks are'}                       | ${'net.ipv4.ip_forward=1\n'}                          | ${equal} | ${'net.ipv4.ip_forward = 0\n'}
    ${'not a key that begins so'}                     | ${'net.ipv4.ip_forward_all = 1\n'}                    | ${equal} | ${'net.ipv4.ip_forward_all = 1\nnet.ipv4.ip_forward = 0\n'}
    ${'keeps the line ends of Windows'}               | ${'net.ipv4.ip_forward = 1\r\nb = 2\r\n'}             | ${equal} | ${'net.ipv4.ip_forward = 0\r\nb = 2\r\n'}
  `('$because', ({ text, setting, expected }) => {
    expect(withValue(text, setting)).toBe(expected);
    // A second time it changes nothing.
    expect(withValue(expected, setting)).toBe(expected);
    expect(valueIn(expected, setting.key, setting.separator)).toBe(setting.value);
  });
});
