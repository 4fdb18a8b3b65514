import { Badge, Drawer, Group, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { type Translate, useT } from '../../../platform/web/translate.ts';
import type { InventoryChange } from '../api.ts';
import classes from './assets.module.css';
import { type ChangeLine, changeLinesOf } from './change-lines.ts';
import { partName } from './labels.tsx';

interface ChangesTableProps {
  id: string;
  path: string;
  queryKey: readonly unknown[];
  /** Parts to filter by. */
  parts: readonly string[];
  /** Whether rows may be of different endpoints. */
  ofMany: boolean;
  csvName: string;
  emptyState: ReactNode;
  height?: string;
}

/** What was added and removed when; a row opens all of its lines. */
export function ChangesTable({ parts, ofMany, ...table }: ChangesTableProps) {
  const t = useT();
  const [opened, setOpened] = useState<InventoryChange | null>(null);
  const columns = useMemo(() => columnsOf(t, ofMany), [t, ofMany]);
  const partsText = parts.join(' ');
  const filters = useMemo(
    () => [
      {
        id: 'part',
        labelKey: 'assets.filter.part',
        options: partsText.split(' ').map((part) => ({ value: part, label: partName(part, t) })),
      },
      {
        id: 'withinHours',
        labelKey: 'assets.filter.period',
        pill: (hours: string) => t('assets.filter.hours', { hours }),
      },
    ],
    [t, partsText],
  );
  return (
    <>
      <DataTable<InventoryChange>
        {...table}
        columns={columns}
        rowId={(row) => String(row.id)}
        onRowOpen={setOpened}
        filters={filters}
        searchKey={false}
        defaultSort="-at"
      />
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size="lg"
        title={opened ? partName(opened.part, t) : ''}
      >
        {opened && <ChangeDetail change={opened} linked={ofMany} />}
      </Drawer>
    </>
  );
}

function columnsOf(t: Translate, ofMany: boolean): readonly Column<InventoryChange>[] {
  return [
    {
      id: 'at',
      titleKey: 'assets.change.at',
      width: 110,
      sortable: true,
      render: (row) => <Age at={row.at} />,
    },
    ...(ofMany
      ? [
          {
            id: 'hostname',
            titleKey: 'assets.change.hostname',
            width: 160,
            sortable: true,
            render: (row: InventoryChange) => (
              <AppLink href={`/endpoints/${row.endpointId}?tab=history`} inherit>
                {row.hostname}
              </AppLink>
            ),
          },
        ]
      : []),
    {
      id: 'part',
      titleKey: 'assets.change.part',
      width: 190,
      sortable: true,
      render: (row) => partName(row.part, t),
    },
    {
      id: 'counts',
      titleKey: 'assets.change.counts',
      width: 110,
      render: (row) => <ChangeCounts change={row} />,
    },
    {
      id: 'what',
      titleKey: 'assets.change.what',
      width: 480,
      render: (row) => <ChangeInOneLine change={row} />,
    },
  ];
}

/** `+3 −2`; nothing to count in a first collection. */
export function ChangeCounts({ change }: { change: InventoryChange }) {
  const t = useT();
  const format = useFormat();
  if (change.initial) {
    return (
      <Badge variant="outline" color="gray" className={classes.still}>
        {t('assets.change.first')}
      </Badge>
    );
  }
  return (
    <span className={classes.counts}>
      {change.addedCount > 0 && (
        <span className={classes.sign} data-sign="added">
          <span aria-hidden="true">+</span>
          <span className={classes.srOnly}>{t('assets.change.added')} </span>
          {format.number(change.addedCount)}
        </span>
      )}
      {change.removedCount > 0 && (
        <span className={classes.sign} data-sign="removed">
          <span aria-hidden="true">−</span>
          <span className={classes.srOnly}>{t('assets.change.removed')} </span>
          {format.number(change.removedCount)}
        </span>
      )}
    </span>
  );
}

/** As much of a change as fits on one line. */
export function ChangeInOneLine({ change }: { change: InventoryChange }) {
  const t = useT();
  if (change.initial) {
    return (
      <span className={classes.oneLine}>
        {t('assets.change.initial', { count: change.addedCount })}
      </span>
    );
  }
  const { lines, moreCount } = changeLinesOf(change, 3);
  return (
    <span className={classes.oneLine}>
      {lines.map((line, place) => (
        // Lines may repeat and never move: the place is their identity.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <span key={place} className={classes.inlineLine}>
          <Sign sign={line.sign} />
          {line.text}
        </span>
      ))}
      {moreCount > 0 && t('assets.change.more', { count: moreCount })}
    </span>
  );
}

function Sign({ sign }: { sign: ChangeLine['sign'] }) {
  const t = useT();
  return (
    <span className={classes.sign} data-sign={sign}>
      <span aria-hidden="true">{sign === 'added' ? '+' : '−'}</span>
      <span className={classes.srOnly}>{t(`assets.change.${sign}`)}</span>
    </span>
  );
}

function ChangeDetail({ change, linked }: { change: InventoryChange; linked: boolean }) {
  const t = useT();
  const format = useFormat();
  const { lines, notKeptCount } = changeLinesOf(change, Number.POSITIVE_INFINITY);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text size="sm" c="dimmed">
          {change.hostname} · {format.exactTime(change.at)}
        </Text>
        {linked && (
          <AppLink href={`/endpoints/${change.endpointId}`} size="sm">
            {t('assets.change.open-endpoint')}
          </AppLink>
        )}
      </Group>
      {change.initial ? (
        <Text size="sm">{t('assets.change.initial', { count: change.addedCount })}</Text>
      ) : (
        <ul className={classes.changeLines}>
          {lines.map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines may repeat and never move
            <li key={place}>
              <Sign sign={line.sign} />
              <span>{line.text}</span>
            </li>
          ))}
        </ul>
      )}
      {notKeptCount > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {t('assets.change.not-listed', { count: notKeptCount })}
        </Text>
      )}
    </>
  );
}
