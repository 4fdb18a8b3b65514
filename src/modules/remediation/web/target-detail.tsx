import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconBulb } from '@tabler/icons-react';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { ConfirmButton, Dim } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint } from '../../assets/api.ts';
import type { Campaign, CampaignTarget } from '../api.ts';
import { changesOf, hasChanged } from './change-list.ts';
import { ChangeList } from './change-text.tsx';
import { ReasonText, useAdvice } from './reason-text.tsx';
import classes from './remediation.module.css';
import { ProofBadge, TargetBadge } from './state-parts.tsx';
import { campaignsKey } from './use-campaigns.ts';

interface TargetDetailProps {
  campaign: Campaign;
  endpointId: string;
  /** The row as it was clicked; null: it was linked to. */
  known: CampaignTarget | null;
}

/** One endpoint of a campaign: what the tool said, what changed, what was observed since. */
export function TargetDetail({ campaign, endpointId, known }: TargetDetailProps) {
  const t = useT();
  // The list is searched by name; of one that was linked to only the id is known.
  const endpoint = useApi<Endpoint>(
    ['endpoint', endpointId],
    known === null ? `/api/endpoints/${encodeURIComponent(endpointId)}` : null,
  );
  const hostname = known?.hostname ?? endpoint.data?.hostname;
  const targets = useApi<ListAnswer<CampaignTarget>>(
    ['campaign-targets', String(campaign.id), 'one'],
    hostname === undefined ? null : `/api/campaigns/${campaign.id}/targets`,
    { limit: 1000, q: hostname },
  );
  const target = targets.data?.items.find((one) => one.endpointId === endpointId) ?? known;
  if (!target) {
    return targets.isLoading || endpoint.isLoading ? (
      <Skeleton height={240} />
    ) : (
      <Text c="dimmed">{t('remediation.targets.gone')}</Text>
    );
  }
  return <LoadedTarget campaign={campaign} target={target} />;
}

function LoadedTarget({ campaign, target }: { campaign: Campaign; target: CampaignTarget }) {
  const t = useT();
  const format = useFormat();
  const advice = useAdvice()(target.reason);
  return (
    <Stack gap="md" data-target={target.endpointId}>
      <div>
        <AppLink href={`/endpoints/${target.endpointId}`} fw={650} size="lg">
          {target.hostname}
        </AppLink>
        <Text size="sm" c="dimmed">
          {target.scopeName}
        </Text>
        <Group gap="xs" mt={8}>
          <TargetBadge state={target.state} />
          <ProofBadge proof={target.proof} />
        </Group>
      </div>
      {target.proof === 'still-there' && (
        <Alert color="crimson">{t('remediation.banner.still-there-text')}</Alert>
      )}
      {advice !== null && (
        <Alert color="gray" variant="default" icon={<IconBulb size={18} />}>
          {advice}
        </Alert>
      )}
      <dl className={classes.facts}>
        {target.reason !== null && (
          <div>
            <dt>{t('remediation.column.reason')}</dt>
            <dd>
              <ReasonText reason={target.reason} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t('remediation.column.findings')}</dt>
          <dd>
            {t('remediation.targets.findings', {
              closed: format.number(target.findingsClosed),
              whole: format.number(target.findingsToClose),
            })}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.column.ring')}</dt>
          <dd>
            {target.ring + 1}. {campaign.rings[target.ring]?.name}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.column.attempts')}</dt>
          <dd>{format.number(target.attempts)}</dd>
        </div>
        <div>
          <dt>{t('remediation.column.ordered-at')}</dt>
          <dd>
            {target.orderedAt === null ? (
              <Dim>{t('remediation.not-ordered')}</Dim>
            ) : (
              format.exactTime(target.orderedAt)
            )}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.column.ended-at')}</dt>
          <dd>{format.exactTime(target.endedAt)}</dd>
        </div>
        {target.rebootNeeded && (
          <div>
            <dt>{t('remediation.terms.restart')}</dt>
            <dd>{t('remediation.targets.reboot-needed')}</dd>
          </div>
        )}
      </dl>
      <div>
        <h3 className={classes.subhead}>{t('remediation.column.change')}</h3>
        <ChangeList before={target.before} after={target.after} />
      </div>
      <div>
        <h3 className={classes.subhead}>{t('remediation.column.message')}</h3>
        {target.message === null || target.message.trim() === '' ? (
          <Text size="sm" c="dimmed">
            {t('remediation.targets.no-message')}
          </Text>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard
          <pre className={classes.output} tabIndex={0}>
            {target.message}
          </pre>
        )}
      </div>
      <TargetActions campaign={campaign} target={target} />
    </Stack>
  );
}

/** What package managers took up or away they can bring back; the server knows which of them. */
const canUndo = (work: Campaign['work']): boolean =>
  work.kind !== 'action' ||
  work.action.type === 'package-upgrade' ||
  work.action.type === 'package-remove';

/** Back to what was there before, on this endpoint alone. */
function TargetActions({ campaign, target }: { campaign: Campaign; target: CampaignTarget }) {
  const t = useT();
  const mayAct = useHolds('campaigns:respond');
  const undo = useApiAction({
    run: () => api.post(`/api/campaigns/${campaign.id}/targets/${target.endpointId}/undo`),
    invalidates: [
      ['campaign', String(campaign.id)],
      ['campaign-targets', String(campaign.id)],
      campaignsKey,
    ],
    successKey: 'remediation.undo-asked',
  });
  const changed = changesOf(target.before, target.after).filter(
    (change) => hasChanged(change) && change.before !== null,
  );
  return (
    <Group gap="xs">
      <Button
        component="a"
        variant="default"
        href={`/endpoints/${target.endpointId}?tab=orders`}
        target="_self"
      >
        {t('remediation.targets.orders')}
      </Button>
      {mayAct && canUndo(campaign.work) && changed.length > 0 && (
        <ConfirmButton
          title={t('remediation.undo-title', { name: target.hostname })}
          text={
            <>
              {t('remediation.undo-text')}
              <ChangeList before={target.after} after={target.before} />
            </>
          }
          confirmLabel={t('remediation.undo-do')}
          danger
          leftSection={<IconArrowBackUp size={16} aria-hidden="true" />}
          loading={undo.isPending}
          onConfirm={() => undo.mutate()}
        >
          {t('remediation.undo')}
        </ConfirmButton>
      )}
    </Group>
  );
}
