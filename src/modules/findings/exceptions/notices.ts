import type { Notice, NoticeKind } from '../../../platform/notify/public.ts';
import { daysUntil } from '../due.ts';

/** What people can be told about exceptions. */
export const exceptionNoticeKinds: readonly NoticeKind[] = [
  {
    kind: 'exception-requested',
    title: { ja: '例外の承認待ち', en: 'An exception waits for approval' },
  },
  {
    kind: 'exception-expiring',
    title: { ja: '例外の期限が近い', en: 'An exception is about to end' },
  },
  { kind: 'exception-ended', title: { ja: '例外の終了', en: 'An exception has ended' } },
  {
    kind: 'exception-new-endpoints',
    title: { ja: '例外に新しく当てはまる端末', en: 'New endpoints fall into an exception' },
  },
];

interface Told {
  readonly id: number;
  readonly scopeId: string | null;
  readonly until: string;
  readonly alsoNew: boolean;
  readonly requestedBy: string;
}

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;

/** The notices that one exception gives rise to. */
export function noticesOf({ id, scopeId, until, alsoNew, requestedBy }: Told) {
  const notice = (
    kind: string,
    key: string,
    severity: Notice['severity'],
    ja: string,
    en: string,
  ): Notice => ({
    kind,
    severity,
    text: { ja, en },
    path: `/exceptions/${id}`,
    scopeId,
    key: `${kind}:${id}${key}`,
  });
  return {
    requested: () =>
      notice(
        'exception-requested',
        '',
        'information',
        `例外#${id}（申請者: ${requestedBy}）が承認を待っています。`,
        `Exception #${id}, asked for by ${requestedBy}, waits for approval.`,
      ),
    expiring: (days: number, now: Date) => {
      const left = daysUntil(now.toISOString().slice(0, 10), until);
      return notice(
        'exception-expiring',
        `:${days}`,
        days === 1 ? 'urgent' : 'warning',
        `例外#${id}はあと${left}日（${until}まで）で終わります。その後、対象の火種は未対応に戻ります。`,
        `Exception #${id} ends in ${many(left, 'day', 'days')} (after ${until}); its findings are open again then.`,
      );
    },
    ended: (released: number) =>
      notice(
        'exception-ended',
        '',
        'warning',
        `例外#${id}が終わり、火種${released}件が未対応に戻りました。`,
        `Exception #${id} has ended: ${many(released, 'finding is', 'findings are')} open again.`,
      ),
    released: (released: number) =>
      notice(
        'exception-ended',
        ':released',
        'warning',
        `火種${released}件が例外#${id}に当てはまらなくなり、未対応に戻りました。`,
        `${many(released, 'finding is', 'findings are')} no longer covered by exception #${id} and open again.`,
      ),
    newAssets: (count: number) =>
      notice(
        'exception-new-endpoints',
        '',
        'warning',
        alsoNew
          ? `承認後に例外#${id}へ新しく${count}台が加わりました。対象の火種は例外として隠れています。`
          : `承認後に${count}台が例外#${id}の条件に新しく当てはまりました。対象の火種は例外にしていません。`,
        alsoNew
          ? `${many(count, 'asset', 'assets')} fell into exception #${id} after its approval; their findings are excepted.`
          : `${many(count, 'asset', 'assets')} came to match exception #${id} after its approval; their findings are not excepted.`,
      ),
    unreadable: () =>
      notice(
        'exception-new-endpoints',
        ':unreadable',
        'warning',
        `例外#${id}の条件を読み取れません。直るまで、対象の端末は変わりません。`,
        `The selector of exception #${id} cannot be read; whom it covers stays as it was until then.`,
      ),
  };
}
