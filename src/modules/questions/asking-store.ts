import type { Actor } from '../../platform/audit/public.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { ModuleContext } from '../../platform/module.ts';
import type { Platform } from '../assets/public.ts';
import type { Ask, Preview, QuestionSql } from './api.ts';
import type { LoadedQuestion } from './dispatch.ts';
import { fillParameters } from './library-file.ts';
import { loadLibrary } from './library-store.ts';
import { onlineMs, type QuestionLimits } from './limits.ts';
import { type OrdinalSet, ordinalSet } from './ordinal-set.ts';
import { countOpenFor, insertQuestion, noteEndpoints } from './question-store.ts';
import { checkSql } from './sql-check.ts';

/** Who asks: a user, or a schedule in the name of its maker. */
export interface Asker {
  readonly id: string;
  readonly name: string;
  readonly reach: ScopeReach;
  readonly language: 'ja' | 'en';
  readonly actor: Actor;
}

type Statements = Partial<Record<Platform, string>>;

interface Wording {
  readonly sql: Statements;
  readonly title: string;
  readonly libraryKey: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the library says of it, which knows more than a look at the statement. */
  readonly cost?: Checked['cost'];
}

const platforms = ['linux', 'darwin', 'windows'] as const satisfies readonly Platform[];
const defaults = { expiresInSeconds: 3600, answerWithinSeconds: 120, maxRowsPerEndpoint: 1000 };

/**
 * What is to be sent where, checked; nothing is sent.
 *
 * @throws ProblemError when there is no such question, parameter or selector
 */
export async function preview(context: ModuleContext, ask: Ask, asker: Asker): Promise<Preview> {
  const wording = await wordingOf(ask, asker.language);
  const { sql, checked } = await checkedStatements(ask, wording);
  using targets = await selectTargets(context, ask, asker, sql);
  return {
    sql,
    problems: [...checked.problems],
    columns: [...checked.columns],
    cost: checked.cost,
    costBecause: [...checked.costBecause],
    targeted: targets.asked.size,
    online: targets.online,
    notApplicable: targets.notApplicable.size,
    byPlatform: [...targets.byPlatform].map(([platform, targeted]) => ({
      platform,
      targeted,
      applicable: sql[platform as Platform] !== undefined,
    })),
    byScope: [...targets.byScope].map(([scopeId, { scopeName, targeted }]) => ({
      scopeId,
      scopeName,
      targeted,
    })),
  };
}

/**
 * Checks and stores a question with its audit record. The answer is what a dispatch takes up; its
 * sets belong to the caller.
 *
 * @throws ProblemError when it must not be sent: broken SQL, warnings that nobody accepted, no
 *   endpoints, too many open questions
 */
export async function ask(
  context: ModuleContext,
  given: Ask,
  asker: Asker,
  limits: QuestionLimits,
  of: { readonly scheduleId: number | null; readonly statements?: Statements },
): Promise<LoadedQuestion> {
  const { db, audit, clock } = context;
  const wording = of.statements
    ? {
        sql: of.statements,
        title: given.title ?? '',
        libraryKey: given.libraryKey ?? null,
        parameters: given.parameters ?? {},
      }
    : await wordingOf(given, asker.language);
  const { sql, checked } = await checkedStatements(given, wording);
  refuseProblems(given, sql, checked);
  const targets = await selectTargets(context, given, asker, sql);
  const { asked, notApplicable, byScope } = targets;
  try {
    if (asked.size === 0) {
      throw new ProblemError(422, 'NO_ENDPOINTS', 'The selector selects no endpoint of yours', {
        detail: `Nothing was asked. Selector: ${given.selector || '(everything)'}`,
      });
    }
    if (asked.size === notApplicable.size) {
      throw new ProblemError(422, 'NOT_APPLICABLE', 'There is no statement for these platforms', {
        detail: `Statements for ${Object.keys(sql).join(', ')}; selected are ${[...targets.byPlatform.keys()].join(', ')}.`,
      });
    }
    const now = clock();
    const expiresAt = new Date(
      now.getTime() + (given.expiresInSeconds ?? defaults.expiresInSeconds) * 1000,
    );
    const maxRowsPerEndpoint = given.maxRowsPerEndpoint ?? defaults.maxRowsPerEndpoint;
    const id = await db.transaction(async (tx) => {
      await refuseTooMany(tx, asker, limits, now);
      await noteEndpoints(tx, asked.toArray());
      const questionId = await insertQuestion(tx, {
        ...wording,
        sql,
        selector: given.selector ?? '',
        askedBy: asker.name,
        askedById: asker.id,
        scheduleId: of.scheduleId,
        askedAt: now,
        expiresAt,
        answerWithinSeconds: given.answerWithinSeconds ?? defaults.answerWithinSeconds,
        maxRowsPerEndpoint,
        targets: asked,
        notApplicable,
        scopeIds: [...byScope.keys()],
        endpointIds: given.endpointIds ?? null,
        columns: checked.columns,
      });
      await audit.record(tx, {
        actor: asker.actor,
        action: 'question.asked',
        target: { kind: 'question', id: String(questionId), name: wording.title },
        details: {
          sql,
          selector: given.selector ?? '',
          endpoints: asked.size,
          notApplicable: notApplicable.size,
          expiresAt: expiresAt.toISOString(),
          ...(given.endpointIds && { endpointIds: given.endpointIds }),
          ...(of.scheduleId !== null && { scheduleId: of.scheduleId }),
        },
      });
      return questionId;
    });
    return {
      id,
      sql,
      expiresAtMs: expiresAt.getTime(),
      maxRowsPerEndpoint,
      targets: asked,
      notApplicable,
      answered: [],
      lastSequence: 0,
    };
  } catch (error) {
    targets[Symbol.dispose]();
    throw error;
  }
}

