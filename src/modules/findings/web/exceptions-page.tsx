import { Badge, Button } from '@mantine/core';
import { IconPlus, IconShieldOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import type { Column } from '../../../platform/web/data-table-types.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useGo } from '../../../platform/web/page.ts';
import { Dim, EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useScopes } from '../../../platform/web/scopes.ts';
import { useHolds } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Exception } from '../exceptions/api.ts';
import classes from './exceptions.module.css';
import { dayAsTime } from './instants.ts';
import { daysLeftText } from './labels.tsx';

const stateNames = ['requested', 'approved', 'refused', 'withdrawn', 'expired'] as const;
const stateColors: Record<Exception['state'], string> = {
  requested: 'amber',
  approved: 'moss',
  refused: 'gray',
  withdrawn: 'gray',
  expired: 'gray',
};

export function ExceptionState({ state }: { state: Exception['state'] }) {
  const t = useT();
  return (
    <Badge
      variant={state === 'requested' || state === 'approved' ? 'light' : 'outline'}
      color={stateColors[state]}
    >
      {t(`findings.exceptions.state.${state}`)}
    </Badge>
  );
}

/** What is knowingly left as it is: those to decide on first, then the first to end. */
export function ExceptionsPage() {
  const t = useT();
  const go = useGo();
  const mayWrite = useHolds('findings:write');
  useLive(['exceptions'], [['exceptions']]);
  const ask = mayWrite && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => go('/exceptions/new')}
    >
      {t('findings.exceptions.ask')}
    </Button>
  );
  return (
    <Page
      titleKey="findings.exceptions.title"
      subtitle={t('findings.exceptions.subtitle')}
      actions={ask}
      fill
    >
      <DataTable<Exception>
        id="findings.exceptions"
        path="/api/exceptions"
        queryKey={['exceptions']}
        columns={useColumns()}
        filters={useFilters()}
        rowId={(row) => String(row.id)}
        rowHref={(row) => `/exceptions/${row.id}`}
        rowHeightPx={56}
        searchKey={false}
        csvName="yojin-exceptions"
        emptyState={
          <EmptyState
            icon={<IconShieldOff size={40} stroke={1.3} aria-hidden="true" />}
            title={t('findings.exceptions.empty-title')}
            text={t('findings.exceptions.empty-text')}
            action={ask}
          />
        }
      />
    </Page>
  );
}

function useColumns(): readonly Column<Exception>[] {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  return useMemo(
    () => [
      {
        id: 'covers',
        titleKey: 'findings.exceptions.covers',
        width: 360,
        render: (row) => (
          <span className={classes.covers}>
            <strong>{row.sentence[language]}</strong>
            <Dim>{row.reason}</Dim>
          </span>
        ),
      },
      {
        id: 'state',
        titleKey: 'findings.column.state',
        width: 130,
        render: (row) => <ExceptionState state={row.state} />,
      },
      {
        id: 'until',
        titleKey: 'findings.exceptions.until',
        width: 170,
        render: (row) => <UntilLabel exception={row} />,
      },
      {
        id: 'covered',
        titleKey: 'findings.exceptions.covered',
        width: 150,
        align: 'right',
        render: (row) =>
          row.counts === null ? (
            <Dim>—</Dim>
          ) : (
            t('findings.exceptions.count-of', {
              findings: format.number(row.counts.coveredFindings),
              assets: format.number(row.counts.coveredAssets),
            })
          ),
      },
      {
        id: 'new',
        titleKey: 'findings.exceptions.new',
        width: 150,
        align: 'right',
        render: (row) =>
          row.counts === null || row.counts.newAssets === 0 ? (
            <Dim>{row.counts === null ? '—' : '0'}</Dim>
          ) : (
            <Badge color="amber" variant="light">
              {t('findings.exceptions.count-of', {
                findings: format.number(row.counts.newFindings),
                assets: format.number(row.counts.newAssets),
              })}
            </Badge>
          ),
      },
      {
        id: 'requestedBy',
        titleKey: 'findings.exceptions.requested-by',
        width: 130,
        render: (row) => row.requestedBy,
      },
      {
        id: 'decidedBy',
        titleKey: 'findings.exceptions.decided-by',
        width: 130,
        render: (row) => row.decidedBy ?? <Dim>—</Dim>,
      },
    ],
    [t, format, language],
  );
}

function useFilters(): readonly TableFilter[] {
  const t = useT();
  const { options } = useScopes();
  return useMemo(
    () => [
      {
        id: 'state',
        labelKey: 'findings.column.state',
        options: [
          { value: 'current', label: t('findings.exceptions.state.current') },
          ...stateNames.map((name) => ({
            value: name,
            label: t(`findings.exceptions.state.${name}`),
          })),
        ],
      },
      {
        id: 'scopeId',
        labelKey: 'findings.filter.scope',
        ...(options.length > 1 ? { options } : { pill: () => options[0]?.label ?? '' }),
      },
    ],
    [t, options],
  );
}

/** Its last day, and how many are left of it while it counts. */
export function UntilLabel({ exception }: { exception: Exception }) {
  const t = useT();
  const format = useFormat();
  const { until, daysLeft, state } = exception;
  return (
    <span className={classes.until}>
      <span>{format.date(dayAsTime(until))}</span>
      {(state === 'requested' || state === 'approved') && (
        <span className={classes.left} data-tone={daysLeft <= 14 ? 'soon' : undefined}>
          {daysLeftText(daysLeft, t)}
        </span>
      )}
    </span>
  );
}
