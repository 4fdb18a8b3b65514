import { createBatcher } from '../../platform/db/batcher.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { ValueProblem } from '../../platform/facets/facet.ts';
import type { ModuleContext, ServerModule, StateRow } from '../../platform/module.ts';
import type { NodeOfWork, WorkSource } from '../agent-protocol/public.ts';
import { AnswerBell } from './answer-bell.ts';
import { storeAnswers } from './answer-store.ts';
import { askedFacets } from './asked-facets.ts';
import { AskedIndex, sourceName } from './asked-index.ts';
import { answersSince, loadAsked, rowTexts } from './asked-store.ts';
import { ask as askQuestion } from './asking-store.ts';
import { type AnswerItem, type LoadedQuestion, QuestionDispatch } from './dispatch.ts';
import { questionJobs } from './jobs.ts';
import { readLibrary } from './library-store.ts';
import { type QuestionLimits, questionLimits } from './limits.ts';
import {
  endQuestion,
  loadOpenQuestions,
  openQuestionIds,
  recordDeliveries,
  waitsOnlyForGone,
} from './question-store.ts';
import { resultRoutes } from './result-routes.ts';
import { type AskFor, questionRoutes } from './routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';

export interface QuestionsOptions {
  /** Ends the waiting of held reads: `agents.ringWhere`. */
  readonly ringWhere: (fits: (node: NodeOfWork) => boolean) => number;
  /** Other limits than the standard ones, for measurements and tests. */
  readonly limits?: Partial<QuestionLimits>;
}

export interface QuestionsModule extends ServerModule {
  /** For the agent protocol's `work`. */
  readonly work: WorkSource;
  /** What the timers do each second and each ten seconds, now; for tests. */
  readonly tick: () => Promise<void>;
  readonly sweep: () => Promise<void>;
}

type Within = (work: (tx: Queryable) => Promise<boolean>) => Promise<boolean>;

const TICK_MS = 1_000;
const SWEEP_MS = 10_000;
/** Notices between the servers. */
const CHANGED = 'questions.changed';
const ANSWERED = 'questions.answered';
/** More endpoints than this are not looked for one by one, whether they still exist. */
const GONE_AT_MOST = 20_000;
const FEW = 20;

