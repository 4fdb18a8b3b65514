import { expect, it } from 'vitest';
import { highestOf } from './summary-store.ts';

it.each`
  because                                      | ecosystem      | versions                           | highest
  ${'one upgrade is enough for all findings'}  | ${'Debian:12'} | ${['2.5.0-1', '2.5.0-1+deb12u2']}  | ${['2.5.0-1+deb12u2']}
  ${'a tilde sorts below'}                     | ${'Debian:12'} | ${['1.3', '1.3~deb12u1']}          | ${['1.3']}
  ${'no rule, no choice'}                      | ${'GIT'}       | ${['abc', 'def']}                  | ${['abc', 'def']}
  ${'what cannot be compared stays beside it'} | ${'PyPI'}      | ${['1.0', 'not a version', '2.0']} | ${['not a version', '2.0']}
`('$because', ({ ecosystem, versions, highest }) => {
  expect(highestOf(ecosystem, versions)).toEqual(highest);
});
