import { Drawer } from '@mantine/core';
import { IconDevices } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { type Column, DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { Dim, EmptyState } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Campaign, CampaignTarget } from '../api.ts';
import { ChangeCell } from './change-text.tsx';
import { ReasonText } from './reason-text.tsx';
import classes from './remediation.module.css';
import { ProofBadge, TargetBadge } from './state-parts.tsx';
import { proofStates, targetStates } from './states.ts';
import { TargetDetail } from './target-detail.tsx';

const rowId = (row: CampaignTarget) => row.endpointId;

/** Every endpoint of a campaign; "done but still there" comes first, as the server has it. */
export function TargetsTable({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const [{ endpoint }, setSearch] = useSearchState({ endpoint: '' });
  const [clicked, setClicked] = useState<CampaignTarget | null>(null);
  const columns = useTargetColumns(campaign);
  const { id, rings } = campaign;
  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'proof',
        labelKey: 'remediation.column.proof',
        options: proofStates.map((name) => ({
          value: name,
          label: t(`remediation.proof.${name}`),
        })),
      },
      {
        id: 'state',
        labelKey: 'remediation.column.state',
        options: targetStates.map((name) => ({
          value: name,
          label: t(`remediation.target.${name}`),
        })),
      },
      {
        id: 'ring',
        labelKey: 'remediation.column.ring',
        options: rings.map(({ name }, place) => ({
          value: String(place),
          label: `${place + 1}. ${name}`,
        })),
      },
    ],
    [t, rings],
  );
  return (
    <>
      <DataTable<CampaignTarget>
        id="remediation.targets"
        path={`/api/campaigns/${id}/targets`}
        queryKey={['campaign-targets', String(id)]}
        columns={columns}
        rowId={rowId}
        onRowOpen={(row) => {
          setClicked(row);
          setSearch({ endpoint: row.endpointId });
        }}
        rowHeightPx={56}
        filters={filters}
        searchKey="remediation.targets.search"
        csvName={`yojin-campaign-${id}`}
        height={560}
        emptyState={
          <EmptyState
            icon={<IconDevices size={36} stroke={1.3} aria-hidden="true" />}
            title={t('remediation.targets.empty-title')}
            text={t('remediation.targets.empty-text')}
          />
        }
      />
      <Drawer
        opened={endpoint !== ''}
        onClose={() => setSearch({ endpoint: '' })}
        position="right"
        size="xl"
        title={t('remediation.targets.one')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {endpoint !== '' && (
          <TargetDetail
            campaign={campaign}
            endpointId={endpoint}
            known={clicked?.endpointId === endpoint ? clicked : null}
          />
        )}
      </Drawer>
    </>
  );
}

function useTargetColumns({ rings }: Campaign): readonly Column<CampaignTarget>[] {
  const t = useT();
  const format = useFormat();
  return [
    {
      id: 'hostname',
      titleKey: 'remediation.column.endpoint',
      width: 180,
      sortable: true,
      render: (row) => (
        <span className={classes.twoLines}>
          <span className={classes.oneLine}>{row.hostname}</span>
          <span className={classes.second}>{row.scopeName}</span>
        </span>
      ),
    },
    {
      id: 'proof',
      titleKey: 'remediation.column.proof',
      width: 172,
      render: (row) => <ProofBadge proof={row.proof} />,
    },
    {
      id: 'state',
      titleKey: 'remediation.column.state',
      width: 132,
      sortable: true,
      render: (row) => <TargetBadge state={row.state} />,
    },
    {
      id: 'message',
      titleKey: 'remediation.column.message',
      width: 260,
      render: (row) =>
        row.reason === null && row.message === null ? (
          <Dim>—</Dim>
        ) : (
          <span className={classes.twoLines}>
            <span className={classes.oneLine}>
              {row.reason === null ? lastLineOf(row.message) : <ReasonText reason={row.reason} />}
            </span>
            {row.reason !== null && row.message !== null && (
              <span className={`${classes.second} ${classes.mono}`} title={row.message}>
                {lastLineOf(row.message)}
              </span>
            )}
          </span>
        ),
    },
    {
      id: 'change',
      titleKey: 'remediation.column.change',
      width: 230,
      render: (row) => <ChangeCell before={row.before} after={row.after} />,
    },
    {
      id: 'findings',
      titleKey: 'remediation.column.findings',
      width: 110,
      align: 'right',
      render: (row) => (
        <span className={classes.number}>
          {format.number(row.findingsClosed)} / {format.number(row.findingsToClose)}
        </span>
      ),
    },
    {
      id: 'ring',
      titleKey: 'remediation.column.ring',
      width: 120,
      sortable: true,
      render: (row) => (
        <span className={classes.oneLine}>
          {row.ring + 1}. {rings[row.ring]?.name}
        </span>
      ),
    },
    {
      id: 'attempts',
      titleKey: 'remediation.column.attempts',
      width: 84,
      align: 'right',
      defaultHidden: true,
      render: (row) => format.number(row.attempts),
    },
    {
      id: 'orderedAt',
      titleKey: 'remediation.column.ordered-at',
      width: 110,
      defaultHidden: true,
      render: (row) => <Age at={row.orderedAt} never={t('remediation.not-ordered')} />,
    },
    {
      id: 'endedAt',
      titleKey: 'remediation.column.ended-at',
      width: 110,
      sortable: true,
      render: (row) => <Age at={row.endedAt} />,
    },
  ];
}

/** A tool says last what went wrong. */
function lastLineOf(message: string | null): string {
  return (
    message
      ?.split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .at(-1) ?? ''
  );
}
