import { expect, it } from 'vitest';
import { versionAtLevel } from './versions.ts';

it.each([
  ['2.36-9+deb12u10', -2, 'deb', '2.36-9+deb12u8'],
  ['1:9.2p1-2+deb12u2', 3, 'deb', '1:9.2p1-2+deb12u5'],
  ['2.36-9+deb12u1', -1, 'deb', '2.36-9'],
  ['3.0.19-1~deb12u1', -2, 'deb', '3.0.19-1~deb12u1'],
  ['5.2.15-2+b8', 1, 'deb', '5.2.15-2+b8+deb12u1'],
  ['5.2.15-2+b8', -1, 'deb', '5.2.15-2+b8'],
  ['100.el9_4.2', 1, 'rpm', '101.el9_4.2'],
  ['1.el9', -2, 'rpm', '1.el9'],
  ['141.0.7390.123', -1, 'windows-program', '141.0.7390.122'],
  ['24.09', 1, 'windows-program', '24.10'],
  ['0.0.0', -1, 'npm', '0.0.0'],
  ['ad 9.6.1', 1, 'windows-program', 'ad 9.6.2'],
])('%s, %i updates on (%s): %s', (version, level, source, expected) => {
  expect(versionAtLevel(version, level, source)).toBe(expected);
});
