import { Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Rejection } from '../api.ts';

export default function RejectionsPage() {
  const t = useT();
  const format = useFormat();
  useLive(['agents'], [['rejections']]);
  const columns: readonly Column<Rejection>[] = [
    {
      id: 'hostname',
      titleKey: 'agents.endpoint',
      width: 170,
      sortable: true,
      render: ({ endpointId, hostname }) =>
        endpointId ? (
          <AppLink href={`/endpoints/${endpointId}`}>{hostname ?? endpointId}</AppLink>
        ) : (
          <Text span inherit c="dimmed">
            {hostname ?? t('agents.unknown-endpoint')}
          </Text>
        ),
    },
    {
      id: 'reason',
      titleKey: 'agents.reason',
      width: 190,
      sortable: true,
      render: ({ reason }) => {
        const key = `agents.reason.${reason}`;
        return <span title={reason}>{t.has(key) ? t(key) : reason}</span>;
      },
    },
    {
      id: 'count',
      titleKey: 'agents.count',
      width: 90,
      align: 'right',
      sortable: true,
      render: ({ count }) => format.number(count),
    },
    {
      id: 'lastAt',
      titleKey: 'agents.last-at',
      width: 110,
      sortable: true,
      render: ({ lastAt }) => <Age at={lastAt} />,
    },
    {
      id: 'firstAt',
      titleKey: 'agents.first-at',
      width: 110,
      sortable: true,
      render: ({ firstAt }) => <Age at={firstAt} />,
    },
    {
      id: 'lastAddress',
      titleKey: 'agents.address',
      width: 130,
      sortable: true,
      render: ({ lastAddress }) => lastAddress ?? '—',
    },
    {
      id: 'lastDetail',
      titleKey: 'agents.detail',
      width: 320,
      render: ({ lastDetail }) => <span title={lastDetail}>{lastDetail}</span>,
    },
  ];
  return (
    <Page titleKey="agents.rejections" subtitle={t('agents.rejections-text')} fill>
      <DataTable<Rejection>
        id="rejections"
        path="/api/agents/rejections"
        queryKey={['rejections']}
        columns={columns}
        rowId={({ endpointId, reason, lastAddress }) =>
          `${endpointId ?? ''}/${reason}/${endpointId ? '' : (lastAddress ?? '')}`
        }
        searchKey={false}
        defaultSort="-lastAt"
        csvName="refused-reports"
        emptyState={
          <EmptyState
            icon={<IconShieldCheck size={36} stroke={1.4} />}
            title={t('agents.no-rejections')}
            text={t('agents.no-rejections-text')}
          />
        }
      />
    </Page>
  );
}
