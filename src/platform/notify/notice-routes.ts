import type { Database } from '../db/queryable.ts';
import { roleHolds } from '../http/principal.ts';
import { Problem } from '../http/problem.ts';
import { principalOf } from '../http/request-principal.ts';
import { sendList } from '../http/send-list.ts';
import { parseSort } from '../http/sort.ts';
import type { App } from '../module.ts';
import { NoticeKindList, NoticeList, NoticeQuery, type NoticeRow } from './api.ts';
import { listNotices } from './notice-store.ts';
import type { NoticeKind } from './public.ts';

const columns = { toldAt: 'n.told_at', kind: 'n.kind', severity: severityColumn('n.severity') };

/** What was told, and the kinds of notices there are. */
export function noticeRoutes(
  app: App,
  options: {
    readonly db: Database;
    readonly clock: () => Date;
    readonly kinds: () => readonly NoticeKind[];
  },
): void {
  const { db, clock, kinds } = options;

  app.get(
    '/notices',
    {
      config: { permission: 'notices:read' },
      schema: {
        summary: 'Notices of your scopes, newest first; administrators see what became of them',
        tags: ['notices'],
        querystring: NoticeQuery,
        response: { 200: NoticeList, 400: Problem },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { role, scopes } = principalOf(request);
      const who = { scopes, administers: roleHolds(role, 'notices:administer') };
      const order = parseSort(query.sort, columns, { fallback: '-toldAt', tiebreak: 'n.id' });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'notices',
        columns: [
          { header: 'told_at', cell: (notice: NoticeRow) => notice.toldAt },
          { header: 'kind', cell: (notice) => notice.kind },
          { header: 'severity', cell: (notice) => notice.severity },
          { header: 'text_ja', cell: (notice) => notice.text.ja },
          { header: 'text_en', cell: (notice) => notice.text.en },
          { header: 'path', cell: (notice) => notice.path },
          { header: 'key', cell: (notice) => notice.key },
          {
            header: 'deliveries',
            cell: (notice) =>
              notice.deliveries?.map((each) => `${each.channelName}: ${each.state}`).join('; '),
          },
        ],
        page: (tx, window) => listNotices(tx, query, who, order, window),
      });
    },
  );

  app.get(
    '/notice-kinds',
    {
      config: { permission: 'notices:read' },
      schema: {
        summary: 'Kinds of notices that channels can subscribe to',
        tags: ['notices'],
        response: { 200: NoticeKindList },
      },
    },
    async () => {
      const items = kinds().map(({ kind, title }) => ({ kind, title: { ...title } }));
      return { items, total: items.length, asOf: clock().toISOString() };
    },
  );
}

function severityColumn(column: string): string {
  return `array_position(array['information', 'warning', 'urgent'], ${column})`;
}