/** The statements of an ask, after every check that needs no endpoints; for schedules. */
export async function checkAsk(
  given: Ask,
  language: 'ja' | 'en',
): Promise<{ sql: Statements; title: string; parameters: Readonly<Record<string, string>> }> {
  const wording = await wordingOf(given, language);
  const { sql, checked } = await checkedStatements(given, wording);
  refuseProblems(given, sql, checked);
  return { sql, title: wording.title, parameters: wording.parameters };
}

async function wordingOf(given: Ask, language: 'ja' | 'en'): Promise<Wording> {
  if ((given.sql === undefined) === (given.libraryKey === undefined)) {
    throw new ProblemError(400, 'QUESTION_UNCLEAR', 'Give either sql or libraryKey');
  }
  if (given.libraryKey !== undefined) {
    const library = await loadLibrary();
    const entry = library.find(({ key }) => key === given.libraryKey);
    if (!entry) {
      throw new ProblemError(404, 'LIBRARY_QUESTION_NOT_FOUND', 'No such question in the library', {
        detail: `No question has the key ${given.libraryKey}.`,
      });
    }
    const parameters = given.parameters ?? {};
    const filled = fillParameters(entry, parameters);
    if (!filled.ok) {
      throw new ProblemError(400, 'PARAMETERS_INVALID', 'The parameters do not fit the question', {
        errors: filled.problems.map(({ name, text }) => ({
          at: `/body/parameters/${name}`,
          message: text[language],
        })),
      });
    }
    const values = Object.values(filled.parameters).join(', ');
    const title = entry.title[language];
    return {
      sql: filled.sql,
      title: given.title?.trim() || (values === '' ? title : `${title}: ${values}`).slice(0, 200),
      libraryKey: entry.key,
      parameters: filled.parameters,
      cost: entry.cost,
    };
  }
  const sql = statementsOf(given.sql!);
  const text = (Object.values(sql)[0] ?? '').replaceAll(/\s+/g, ' ').trim();
  return {
    sql,
    title: given.title?.trim() || (text.length > 100 ? `${text.slice(0, 99)}…` : text),
    libraryKey: null,
    parameters: {},
  };
}

function statementsOf(sql: QuestionSql): Statements {
  const given =
    typeof sql === 'string' ? Object.fromEntries(platforms.map((name) => [name, sql])) : sql;
  return Object.fromEntries(
    Object.entries(given).map(([platform, text]) => [
      platform,
      text.replaceAll('\0', '').toWellFormed().trim(),
    ]),
  );
}

type Checked = ReturnType<typeof checkSql>;

/**
 * One statement for all platforms is not sent to those that do not have its tables, as long as some
 * platform has them.
 */
async function checkedStatements(
  given: Ask,
  { sql, cost = 'low' }: Pick<Wording, 'sql' | 'cost'>,
): Promise<{ sql: Statements; checked: Checked }> {
  const checked = dearer(checkSql(sql), cost);
  if (typeof given.sql !== 'string') return { sql, checked };
  const missing = new Set(
    checked.problems.filter(({ code }) => code === 'NO_SUCH_TABLE').map((each) => each.platform),
  );
  const left = platforms.filter((platform) => !missing.has(platform));
  if (missing.size === 0 || left.length === 0) return { sql, checked };
  const fewer = Object.fromEntries(left.map((platform) => [platform, sql[platform]!]));
  return { sql: fewer, checked: checkSql(fewer) };
}

const costs = ['low', 'medium', 'high'] as const;

