import { expect, it } from 'vitest';
import { spellingsOf } from './weakness.ts';

it.each`
  written                  | found
  ${'CVE-2024-3094'}       | ${'CVE-2024-3094'}
  ${'cve-2024-3094 '}      | ${'CVE-2024-3094'}
  ${'ghsa-JFH8-c2jp-5v3q'} | ${'GHSA-jfh8-c2jp-5v3q'}
  ${'EOL:debian:12'}       | ${'EOL:debian:12'}
`('finds $found when somebody writes $written', ({ written, found }) => {
  expect(spellingsOf(written)).toContain(found);
});
