import type { Ask, LibraryQuestion, Question } from '../api.ts';

export const platformNames = ['linux', 'darwin', 'windows'] as const;
export type PlatformName = (typeof platformNames)[number];

/** Endpoints that were chosen one by one, where a server tells of them. */
export interface ChosenEndpoints {
  endpointIds?: readonly string[] | null;
}

/** What the composer holds; `askOf` makes the request of it. */
export interface Draft {
  mode: 'library' | 'sql';
  libraryKey: string | null;
  parameters: Readonly<Record<string, string>>;
  /** One statement for all platforms (`all`), or one for each. */
  split: boolean;
  sql: Readonly<Record<'all' | PlatformName, string>>;
  selector: string;
  /** Only these, by id; null: whoever the selector selects. */
  endpointIds: readonly string[] | null;
  title: string;
  expiresInSeconds: number;
  answerWithinSeconds: number;
  maxRowsPerEndpoint: number;
}

export const emptyDraft: Draft = {
  mode: 'library',
  libraryKey: null,
  parameters: {},
  split: false,
  sql: { all: '', linux: '', darwin: '', windows: '' },
  selector: '',
  endpointIds: null,
  title: '',
  expiresInSeconds: 3600,
  answerWithinSeconds: 120,
  maxRowsPerEndpoint: 1000,
};

/** The same text for each platform that has one is one text. */
export function commonSql(sql: Readonly<Record<string, string>>): string | null {
  const texts = new Set(Object.values(sql));
  const [only] = texts;
  return texts.size === 1 && only !== undefined ? only : null;
}

/** An editor's content for statements by platform: one text where they are all alike. */
export function sqlDraftOf(sql: Readonly<Record<string, string>>): Pick<Draft, 'split' | 'sql'> {
  const common = platformNames.every((name) => name in sql) ? commonSql(sql) : null;
  return common === null
    ? {
        split: true,
        sql: {
          all: '',
          linux: sql['linux'] ?? '',
          darwin: sql['darwin'] ?? '',
          windows: sql['windows'] ?? '',
        },
      }
    : { split: false, sql: { all: common, linux: '', darwin: '', windows: '' } };
}

/** The draft that asks what an earlier question asked, of whom it asked. */
export function draftOfQuestion(question: Question & ChosenEndpoints): Draft {
  const fromLibrary = question.libraryKey !== null;
  const lifeSeconds = Math.round(
    (Date.parse(question.expiresAt) - Date.parse(question.askedAt)) / 1000,
  );
  return {
    ...emptyDraft,
    ...sqlDraftOf(question.sql),
    mode: fromLibrary ? 'library' : 'sql',
    libraryKey: question.libraryKey,
    parameters: question.parameters,
    selector: question.selector,
    endpointIds: question.endpointIds ?? null,
    title: fromLibrary || isMadeOf(question.title, question.sql) ? '' : question.title,
    expiresInSeconds: Math.min(Math.max(lifeSeconds, 10), 30 * 86_400),
    maxRowsPerEndpoint: question.maxRowsPerEndpoint,
  };
}

/** Whether a title is no more than its statement, perhaps cut: it would not fit another one. */
function isMadeOf(title: string, sql: Readonly<Record<string, string>>): boolean {
  const begin = title.replace(/…$/, '');
  return Object.values(sql).some((text) => text.replaceAll(/\s+/g, ' ').trim().startsWith(begin));
}

/** Values to begin with: what the library proposes, what was typed for the same name before. */
export function parametersFor(
  entry: Pick<LibraryQuestion, 'parameters'>,
  typed: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(
    entry.parameters.map(({ name, default: usual }) => [name, typed[name] ?? usual ?? '']),
  );
}

/** Parameters whose value does not fit, by name. An empty one is `missing`. */
export function parameterFaults(
  entry: Pick<LibraryQuestion, 'parameters'>,
  values: Readonly<Record<string, string>>,
): Record<string, 'missing' | 'pattern'> {
  const faults: Record<string, 'missing' | 'pattern'> = {};
  for (const { name, pattern } of entry.parameters) {
    const value = values[name] ?? '';
    if (fits(pattern, value)) continue;
    faults[name] = value === '' ? 'missing' : 'pattern';
  }
  return faults;
}

function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  } catch {
    // A pattern that this browser cannot read: the server decides.
    return true;
  }
}

/** The request; null while there is nothing that could be asked. */
export function askOf(draft: Draft, entry: LibraryQuestion | undefined): Ask | null {
  const target = {
    ...(draft.selector.trim() === '' ? {} : { selector: draft.selector.trim() }),
    ...(draft.endpointIds === null ? {} : { endpointIds: [...draft.endpointIds] }),
  };
  const rest = {
    ...target,
    ...(draft.title.trim() === '' ? {} : { title: draft.title.trim() }),
    expiresInSeconds: draft.expiresInSeconds,
    answerWithinSeconds: draft.answerWithinSeconds,
    maxRowsPerEndpoint: draft.maxRowsPerEndpoint,
  };
  if (draft.mode === 'library') {
    if (entry === undefined || Object.keys(parameterFaults(entry, draft.parameters)).length > 0) {
      return null;
    }
    const parameters = Object.fromEntries(
      entry.parameters.map(({ name }) => [name, draft.parameters[name] ?? '']),
    );
    return {
      libraryKey: entry.key,
      ...(entry.parameters.length > 0 ? { parameters } : {}),
      ...rest,
    };
  }
  if (!draft.split) {
    // As typed: the places of the preview's problems count from its first character.
    return draft.sql.all.trim() === '' ? null : { sql: draft.sql.all, ...rest };
  }
  const byPlatform: Partial<Record<PlatformName, string>> = {};
  for (const name of platformNames) {
    if (draft.sql[name].trim() !== '') byPlatform[name] = draft.sql[name];
  }
  return Object.keys(byPlatform).length === 0 ? null : { sql: byPlatform, ...rest };
}
