import type { AuditLog } from '../../../platform/audit/public.ts';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import type { Facets } from '../../../platform/facets/public.ts';
import type { Logger } from '../../../platform/log.ts';
import type { Notice, Notices } from '../../../platform/notify/public.ts';
import { holdProfiles } from '../due-profile-store.ts';
import { notToldYet } from '../told-store.ts';
import {
  criteriaPlaceholders,
  criteriaValues,
  exceptCovered,
  isActive,
  matchingAssets,
  mayHide,
  meetsCriteria,
  noLongerCovered,
} from './covering-store.ts';
import { chunksOf, describeCovers, dueAnnouncement, firstDayAfter } from './exception.ts';
import { coversOf, type ExceptionRow, findException, storeEnd } from './exception-store.ts';
import { noticesOf } from './notices.ts';
import { populationOf, storePopulation } from './population-store.ts';
import { releaseAllOf, releaseFindings } from './releasing-store.ts';

export interface FollowPorts {
  readonly db: Database;
  readonly facets: Facets;
  readonly audit: AuditLog;
  readonly log: Logger;
  readonly notices?: Notices | undefined;
}

export interface Followed {
  /** Findings that were excepted or glow again. */
  readonly moved: number;
  /** Exceptions that ended. */
  readonly ended: number;
}

/**
 * Brings every exception up to date: ends those whose day has passed, looks anew at whom the others
 * match, excepts and releases findings accordingly, counts, and announces. All of it follows from
 * what is stored, so it may be killed at any time; one that fails does not keep the others back.
 */
export async function followExceptions(
  ports: FollowPorts,
  now: Date,
  signal?: AbortSignal,
): Promise<Followed> {
  const { db, log } = ports;
  const { rows } = await db.query<{ id: number }>(
    `select id from findings.exceptions where state in ('requested', 'approved') order by until, id`,
  );
  let [moved, ended] = [0, 0];
  for (const { id } of rows) {
    if (signal?.aborted) break;
    try {
      const done = await db.transaction((tx) => followOne(tx, ports, id, now));
      moved += done.moved;
      ended += done.ended;
    } catch (error) {
      log.error({ err: error, exception: id }, 'an exception could not be followed; tried again');
    }
  }
  return { moved, ended };
}

async function followOne(
  tx: Queryable,
  ports: FollowPorts,
  id: number,
  now: Date,
): Promise<Followed> {
  await holdProfiles(tx);
  const row = await findException(tx, id, 'skip');
  if (row === undefined || (row.state !== 'requested' && row.state !== 'approved')) {
    return { moved: 0, ended: 0 };
  }
  const today = now.toISOString().slice(0, 10);
  if (row.until < today) return { moved: await expire(tx, ports, row, now), ended: 1 };
  if (row.state === 'requested') return { moved: 0, ended: 0 };
  const moved = await cover(tx, ports, row, now);
  await announceEnd(tx, ports, row, now);
  return { moved, ended: 0 };
}

/** Its day has passed; what it covered glows again from the day after, however late this runs. */
async function expire(
  tx: Queryable,
  { notices, audit }: FollowPorts,
  row: ExceptionRow,
  now: Date,
): Promise<number> {
  const today = now.toISOString().slice(0, 10);
  const released = await releaseAllOf(tx, row.id, {
    endDay: firstDayAfter(row.until, today),
    at: now,
    cause: 'exception-expired',
  });
  await storeEnd(tx, row.id, { state: 'expired', by: null, reason: null, at: now });
  if (row.state === 'approved') {
    await notices?.tell(tx, [noticesOf(row).ended(released)], now);
  }
  await audit.record(tx, {
    actor: { kind: 'system', id: null, name: 'yojin' },
    action: 'exception.expired',
    target: { kind: 'exception', id: String(row.id), name: nameOf(row) },
    details: { until: row.until, released },
  });
  return released;
}

