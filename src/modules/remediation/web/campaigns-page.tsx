import { Button } from '@mantine/core';
import { IconFlameOff, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { type Column, DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useGo } from '../../../platform/web/page.ts';
import { Dim, EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import { useWorkText } from './action-words.ts';
import { ApprovalSetting } from './approval-setting.tsx';
import { Deadline } from './deadline.tsx';
import classes from './remediation.module.css';
import { CampaignBadge, RemediationPlaces, StateCell } from './state-parts.tsx';
import { campaignStates } from './states.ts';
import { campaignsKey, campaignTopics } from './use-campaigns.ts';

const rowId = (row: Campaign) => String(row.id);
const rowHref = (row: Campaign) => `/campaigns/${row.id}`;

/** All campaigns: what is under way, what waits for somebody, what it came to. */
export function CampaignsPage() {
  const t = useT();
  const go = useGo();
  const mayAct = useHolds('campaigns:respond');
  const columns = useCampaignColumns();
  useLive(campaignTopics, [campaignsKey]);
  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'state',
        labelKey: 'remediation.column.state',
        options: campaignStates.map((name) => ({
          value: name,
          label: t(`remediation.state.${name}`),
        })),
      },
    ],
    [t],
  );
  return (
    <Page
      titleKey="remediation.title"
      subtitle={t('remediation.subtitle')}
      actions={
        <>
          <ApprovalSetting />
          {mayAct && (
            <Button
              leftSection={<IconPlus size={16} aria-hidden="true" />}
              onClick={() => go('/campaigns/new')}
            >
              {t('remediation.new')}
            </Button>
          )}
        </>
      }
      fill
    >
      <RemediationPlaces here="campaigns" />
      <DataTable<Campaign>
        id="remediation.campaigns"
        path="/api/campaigns"
        queryKey={campaignsKey}
        columns={columns}
        rowId={rowId}
        rowHref={rowHref}
        rowHeightPx={60}
        filters={filters}
        searchKey="remediation.search"
        defaultSort="-createdAt"
        csvName="yojin-campaigns"
        emptyState={
          <EmptyState
            icon={<IconFlameOff size={40} stroke={1.3} aria-hidden="true" />}
            title={t('remediation.empty-title')}
            text={t('remediation.empty-text')}
            action={
              <Button
                variant={mayAct ? 'filled' : 'default'}
                onClick={() => go('/findings?group=fix')}
              >
                {t('remediation.empty-action')}
              </Button>
            }
          />
        }
      />
    </Page>
  );
}

function useCampaignColumns(): readonly Column<Campaign>[] {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const workText = useWorkText();
  return [
    {
      id: 'title',
      titleKey: 'remediation.column.title',
      width: 240,
      render: (row) => (
        <span className={classes.twoLines}>
          <span className={classes.oneLine}>{row.title}</span>
          <span className={classes.second}>
            {row.state === 'halted' && row.stateBecause !== null
              ? row.stateBecause[language]
              : row.work.kind === 'fix' && row.selector !== ''
                ? row.selector
                : workText(row.work)}
          </span>
        </span>
      ),
    },
    {
      id: 'state',
      titleKey: 'remediation.column.state',
      width: 128,
      render: (row) => <CampaignBadge state={row.state} />,
    },
    {
      id: 'ring',
      titleKey: 'remediation.column.ring',
      width: 104,
      render: (row) => <RingText campaign={row} />,
    },
    {
      id: 'byState',
      titleKey: 'remediation.column.by-state',
      width: 178,
      render: (row) => <StateCell by="target" campaign={row} />,
    },
    {
      id: 'byProof',
      titleKey: 'remediation.column.by-proof',
      width: 178,
      render: (row) => <StateCell by="proof" campaign={row} />,
    },
    {
      id: 'findings',
      titleKey: 'remediation.column.findings',
      width: 104,
      align: 'right',
      render: (row) => (
        <span className={classes.number}>
          {format.number(row.findingsClosed)} / {format.number(row.findingsToClose)}
        </span>
      ),
    },
    {
      id: 'deadlineAt',
      titleKey: 'remediation.column.deadline',
      width: 136,
      sortable: true,
      render: (row) => <Deadline campaign={row} />,
    },
    {
      id: 'createdBy',
      titleKey: 'remediation.column.created-by',
      width: 140,
      defaultHidden: true,
      render: (row) => (
        <span className={classes.twoLines}>
          <span className={classes.oneLine}>{row.createdBy}</span>
          {row.rule !== null && <span className={classes.second}>{t('remediation.by-rule')}</span>}
        </span>
      ),
    },
    {
      id: 'createdAt',
      titleKey: 'remediation.column.created-at',
      width: 96,
      sortable: true,
      defaultHidden: true,
      render: (row) => <Age at={row.createdAt} />,
    },
  ];
}

function RingText({ campaign: { rings, currentRing, state } }: { campaign: Campaign }) {
  const t = useT();
  const ring = currentRing === null ? undefined : rings[currentRing];
  if (ring === undefined) {
    return <Dim>{t(state === 'finished' ? 'remediation.ring.all' : 'remediation.ring.none')}</Dim>;
  }
  return (
    <span className={classes.twoLines}>
      <span className={classes.oneLine}>{ring.name}</span>
      <span className={classes.second}>
        {t('remediation.ring.of', { number: (currentRing ?? 0) + 1, whole: rings.length })}
      </span>
    </span>
  );
}
