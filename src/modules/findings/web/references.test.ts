import { expect, it } from 'vitest';
import { referencesOf } from './references.ts';

it.each`
  because                         | url                                   | href
  ${'web addresses are links'}    | ${'https://nvd.nist.gov/vuln'}        | ${'https://nvd.nist.gov/vuln'}
  ${'scripts are never links'}    | ${'javascript:alert(1)'}              | ${null}
  ${'capitals hide nothing'}      | ${' JaVaScRiPt:alert(1)'}             | ${null}
  ${'data addresses are text'}    | ${'data:text/html,<script></script>'} | ${null}
  ${'what is no address is text'} | ${'see the manual'}                   | ${null}
`('$because', ({ url, href }) => {
  expect(referencesOf([url])[0]?.href).toBe(href);
});

it('names each reference once', () => {
  expect(referencesOf(['https://a.example/', 'https://a.example/'])).toHaveLength(1);
});
