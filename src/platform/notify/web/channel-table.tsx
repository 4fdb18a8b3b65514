import { Badge, Tooltip } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Age } from '../../web/age.tsx';
import { AppLink } from '../../web/app-link.tsx';
import { type Column, DataTable } from '../../web/data-table.tsx';
import { EmptyState } from '../../web/parts.tsx';
import { useScopes } from '../../web/scopes.ts';
import { useT } from '../../web/translate.ts';
import type { Channel } from '../api.ts';
import { useProblemWords } from './problem-words.ts';

const colours: Readonly<Record<Channel['state'], string>> = {
  off: 'gray',
  unknown: 'gray',
  working: 'moss',
  failing: 'crimson',
};

/** Where notices go, and how it goes. */
export function ChannelTable({
  onOpen,
  add,
}: {
  onOpen: (channel: Channel) => void;
  add: ReactNode;
}) {
  const t = useT();
  const { namesOf } = useScopes();
  const columns: readonly Column<Channel>[] = [
    { id: 'name', titleKey: 'notify.name', width: 190, sortable: true, render: ({ name }) => name },
    {
      id: 'state',
      titleKey: 'notify.state',
      width: 150,
      render: (channel) => <StateBadge channel={channel} />,
    },
    {
      id: 'type',
      titleKey: 'notify.type',
      width: 150,
      sortable: true,
      render: ({ target }) => t(`notify.type.${target.type}`),
    },
    { id: 'address', titleKey: 'notify.address', width: 240, render: ({ address }) => address },
    {
      id: 'leastSeverity',
      titleKey: 'notify.hears',
      width: 140,
      render: ({ leastSeverity }) =>
        t('notify.hears-text', { severity: t(`notify.severity.${leastSeverity}`) }),
    },
    {
      id: 'scopeIds',
      titleKey: 'notify.scopes',
      width: 170,
      render: ({ scopeIds }) => namesOf(scopeIds),
    },
    {
      id: 'lastSuccessAt',
      titleKey: 'notify.last-success',
      width: 130,
      sortable: true,
      render: ({ lastSuccessAt }) => <Age at={lastSuccessAt} never={t('notify.never')} />,
    },
    {
      id: 'waiting',
      titleKey: 'notify.waiting',
      width: 110,
      align: 'right',
      render: ({ id, waiting }) => <Count of={waiting} channelId={id} state="waiting" />,
    },
    {
      id: 'givenUp',
      titleKey: 'notify.given-up',
      width: 120,
      align: 'right',
      render: ({ id, givenUp }) => <Count of={givenUp} channelId={id} state="given-up" />,
    },
  ];
  return (
    <DataTable<Channel>
      id="notification-channels"
      path="/api/notification-channels"
      queryKey={['notification-channels']}
      columns={columns}
      rowId={(channel) => channel.id}
      onRowOpen={onOpen}
      searchKey={false}
      searchPrefix="channels-"
      defaultSort="name"
      csvName="notification-channels"
      emptyState={
        <EmptyState
          icon={<IconSend size={36} stroke={1.4} />}
          title={t('notify.no-channels')}
          text={t('notify.no-channels-text')}
          action={add}
        />
      }
    />
  );
}

function Count({ of, channelId, state }: { of: number; channelId: string; state: string }) {
  if (of === 0) return 0;
  return (
    <AppLink href={`/notifications?channelId=${channelId}&delivery=${state}`}>{String(of)}</AppLink>
  );
}

function StateBadge({ channel }: { channel: Channel }) {
  const t = useT();
  const wordsOf = useProblemWords();
  const { state, lastError } = channel;
  // It works, but not for everybody: less than well.
  const color = state === 'working' && lastError ? 'amber' : colours[state];
  const badge = (
    <Badge variant={state === 'off' || state === 'unknown' ? 'outline' : 'light'} color={color}>
      {t(`notify.state.${state}`)}
    </Badge>
  );
  if (!lastError) return badge;
  return (
    <Tooltip
      multiline
      maw={420}
      label={wordsOf(lastError).map((line) => <div key={line}>{line}</div>)}
      events={{ hover: true, focus: true, touch: true }}
    >
      {badge}
    </Tooltip>
  );
}
