import { describe, expect, it } from 'vitest';
import type { LibraryQuestion, Question } from '../api.ts';
import {
  askOf,
  commonSql,
  draftOfQuestion,
  emptyDraft,
  parameterFaults,
  parametersFor,
  sqlDraftOf,
} from './draft.ts';
import { scheduleAskOf } from './schedule-ask.ts';

const entry: LibraryQuestion = {
  key: 'listening-port',
  title: { ja: '待ち受けポート', en: 'Listening port' },
  description: { ja: '', en: '' },
  category: 'network',
  sql: { linux: 'select 1' },
  platforms: ['linux'],
  cost: 'low',
  parameters: [
    {
      name: 'port',
      title: { ja: 'ポート', en: 'Port' },
      pattern: '[0-9]{1,5}',
      example: '3389',
      default: null,
    },
    {
      name: 'address',
      title: { ja: 'アドレス', en: 'Address' },
      pattern: '.{1,40}',
      example: '0.0.0.0',
      default: '0.0.0.0',
    },
  ],
  source: null,
};

const question: Question = {
  id: 7,
  title: 'Who listens',
  sql: { linux: 'select 1', darwin: 'select 1', windows: 'select 2' },
  libraryKey: null,
  parameters: {},
  selector: 'os:linux',
  askedBy: 'aoi',
  askedAt: '2026-11-21T10:00:00.000Z',
  expiresAt: '2026-11-22T10:00:00.000Z',
  endedAt: null,
  state: 'open',
  scheduleId: null,
  maxRowsPerEndpoint: 50,
  columns: [],
  truncated: false,
  progress: {
    targeted: 0,
    byOutcome: {},
    queuedOffline: 0,
    rows: 0,
    distinctRows: 0,
    firstAnswerMs: null,
    lastAnswerMs: null,
  },
};

describe('parameters of a question of the library', () => {
  it('begin with what is usual, and keep what was typed for the same name', () => {
    expect(parametersFor(entry)).toEqual({ port: '', address: '0.0.0.0' });
    expect(parametersFor(entry, { port: '22', other: 'x' })).toEqual({
      port: '22',
      address: '0.0.0.0',
    });
  });

  it('must fit as a whole', () => {
    expect(parameterFaults(entry, { port: '', address: '::' })).toEqual({ port: 'missing' });
    expect(parameterFaults(entry, { port: '22; drop', address: '::' })).toEqual({
      port: 'pattern',
    });
    expect(parameterFaults(entry, { port: '22', address: '::' })).toEqual({});
  });

  it('are left to the server when their pattern cannot be read here', () => {
    const odd = { parameters: [{ ...entry.parameters[0]!, pattern: '(' }] };
    expect(parameterFaults(odd, { port: 'anything' })).toEqual({});
  });
});

describe('what is sent', () => {
  const limits = { expiresInSeconds: 3600, answerWithinSeconds: 120, maxRowsPerEndpoint: 1000 };

  it('is nothing while there is nothing to ask', () => {
    expect(askOf(emptyDraft, undefined)).toBeNull();
    expect(askOf({ ...emptyDraft, parameters: { port: '' } }, entry)).toBeNull();
    expect(askOf({ ...emptyDraft, mode: 'sql' }, undefined)).toBeNull();
    expect(askOf({ ...emptyDraft, mode: 'sql', split: true }, undefined)).toBeNull();
  });

  it('is a question of the library with its own parameters only', () => {
    const parameters = { port: '22', address: '::', left: 'over' };
    expect(askOf({ ...emptyDraft, parameters, selector: ' os:linux ' }, entry)).toEqual({
      libraryKey: 'listening-port',
      parameters: { port: '22', address: '::' },
      selector: 'os:linux',
      ...limits,
    });
  });

  it('is one statement as typed, or those of the platforms that have one', () => {
    const sql = { all: ' select 1', linux: 'select 2', darwin: '  ', windows: '' };
    expect(askOf({ ...emptyDraft, mode: 'sql', sql, endpointIds: ['e'] }, undefined)).toEqual({
      sql: ' select 1',
      endpointIds: ['e'],
      ...limits,
    });
    expect(askOf({ ...emptyDraft, mode: 'sql', sql, split: true, title: ' T ' }, entry)).toEqual({
      sql: { linux: 'select 2' },
      title: 'T',
      ...limits,
    });
  });
});

describe('an earlier question', () => {
  it('is one text only where all platforms have the same', () => {
    expect(commonSql({ linux: 'a', darwin: 'a' })).toBe('a');
    expect(commonSql({ linux: 'a', darwin: 'b' })).toBeNull();
    expect(commonSql({})).toBeNull();
    expect(sqlDraftOf({ linux: 'a', darwin: 'a', windows: 'a' })).toMatchObject({
      split: false,
      sql: { all: 'a' },
    });
    // Not asked on Windows: one text for all would ask there too.
    expect(sqlDraftOf({ linux: 'a', darwin: 'a' })).toMatchObject({
      split: true,
      sql: { linux: 'a', windows: '' },
    });
  });

  it('becomes a draft that asks the same of the same', () => {
    expect(askOf(draftOfQuestion(question), undefined)).toEqual({
      sql: question.sql,
      title: 'Who listens',
      selector: 'os:linux',
      expiresInSeconds: 86_400,
      answerWithinSeconds: 120,
      maxRowsPerEndpoint: 50,
    });
  });

  it('does not keep a title that is only its statement', () => {
    const sql = { linux: 'select name\n  from processes' };
    const titleOf = (title: string) => draftOfQuestion({ ...question, sql, title }).title;
    expect(titleOf('select name from processes')).toBe('');
    expect(titleOf('select name fr…')).toBe('');
    expect(titleOf('Processes')).toBe('Processes');
  });

  it('that was asked of chosen endpoints stays with those', () => {
    const chosen = { ...question, endpointIds: ['a', 'b'] };
    expect(askOf(draftOfQuestion(chosen), undefined)).toMatchObject({ endpointIds: ['a', 'b'] });
    expect(scheduleAskOf(chosen)).toMatchObject({ endpointIds: ['a', 'b'] });
    expect(scheduleAskOf(question)).not.toHaveProperty('endpointIds');
  });

  it('becomes a schedule by its key when it is from the library', () => {
    expect(scheduleAskOf(question)).toEqual({
      sql: question.sql,
      selector: 'os:linux',
      maxRowsPerEndpoint: 50,
      acceptWarnings: true,
    });
    expect(
      scheduleAskOf({ ...question, libraryKey: 'k', parameters: { port: '1' }, selector: '' }),
    ).toEqual({
      libraryKey: 'k',
      parameters: { port: '1' },
      maxRowsPerEndpoint: 50,
      acceptWarnings: true,
    });
  });
});
