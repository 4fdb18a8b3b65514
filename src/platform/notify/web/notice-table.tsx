import { Anchor, Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { Age } from '../../web/age.tsx';
import { useApi } from '../../web/api-client.ts';
import { AppLink } from '../../web/app-link.tsx';
import { type Column, DataTable } from '../../web/data-table.tsx';
import type { ListAnswer } from '../../web/data-table-window.ts';
import { EmptyState } from '../../web/parts.tsx';
import { useScopes } from '../../web/scopes.ts';
import { useLanguage, useT } from '../../web/translate.ts';
import {
  type DeliveryState,
  type NoticeKindRow,
  type NoticeRow,
  noticeSeverities,
} from '../api.ts';
import { useProblemWords } from './problem-words.ts';

const severityColours = { information: 'gray', warning: 'amber', urgent: 'crimson' } as const;
const deliveryColours: Readonly<Record<DeliveryState, string>> = {
  waiting: 'amber',
  delivered: 'moss',
  'given-up': 'crimson',
  withdrawn: 'gray',
};
const deliveryStates: readonly DeliveryState[] = ['given-up', 'waiting', 'delivered', 'withdrawn'];

/** The kinds there are, by name. */
export function useKinds(): readonly { value: string; label: string }[] {
  const language = useLanguage();
  const { data } = useApi<ListAnswer<NoticeKindRow>>(['notice-kinds'], '/api/notice-kinds');
  return (data?.items ?? []).map(({ kind, title }) => ({ value: kind, label: title[language] }));
}

/** What was told, the newest first; for administrators with what became of it. */
export function NoticeTable({ administers }: { administers: boolean }) {
  const t = useT();
  const language = useLanguage();
  const kinds = useKinds();
  const { namesOf } = useScopes();
  const columns: Column<NoticeRow>[] = [
    {
      id: 'toldAt',
      titleKey: 'notify.told',
      width: 120,
      sortable: true,
      render: (notice) => <Age at={notice.toldAt} />,
    },
    {
      id: 'severity',
      titleKey: 'notify.severity',
      width: 120,
      sortable: true,
      render: ({ severity }) => (
        <Badge variant="light" color={severityColours[severity]}>
          {t(`notify.severity.${severity}`)}
        </Badge>
      ),
    },
    {
      id: 'text',
      titleKey: 'notify.text',
      width: 420,
      render: (notice) => <AppLink href={notice.path}>{notice.text[language]}</AppLink>,
    },
    {
      id: 'kind',
      titleKey: 'notify.kind',
      width: 170,
      sortable: true,
      render: ({ kind }) => kinds.find(({ value }) => value === kind)?.label ?? kind,
    },
    {
      id: 'scopeId',
      titleKey: 'notify.scope',
      width: 150,
      render: ({ scopeId }) => (scopeId === null ? t('notify.for-all') : namesOf([scopeId])),
    },
  ];
  if (administers) {
    columns.splice(3, 0, {
      id: 'deliveries',
      titleKey: 'notify.delivery',
      width: 250,
      render: (notice) => <Deliveries deliveries={notice.deliveries ?? []} />,
    });
  }
  return (
    <DataTable<NoticeRow>
      id="notices"
      path="/api/notices"
      queryKey={['notices']}
      columns={columns}
      rowId={(notice) => String(notice.id)}
      searchKey="notify.search"
      defaultSort="-toldAt"
      csvName="notices"
      filters={[
        {
          id: 'severity',
          labelKey: 'notify.severity',
          options: noticeSeverities.map((value) => ({
            value,
            label: t(`notify.severity.${value}`),
          })),
        },
        { id: 'kind', labelKey: 'notify.kind', options: kinds },
        ...(administers
          ? [
              {
                id: 'delivery',
                labelKey: 'notify.delivery',
                options: deliveryStates.map((value) => ({
                  value,
                  label: t(`notify.delivery.${value}`),
                })),
              },
              { id: 'channelId', labelKey: 'notify.channel' },
            ]
          : []),
      ]}
      emptyState={
        <EmptyState
          icon={<IconBell size={36} stroke={1.4} />}
          title={t('notify.no-notices')}
          text={t('notify.no-notices-text')}
        />
      }
    />
  );
}

function Deliveries({ deliveries }: { deliveries: NonNullable<NoticeRow['deliveries']> }) {
  const t = useT();
  const wordsOf = useProblemWords();
  if (deliveries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('notify.no-channel-for-it')}
      </Text>
    );
  }
  const tickets = deliveries.filter(({ ticketUrl }) => ticketUrl !== null);
  return (
    <Group gap={6} wrap="nowrap">
      {deliveryStates.map((state) => {
        const those = deliveries.filter((each) => each.state === state);
        if (those.length === 0) return null;
        const lines = those.flatMap(({ channelName, lastError }) => [
          t('notify.delivery-hint', { channel: channelName, state: t(`notify.delivery.${state}`) }),
          ...(lastError ? wordsOf(lastError) : []),
        ]);
        return (
          <Tooltip
            key={state}
            multiline
            maw={420}
            label={[...new Set(lines)].map((line) => <div key={line}>{line}</div>)}
            events={{ hover: true, focus: true, touch: true }}
          >
            <Badge
              variant={state === 'withdrawn' ? 'outline' : 'light'}
              color={deliveryColours[state]}
              style={{ flexShrink: 0 }}
            >
              {t(`notify.delivery.${state}`)} {those.length > 1 ? those.length : ''}
            </Badge>
          </Tooltip>
        );
      })}
      {tickets.map(({ channelId, ticketId, ticketUrl }) => (
        <Anchor
          key={channelId}
          size="sm"
          href={ticketUrl ?? ''}
          target="_blank"
          rel="noreferrer noopener"
        >
          {ticketId}
        </Anchor>
      ))}
    </Group>
  );
}
