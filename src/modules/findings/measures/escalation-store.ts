import type { Queryable } from '../../../platform/db/queryable.ts';
import type { Notice, NoticeKind, Notices } from '../../../platform/notify/public.ts';
import { daysUntil } from '../due.ts';
import { activeStates } from '../life-cycle.ts';
import { notToldYet } from '../told-store.ts';

export const deadlineNoticeKinds: readonly NoticeKind[] = [
  {
    kind: 'overdue-exploited',
    title: { ja: '悪用が確認された弱点の期限切れ', en: 'Exploited and overdue' },
  },
  { kind: 'overdue', title: { ja: '期限切れの火種（1日1回）', en: 'Overdue, once a day' } },
];

const isActive = `f.state in (${activeStates.map((state) => `'${state}'`).join(', ')})`;
/** So many weaknesses of a scope are told one by one; the others together. */
const oneByOne = 20;

/**
 * Tells of what is overdue: each exploited weakness of a scope by itself, as soon as it is; all else
 * of a scope in one notice a day. Each once a day. Returns how many were told.
 */
export async function escalate(tx: Queryable, notices: Notices, now: Date): Promise<number> {
  const today = now.toISOString().slice(0, 10);
  const told: Notice[] = [];
  const { rows: exploited } = await tx.query<{
    scopeId: string;
    scopeName: string;
    weaknessId: number;
    key: string;
    findings: number;
    oldest: string;
    place: number;
    ofScope: number;
  }>(
    `select g.*, s.name as "scopeName", w.key
       from (select f.scope_id as "scopeId", f.weakness_id as "weaknessId",
                    count(*)::int as findings, min(f.due_on)::text as oldest,
                    (row_number() over (partition by f.scope_id
                                        order by min(f.due_on), f.weakness_id))::int as place,
                    (count(*) over (partition by f.scope_id))::int as "ofScope"
               from findings.findings f
              where f.exploited and f.class = 'normal' and ${isActive} and f.due_on < $1
              group by 1, 2) g
       join findings.weaknesses w on w.id = g."weaknessId"
       join assets.scope_view s on s.id = g."scopeId"
      order by s.name, g.place`,
    [today],
  );
  for (const {
    scopeId,
    scopeName,
    weaknessId,
    key,
    findings,
    oldest,
    place,
    ofScope,
  } of exploited) {
    const days = -daysUntil(today, oldest);
    if (place <= oneByOne) {
      told.push({
        kind: 'overdue-exploited',
        severity: 'urgent',
        text: {
          ja: `${scopeName}: 悪用が確認された ${key} の火種${findings}件が期限を過ぎています（最長${days}日超過）。`,
          en: `${scopeName}: ${many(findings, 'finding', 'findings')} of the exploited ${key} ${findings === 1 ? 'is' : 'are'} overdue, by ${many(days, 'day', 'days')} at most.`,
        },
        path: `/findings?due=overdue&weakness=${encodeURIComponent(key)}&scopeId=${scopeId}`,
        scopeId,
        key: `overdue-exploited:${scopeId}:${weaknessId}`,
      });
    } else if (place === oneByOne + 1) {
      const more = ofScope - oneByOne;
      told.push({
        kind: 'overdue-exploited',
        severity: 'urgent',
        text: {
          ja: `${scopeName}: ほかに、悪用が確認された弱点${more}件が期限を過ぎています。`,
          en: `${scopeName}: ${many(more, 'more exploited weakness is', 'more exploited weaknesses are')} overdue.`,
        },
        path: `/findings?due=overdue&exploited=true&scopeId=${scopeId}`,
        scopeId,
        key: `overdue-exploited:${scopeId}:more`,
      });
    }
  }
  const { rows: others } = await tx.query<{
    scopeId: string;
    scopeName: string;
    findings: number;
    oldest: string;
  }>(
    `select g.*, s.name as "scopeName"
       from (select f.scope_id as "scopeId", count(*)::int as findings,
                    min(f.due_on)::text as oldest
               from findings.findings f
              where not f.exploited and f.class = 'normal' and ${isActive} and f.due_on < $1
              group by 1) g
       join assets.scope_view s on s.id = g."scopeId" order by s.name`,
    [today],
  );
  for (const { scopeId, scopeName, findings, oldest } of others) {
    const days = -daysUntil(today, oldest);
    told.push({
      kind: 'overdue',
      severity: 'warning',
      text: {
        ja: `${scopeName}: 火種${findings}件が期限を過ぎています（最長${days}日超過）。`,
        en: `${scopeName}: ${many(findings, 'finding is', 'findings are')} overdue, by ${many(days, 'day', 'days')} at most.`,
      },
      path: `/findings?due=overdue&exploited=false&scopeId=${scopeId}`,
      scopeId,
      key: `overdue:${scopeId}`,
    });
  }
  const keys = await notToldYet(
    tx,
    today,
    told.map(({ key }) => key),
  );
  const fresh = told.filter(({ key }) => keys.has(key));
  await notices.tell(tx, fresh, now);
  return fresh.length;
}

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
