import { Skeleton, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useParam, useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import { useWorkText } from './action-words.ts';
import { CampaignActions } from './campaign-actions.tsx';
import { CampaignBanner } from './campaign-banner.tsx';
import { CampaignFacts } from './campaign-facts.tsx';
import { Deadline } from './deadline.tsx';
import classes from './remediation.module.css';
import { RingProgress } from './ring-progress.tsx';
import { CampaignBadge, StateBar, StateLegend } from './state-parts.tsx';
import { TargetsTable } from './targets-table.tsx';
import { useCampaign } from './use-campaigns.ts';

/** One campaign: how far it is, what went wrong, and whether observation agrees. */
export function CampaignPage() {
  const t = useT();
  const id = useParam('id');
  const campaign = useCampaign(id);
  const breadcrumbs = [{ label: t('remediation.title'), href: '/campaigns' }];
  const { data, error } = campaign;
  if (data) return <LoadedCampaign campaign={data} breadcrumbs={breadcrumbs} />;
  return (
    <Page titleKey="remediation.campaign.title" breadcrumbs={breadcrumbs}>
      {error?.status === 404 || error?.status === 400 ? (
        <EmptyState
          title={t('remediation.campaign.gone-title')}
          text={t('remediation.campaign.gone-text')}
          action={<AppLink href="/campaigns">{t('remediation.campaign.all')}</AppLink>}
        />
      ) : error ? (
        <ProblemAlert problem={error} onRetry={() => void campaign.refetch()} />
      ) : (
        <Stack aria-busy="true">
          <Skeleton height={36} width="60%" />
          <Skeleton height={320} />
        </Stack>
      )}
    </Page>
  );
}

function LoadedCampaign({
  campaign,
  breadcrumbs,
}: {
  campaign: Campaign;
  breadcrumbs: readonly { label: string; href: string }[];
}) {
  const t = useT();
  const workText = useWorkText();
  useFollow(campaign);
  return (
    <Page
      title={campaign.title}
      breadcrumbs={breadcrumbs}
      subtitle={
        <span className={classes.subtitle}>
          <CampaignBadge state={campaign.state} />
          <span>{workText(campaign.work)}</span>
          <span>
            {campaign.createdBy} · <Age at={campaign.createdAt} />
          </span>
          {campaign.rule !== null && (
            <AppLink href="/patch-rules" inherit>
              {t('remediation.by-rule')}
            </AppLink>
          )}
        </span>
      }
      actions={<CampaignActions campaign={campaign} />}
    >
      <CampaignBanner campaign={campaign} />
      <ProgressSection campaign={campaign} />
      <div className={classes.columns}>
        <RingProgress campaign={campaign} />
        <CampaignFacts campaign={campaign} />
      </div>
      <div id="targets">
        <TargetsTable campaign={campaign} />
      </div>
    </Page>
  );
}

function ProgressSection({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const [{ state, proof }] = useSearchState({ state: '', proof: '' });
  const { id, targeted, byState, byProof, findingsClosed, findingsToClose } = campaign;
  const stillThere = byProof['still-there'] ?? 0;
  const hrefOf = (name: string, value: string) => `/campaigns/${id}?${name}=${value}`;
  return (
    <Section>
      <div
        data-campaign={id}
        data-done={byState['done'] ?? 0}
        data-proved={byProof['proved'] ?? 0}
        data-targeted={targeted}
      >
        <dl className={classes.figures}>
          <div>
            <dt>{t('remediation.figure.done')}</dt>
            <dd>
              {format.number(byState['done'] ?? 0)}
              <small> / {format.number(targeted)}</small>
            </dd>
          </div>
          <div>
            <dt>{t('remediation.figure.proved')}</dt>
            <dd>
              {format.number(byProof['proved'] ?? 0)}
              <small> / {format.number(targeted)}</small>
            </dd>
          </div>
          <div>
            <dt>{t('remediation.figure.still-there')}</dt>
            <dd className={stillThere > 0 ? classes.bad : undefined}>
              {format.number(stillThere)}
            </dd>
          </div>
          <div>
            <dt>{t('remediation.figure.findings')}</dt>
            <dd>
              {format.number(findingsClosed)}
              <small> / {format.number(findingsToClose)}</small>
            </dd>
          </div>
          <div>
            <dt>{t('remediation.column.deadline')}</dt>
            <dd style={{ fontSize: '0.9375rem' }}>
              <Deadline campaign={campaign} />
            </dd>
          </div>
        </dl>
        <h3 className={classes.subhead}>{t('remediation.by.target')}</h3>
        {targeted > 0 && <StateBar by="target" counts={byState} large />}
        <StateLegend
          by="target"
          counts={byState}
          chosen={state}
          hrefOf={(name) => hrefOf('state', name)}
        />
        <h3 className={classes.subhead} style={{ marginTop: 18 }}>
          {t('remediation.by.proof')}
        </h3>
        {targeted > 0 && <StateBar by="proof" counts={byProof} large />}
        <StateLegend
          by="proof"
          counts={byProof}
          chosen={proof}
          hrefOf={(name) => hrefOf('proof', name)}
        />
      </div>
    </Section>
  );
}

/** Longer than the time between two reports of a quick ring. */
const pauseMs = 900;

/** Asks for the list again when the campaign's own figures say that something came. */
function useFollow({ id, state, byState, byProof, findingsClosed }: Campaign): void {
  const client = useQueryClient();
  const figures = JSON.stringify([state, byState, byProof, findingsClosed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other figures are the reason to run
  useEffect(() => {
    const queryKey = ['campaign-targets', String(id)];
    // A list that is under way is not begun anew, or it would never arrive while reports pour in.
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), pauseMs);
    return () => clearTimeout(timer);
  }, [client, id, figures]);
}
