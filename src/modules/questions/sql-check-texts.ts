import type { Platform } from '../assets/public.ts';
import type { SqlProblem } from './api.ts';

export interface Message {
  readonly code: string;
  readonly level: SqlProblem['level'];
  readonly ja: string;
  readonly en: string;
}

const error = (code: string, ja: string, en: string): Message => ({ code, level: 'error', ja, en });
const warning = (code: string, ja: string, en: string): Message => ({
  ...error(code, ja, en),
  level: 'warning',
});

const platformNames: Readonly<Record<Platform, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  windows: 'Windows',
};

/** What the check says, in both languages. */
export const messages = {
  empty: () => error('EMPTY', 'SQLが空です。', 'There is no statement.'),
  nul: () =>
    error('SYNTAX', 'SQLにNUL文字が含まれています。', 'The statement has a NUL character.'),
  tooLong: (most: number) =>
    error(
      'TOO_LONG',
      `SQL が長すぎます。${most} 文字以内にしてください。`,
      `The statement is longer than ${most} characters.`,
    ),
  tooComplex: () =>
    error(
      'TOO_COMPLEX',
      'SQLの入れ子が深すぎるか、WITHの展開が大きすぎます。',
      'The statement is nested too deeply, or its WITH parts multiply too much.',
    ),
  parameter: (name: string) =>
    error(
      'PARAMETER_LEFT',
      `パラメーター「${name}」に値が入っていません。`,
      `The parameter ${name} has no value.`,
    ),
  notASelect: (word: string) =>
    error(
      'NOT_A_SELECT',
      `SELECT（またはWITH … SELECT）だけを送信できます。「${word}」では始められません。`,
      `Only a SELECT (or WITH … SELECT) can be asked; this starts with «${word}».`,
    ),
  several: () =>
    error(
      'SEVERAL_STATEMENTS',
      'SQL文が複数あります。1つの質問には1つのSELECTだけを書いてください。',
      'There is more than one statement; a question is one SELECT.',
    ),
  writes: (action: string) =>
    error(
      'NOT_A_SELECT',
      `読み取り以外の操作（${action}）はできません。`,
      `A question only reads; this would do ${action}.`,
    ),
  notATable: (name: string) =>
    error(
      'NO_SUCH_TABLE',
      `「${name}」は osquery のテーブルではありません。`,
      `${name} is no table of osquery.`,
    ),
  noTable: (name: string) =>
    error('NO_SUCH_TABLE', `テーブル「${name}」はありません。`, `There is no table ${name}.`),
  otherPlatform: (name: string, platforms: readonly Platform[], shared: boolean) => {
    const names = platforms.map((platform) => platformNames[platform]);
    const make = shared ? warning : error;
    return make(
      'NO_SUCH_TABLE',
      `テーブル「${name}」は ${names.join('・')} にしかありません。`,
      `The table ${name} exists on ${names.join(' and ')} only.`,
    );
  },
  columnsUnknown: (name: string) =>
    warning(
      'TABLE_NOT_CHECKED',
      `テーブル「${name}」の列が分からないため、このSQLは確認できませんでした。`,
      `The columns of ${name} are not known here, so the statement could not be checked.`,
    ),
  noColumn: (name: string) =>
    error('NO_SUCH_COLUMN', `列「${name}」はありません。`, `There is no column ${name}.`),
  noFunction: (name: string) =>
    error(
      'NO_SUCH_FUNCTION',
      `osquery に関数「${name}」はありません。`,
      `osquery has no function ${name}.`,
    ),
  ambiguous: (name: string) =>
    error(
      'AMBIGUOUS_COLUMN',
      `列「${name}」は複数のテーブルにあります。テーブル名を付けてください。`,
      `More than one of the tables has a column ${name}: say which is meant.`,
    ),
  incomplete: () =>
    error('SYNTAX', 'SQLが途中で終わっています。', 'The statement ends before it is complete.'),
  syntax: (message: string) =>
    error('SYNTAX', `SQL の構文が正しくありません（${message}）。`, `Not valid SQL: ${message}.`),
  collects: () =>
    error(
      'COLLECTS_FILES',
      'carve はファイルを端末から収集します。質問では使えません。',
      'carve collects files from the endpoint; a question may not do that.',
    ),
  sleeps: () =>
    error(
      'SLEEPS',
      'sleep は端末の他の質問を止めてしまうため使えません。',
      'sleep would hold up every other question at the endpoint.',
    ),
  connects: (table: string) =>
    warning(
      'OPENS_CONNECTIONS',
      `テーブル「${table}」を読むと、端末からネットワーク接続が行われます。`,
      `Reading ${table} makes the endpoint open network connections.`,
    ),
  recursive: () =>
    warning(
      'RECURSIVE',
      '再帰的なWITHは、条件によっては終わらないことがあります。',
      'A recursive WITH may never end.',
    ),
  requires: (table: string, columns: readonly string[]) =>
    warning(
      'REQUIRED_COLUMN',
      `テーブル「${table}」は、WHEREに ${columns.join(' または ')} の条件がないと何も返しません。`,
      `${table} answers nothing without ${columns.join(' or ')} in the WHERE.`,
    ),
  ownUser: (table: string) =>
    warning(
      'OWN_USER_ONLY',
      `テーブル「${table}」は、uid を指定しない（users と結合しない）と osquery の実行ユーザーの分しか返しません。`,
      `${table} answers for osquery's own user only, unless it is joined with users by uid.`,
    ),
};