/** Live questions: asked of endpoints through the agent protocol's held reads. */
export function questionsModule(
  context: ModuleContext,
  options: QuestionsOptions,
): QuestionsModule {
  const { db, log, live, clock, bus, facets } = context;
  const limits = { ...questionLimits, ...options.limits };
  // Told apart from other servers in notices: what we changed ourselves we know already.
  const origin = crypto.randomUUID();
  const bell = new AnswerBell();
  const index = new AskedIndex();
  /** Sequence of the last answer of each open question that was taken note of here. */
  const tailed = new Map<number, number>();
  let closed = false;

  facets.register({
    facets: askedFacets(index, (text, nearest) => new ValueProblem(text, nearest)),
    sources: [
      {
        name: sourceName,
        load: async (queryable) => {
          const asked = await loadAsked(queryable, 'newest');
          const newest = Math.max(0, ...asked.map(({ id }) => id));
          const ids = new Set(asked.map(({ id }) => id));
          for (const { id } of index.newest) if (id <= newest && !ids.has(id)) index.remove(id);
          for (const question of asked) index.put(question);
        },
        refresh: async (queryable) => {
          const ids = index.openIds;
          if (ids.length === 0) return;
          for (const question of await loadAsked(queryable, ids)) index.put(question);
        },
        check: async (queryable, limit) => {
          const truth = await loadAsked(queryable, 'newest');
          return truth
            .flatMap((question) => {
              const found = index.differences(question, limit);
              question.targets.dispose();
              question.notApplicable.dispose();
              return found;
            })
            .slice(0, limit);
        },
      },
    ],
  });

  const answers = createBatcher<AnswerItem>(async (items) => {
    const { stored, finished, late, duplicates } = await storeAnswers(db, items, limits);
    dispatch.counts.late += late;
    dispatch.counts.duplicates += duplicates;
    for (const [id, ordinals] of stored) {
      dispatch.settle(id, ordinals);
      bell.ring(id);
      bus.publish(ANSWERED, { id });
    }
    for (const id of finished) ended(id);
    if (stored.size > 0) live.publish({ topic: 'questions', ids: [...stored.keys()].map(String) });
  });
  const dispatch = new QuestionDispatch({
    clock,
    limits,
    ringWhere: options.ringWhere,
    store: (item) => answers.add(item),
    load: (ids) => loadOpenQuestions(db, ids),
  });

  function learn(question: LoadedQuestion): void {
    tailed.set(question.id, Math.max(tailed.get(question.id) ?? 0, question.lastSequence));
    dispatch.learn(question);
  }

  function ended(id: number): void {
    dispatch.forget(id);
    tailed.delete(id);
    bus.publish(CHANGED, { id, origin });
    live.publish({ topic: 'questions', ids: [String(id)] });
    changed(id).catch((error: Error) => failed(error, 'changed'));
  }

  /** What is read of one question is read one after another, or an older state could win. */
  const chains = new Map<number, Promise<void>>();
  function inTurn(id: number, work: () => Promise<void>): Promise<void> {
    const done = (chains.get(id) ?? Promise.resolve()).then(() => (closed ? undefined : work()));
    const link = done
      .catch(() => undefined)
      .finally(() => {
        if (chains.get(id) === link) chains.delete(id);
      });
    chains.set(id, link);
    return done;
  }

  /** Reads a question anew that this server, or another one, changed. */
  const changed = (id: number): Promise<void> =>
    inTurn(id, async () => {
      const [question] = await loadOpenQuestions(db, [id]);
      if (question) learn(question);
      else {
        dispatch.forget(id);
        tailed.delete(id);
      }
      bell.ring(id);
      const [asked] = await loadAsked(db, [id]);
      if (asked) index.put(asked);
      else index.remove(id);
    });

  /** Takes note of the answers that were stored, here or elsewhere, since the last time. */
  const tailWaits = new Set<number>();
  async function tail(id: number): Promise<void> {
    if (tailWaits.has(id)) return;
    tailWaits.add(id);
    await inTurn(id, async () => {
      tailWaits.delete(id);
      const entry = index.entry(id);
      const after = Math.min(entry?.lastSequence ?? Number.MAX_SAFE_INTEGER, tailed.get(id) ?? 0);
      const found = await answersSince(db, id, after);
      const last = found.at(-1);
      if (!last) return;
      index.apply(id, found, await rowTexts(db, index.unknownRows(id, found)));
      dispatch.settle(
        id,
        found.map(({ ordinal }) => ordinal),
      );
      if (dispatch.has(id)) tailed.set(id, Math.max(tailed.get(id) ?? 0, last.sequence));
    });
  }

  async function end(
    id: number,
    state: 'finished' | 'expired' | 'cancelled',
    within: Within = (work) => db.transaction(work),
  ): Promise<boolean> {
    await flushDeliveries();
    const done = await within((tx) => endQuestion(tx, id, state, clock()));
    ended(id);
    return done;
  }

  let flushing: Promise<void> | undefined;
  function flushDeliveries(): Promise<void> {
    flushing ??= recordDeliveries(db, dispatch.takeDeliveries()).finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  async function tick(): Promise<void> {
    await flushDeliveries();
    for (const id of dispatch.expired(clock().getTime())) await end(id, 'expired');
  }

  /** Makes this server's view equal to the database: notices may have been lost. */
  async function sweep(): Promise<void> {
    const open = new Set(await openQuestionIds(db));
    for (const id of dispatch.openIds) if (!open.has(id)) await changed(id);
    for (const id of open) {
      if (!dispatch.has(id)) await changed(id);
      else await tail(id);
      // Nearly always one of the first few still exists, and the others need not be looked at.
      if (!(await waitsForNobody(id, FEW))) continue;
      if (await waitsForNobody(id, GONE_AT_MOST)) await end(id, 'finished');
    }
  }

  /** Whether, of the first `most` endpoints that may still answer, none exists any more. */
  async function waitsForNobody(id: number, most: number): Promise<boolean> {
    const pending = dispatch.pendingOf(id);
    if (!pending || (most > FEW && pending.size > most)) return false;
    return waitsOnlyForGone(db, pending.toArray(most));
  }

  let loggedAtMs = 0;
  /** At most once in ten seconds: without a database each tick fails. */
  function failed(error: Error, what: string): void {
    const nowMs = performance.now();
    if (closed || (loggedAtMs > 0 && nowMs - loggedAtMs < 10_000)) return;
    loggedAtMs = nowMs;
    log.warn({ reason: error.message, what }, 'live questions: trying again');
  }

  /** Runs by itself every so often, never beside itself. */
  function every(ms: number, what: string, work: () => Promise<void>) {
    let running: Promise<void> | undefined;
    const run = () => {
      running ??= work()
        .catch((error: Error) => failed(error, what))
        .finally(() => {
          running = undefined;
        });
      return running;
    };
    const timer = setInterval(run, ms);
    timer.unref();
    return {
      run,
      stop: async () => {
        clearInterval(timer);
        await running;
      },
    };
  }
  const ticking = every(TICK_MS, 'tick', tick);
  const sweeping = every(SWEEP_MS, 'sweep', sweep);
  const unsubscribe = [
    bus.subscribe(CHANGED, (payload) => {
      const { id, origin: from } = (payload ?? {}) as { id?: unknown; origin?: unknown };
      if (typeof id !== 'number' || from === origin) return;
      changed(id).catch((error: Error) => failed(error, 'changed'));
    }),
    bus.subscribe(ANSWERED, (payload) => {
      const { id } = (payload ?? {}) as { id?: unknown };
      if (typeof id !== 'number') return;
      bell.ring(id);
      tail(id).catch((error: Error) => failed(error, 'answers'));
    }),
    bus.onGap(() => void sweeping.run()),
  ];
  const started = sweeping.run();
  // One bad file of the library stops nothing, but somebody should know.
  readLibrary()
    .then(({ problems }) => {
      for (const problem of problems)
        log.warn({ problem }, 'a question of the library is left out');
    })
    .catch((error: Error) => failed(error, 'library'));

  const askFor: AskFor = async (given, asker, of) => {
    const question = await askQuestion(context, given, asker, limits, of);
    const { id } = question;
    learn(question);
    bus.publish(CHANGED, { id, origin });
    live.publish({ topic: 'questions', ids: [String(id)] });
    // Selectors know of it a moment later; endpoints need not wait for that.
    changed(id).catch((error: Error) => failed(error, 'changed'));
    return id;
  };

  return {
    name: 'questions',
    work: dispatch,
    tick,
    sweep,
    routes: (app) => {
      resultRoutes(app, context, { bell });
      questionRoutes(app, context, {
        ask: askFor,
        cancel: (id, record) =>
          end(id, 'cancelled', (work) =>
            db.transaction(async (tx) => {
              const done = await work(tx);
              if (done) await record(tx);
              return done;
            }),
          ),
      });
      scheduleRoutes(app, context);
      app.addHook('preClose', async () => bell.close());
    },
    // Endpoints are let in when the open questions are known: answers need no look-up then.
    endpointRoutes: async () => {
      await started;
    },
    jobs: questionJobs(context, askFor),
    state: async () => {
      const { handedOut, again, received, duplicates, late, unasked } = dispatch.counts;
      const row = (key: string, value: number, state: StateRow['state'] = 'ok'): StateRow => ({
        key: `questions.${key}`,
        value,
        unit: 'count',
        state,
      });
      return [
        row('open', dispatch.openIds.length),
        row('handed_out', handedOut),
        row('handed_out_again', again),
        row('answers', received),
        row('duplicates', duplicates),
        row('late', late),
        row('unasked', unasked, unasked > 0 ? 'warning' : 'ok'),
        row('waiting', answers.depth),
        row('streams', bell.waiting),
      ];
    },
    close: async () => {
      for (const stop of unsubscribe) stop();
      bell.close();
      await Promise.all([ticking.stop(), sweeping.stop()]);
      await answers.drain();
      await flushDeliveries().catch((error: Error) => failed(error, 'deliveries'));
      closed = true;
      await Promise.all(chains.values());
      dispatch.close();
      index.close();
    },
  };
}