function dearer(checked: Checked, cost: Checked['cost']): Checked {
  if (costs.indexOf(cost) <= costs.indexOf(checked.cost)) return checked;
  const because = {
    en: 'The library says what this question costs an endpoint.',
    ja: '端末への負荷は質問集の記載によるものです。',
  };
  return { ...checked, cost, costBecause: [...checked.costBecause, because] };
}

function refuseProblems(given: Ask, sql: Statements, checked: Checked): void {
  const errors = checked.problems.filter(({ level }) => level === 'error');
  const places = (problems: Checked['problems']) =>
    problems.map(({ platform, from, text }) => ({
      at: `/body/sql/${platform}${from === null ? '' : `:${from}`}`,
      message: text.en,
    }));
  if (errors.length > 0 || Object.keys(sql).length === 0) {
    throw new ProblemError(400, 'SQL_INVALID', 'The statement cannot be sent', {
      detail: errors[0]?.text.en ?? 'There is no statement.',
      errors: places(errors),
    });
  }
  if (given.acceptWarnings) return;
  const dear =
    checked.cost === 'high'
      ? [
          {
            at: '/body/sql',
            message: `high cost: ${checked.costBecause.map(({ en }) => en).join('; ')}`,
          },
        ]
      : [];
  const warnings = [...places(checked.problems), ...dear];
  if (warnings.length > 0) {
    throw new ProblemError(422, 'WARNINGS_NOT_ACCEPTED', 'The statement has warnings', {
      detail: 'Send it with acceptWarnings when that is what you want.',
      errors: warnings,
    });
  }
}

async function refuseTooMany(
  tx: Queryable,
  asker: Asker,
  limits: QuestionLimits,
  now: Date,
): Promise<void> {
  const minuteAgo = new Date(now.getTime() - 60_000);
  const { open, own, recent } = await countOpenFor(tx, asker.id, minuteAgo, now);
  const refuse = (detail: string) => {
    throw new ProblemError(429, 'TOO_MANY_QUESTIONS', 'Too many questions at once', { detail });
  };
  if (open >= limits.open) refuse(`${open} questions are open, at most ${limits.open}.`);
  if (own >= limits.openPerUser) {
    refuse(`${own} questions of yours are open, at most ${limits.openPerUser}.`);
  }
  if (recent >= limits.askedPerMinute) {
    refuse(`${recent} questions within a minute, at most ${limits.askedPerMinute}.`);
  }
}

interface Targets extends Disposable {
  readonly asked: OrdinalSet;
  readonly notApplicable: OrdinalSet;
  readonly online: number;
  /** Platform to endpoints, most first. */
  readonly byPlatform: ReadonlyMap<string, number>;
  readonly byScope: ReadonlyMap<string, { scopeName: string; targeted: number }>;
}

async function selectTargets(
  { db, facets, clock }: ModuleContext,
  { selector = '', endpointIds }: Ask,
  { reach }: Asker,
  sql: Statements,
): Promise<Targets> {
  const now = clock();
  using selection = await facets.select(selector, { reach, now });
  // The index may be a moment behind; whoever does not exist any more is not asked.
  const { rows } = await db.query<{
    platform: string;
    scopeId: string;
    scopeName: string;
    online: number;
    ordinals: number[];
  }>(
    `select e.platform, e.scope_id as "scopeId", e.scope_name as "scopeName",
            count(*) filter (where e.last_seen_at >= $3)::int as online,
            array_agg(e.ordinal) as ordinals
       from assets.endpoint_view e
      where e.ordinal = any($1::int[]) and ($2::uuid[] is null or e.id = any($2::uuid[]))
      group by e.platform, e.scope_id, e.scope_name`,
    [selection.positions(), endpointIds ?? null, new Date(now.getTime() - onlineMs)],
  );
  const asked = ordinalSet();
  const notApplicable = ordinalSet();
  const byPlatform = new Map<string, number>();
  const byScope = new Map<string, { scopeName: string; targeted: number }>();
  let online = 0;
  for (const { platform, scopeId, scopeName, ordinals, online: here } of rows) {
    asked.addMany(ordinals);
    if (sql[platform as Platform] === undefined) notApplicable.addMany(ordinals);
    online += here;
    byPlatform.set(platform, (byPlatform.get(platform) ?? 0) + ordinals.length);
    const targeted = (byScope.get(scopeId)?.targeted ?? 0) + ordinals.length;
    byScope.set(scopeId, { scopeName, targeted });
  }
  return {
    asked,
    notApplicable,
    online,
    byPlatform: new Map([...byPlatform].sort(([, a], [, b]) => b - a)),
    byScope: new Map([...byScope].sort(([, a], [, b]) => b.targeted - a.targeted)),
    [Symbol.dispose]() {
      asked.dispose();
      notApplicable.dispose();
    },
  };
}
