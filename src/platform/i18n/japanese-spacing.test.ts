import { expect, it } from 'vitest';
import { spacingFaults } from './japanese-spacing.ts';

it.each`
  text                                                       | faults
  ${'端末3台、火種{{count}}件、OS情報、PostgreSQL 18のログ'} | ${0}
  ${'yojin feeds sync を実行してください。'}                 | ${0}
  ${'例: --port 8701 を指定'}                                | ${0}
  ${'YOJIN_FEEDS=off で起動し、127.0.0.1 に接続'}            | ${0}
  ${'{{file}} を読めません'}                                 | ${0}
  ${'{{name}} の火種'}                                       | ${0}
  ${'端末 3台'}                                              | ${1}
  ${'3 件'}                                                  | ${1}
  ${'端末 {{count}} 台'}                                     | ${2}
  ${'端末 {{count, number}} 件'}                             | ${2}
  ${'OS 情報'}                                               | ${1}
  ${'端末の OS'}                                             | ${1}
  ${'CISA KEV の期日'}                                       | ${1}
  ${'ポート 8700 は'}                                        | ${2}
`('finds $faults unwanted spaces in $text', ({ text, faults }) => {
  expect(spacingFaults(text)).toHaveLength(faults);
});