/** Also at approval, where whom it matches is remembered. Returns how many findings moved. */
export async function cover(
  tx: Queryable,
  { facets, notices }: Pick<FollowPorts, 'facets' | 'notices'>,
  row: ExceptionRow,
  now: Date,
  { remember = false }: { remember?: boolean } = {},
): Promise<number> {
  const answer = await populationOf(tx, facets, row, now);
  // What cannot be read says nothing about anybody: whom it matched stays.
  const problem = answer.ok ? null : answer.problem.text.en;
  if (answer.ok) await storePopulation(tx, row.id, answer.population, { remember });
  const covering = { id: row.id, criteria: row };
  const gone = await noLongerCovered(tx, covering);
  const released = await releaseFindings(tx, gone, {
    endDay: now.toISOString().slice(0, 10),
    at: now,
    cause: 'no-longer-covered',
  });
  const excepted = await exceptCovered(tx, covering, now);
  const news = await countException(tx, row);
  await tx.query(
    `update findings.exceptions set followed_at = $2, selector_problem = $3 where id = $1`,
    [row.id, now, problem],
  );
  if (notices) {
    const told: Notice[] = [];
    if (released > 0) told.push(noticesOf(row).released(released));
    if (news.length > 0) {
      const notice = noticesOf(row).newAssets(news.length);
      // Once a day: those that come meanwhile are told of with the next day's.
      if ((await notToldYet(tx, now.toISOString().slice(0, 10), [notice.key])).size > 0) {
        await markAnnounced(tx, row.id, news);
        told.push(notice);
      }
    }
    if (problem !== null && row.selectorProblem === null) told.push(noticesOf(row).unreadable());
    await notices.tell(tx, told, now);
  }
  return released + excepted;
}

interface Position {
  readonly kind: 'endpoint' | 'application';
  readonly position: number;
}

/**
 * Counts what it covers and what came to match since, by scope. Returns the assets on which there is
 * something new that was not announced yet.
 */
async function countException(tx: Queryable, row: ExceptionRow): Promise<readonly Position[]> {
  const is = criteriaPlaceholders(2);
  const values = [row.id, ...criteriaValues(row)];
  const found = `
    ${matchingAssets},
    found as materialized (
      select a.id as asset_ref, a.asset_kind, a.position, a.remembered, a.announced, f.scope_id,
             f.exploited
        from matching_assets a join findings.findings f on f.asset_ref = a.id
       where f.state <> 'closed' and ${meetsCriteria(is)} and ${mayHide(is)}
         and ((f.state = 'excepted' and f.exception_id = $1)
              or (not a.remembered and ${isActive})))`;
  await tx.query(`delete from findings.exception_counts where exception_id = $1`, [row.id]);
  await tx.query(
    `with ${found}
     insert into findings.exception_counts
       (exception_id, scope_id, covered_findings, covered_assets, exploited, new_findings, new_assets)
     select $1, scope_id, count(*) filter (where remembered),
            count(distinct asset_ref) filter (where remembered),
            count(*) filter (where remembered and exploited), count(*) filter (where not remembered),
            count(distinct asset_ref) filter (where not remembered)
       from found group by scope_id`,
    values,
  );
  const { rows } = await tx.query<Position>(
    `with ${found}
     select distinct asset_kind as kind, position from found where not remembered and not announced`,
    values,
  );
  return rows;
}

async function markAnnounced(
  tx: Queryable,
  exceptionId: number,
  told: readonly Position[],
): Promise<void> {
  for (const kind of ['endpoint', 'application'] as const) {
    const positions = told.filter((one) => one.kind === kind).map(({ position }) => position);
    const chunks = chunksOf(positions);
    const { rows } = await tx.query<{ chunk: number; announced: Buffer }>(
      `select chunk, announced from findings.exception_members
        where exception_id = $1 and asset_kind = $2 and chunk = any($3::int[])`,
      [exceptionId, kind, [...chunks.keys()]],
    );
    const marked = rows.map(({ chunk, announced }) =>
      announced.map((byte, at) => byte | chunks.get(chunk)![at]!),
    );
    await tx.query(
      `update findings.exception_members m set announced = n.bits
         from unnest($3::int[], $4::bytea[]) n(chunk, bits)
        where m.exception_id = $1 and m.asset_kind = $2 and m.chunk = n.chunk`,
      [exceptionId, kind, rows.map(({ chunk }) => chunk), marked.map((bits) => Buffer.from(bits))],
    );
  }
}

async function announceEnd(
  tx: Queryable,
  { notices }: FollowPorts,
  row: ExceptionRow,
  now: Date,
): Promise<void> {
  const days = dueAnnouncement(row.until, now.toISOString().slice(0, 10), row.announcedDays);
  if (days === null || !notices) return;
  await tx.query(`update findings.exceptions set announced_days = $2 where id = $1`, [
    row.id,
    days,
  ]);
  await notices.tell(tx, [noticesOf(row).expiring(days, now)], now);
}

export const nameOf = (row: ExceptionRow): string =>
  describeCovers(coversOf(row), row.scopeName).en;
