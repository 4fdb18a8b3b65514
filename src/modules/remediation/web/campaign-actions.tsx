import { Button, Menu } from '@mantine/core';
import {
  IconDownload,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconUserCheck,
} from '@tabler/icons-react';
import { useState } from 'react';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { ConfirmButton } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import { DangerModal } from './danger-modal.tsx';
import { dangersOf } from './dangers.ts';
import { type CampaignVerb, troubleOf, verbsOf } from './states.ts';
import { campaignsKey } from './use-campaigns.ts';

export const workFormats = [
  'ansible-inventory',
  'ansible-playbook',
  'csv',
  'wsus',
  'intune',
  'sccm',
] as const;

const icons = {
  approve: IconUserCheck,
  start: IconPlayerPlay,
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
  retry: IconRefresh,
} as const;

/** What one can do with a campaign now; what is dangerous asks first. */
export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const mayAct = useHolds('campaigns:respond');
  const [asking, setAsking] = useState<'approve' | 'start' | 'resume' | 'retry' | null>(null);
  const { id, state, byState, byProof, work } = campaign;
  const act = useApiAction<CampaignVerb, unknown>({
    run: (verb) => api.post(`/api/campaigns/${id}/${verb}`),
    invalidates: [['campaign', String(id)], ['campaign-targets', String(id)], campaignsKey],
    onSuccess: () => setAsking(null),
  });
  const dangers = dangersOf(work, undefined);
  const stillThere = byProof['still-there'] ?? 0;
  const ahead = (byState['waiting'] ?? 0) + (byState['queued'] ?? 0) + (byState['offline'] ?? 0);
  // Where nothing changed it may be still there as well: only the done ones come on top.
  const doneStillThere = useApi<ListAnswer<unknown>>(
    ['campaign-targets', String(id), 'count'],
    stillThere > 0 ? `/api/campaigns/${id}/targets` : null,
    { state: 'done', proof: 'still-there', limit: 1 },
  );
  const again = troubleOf(byState) + (stillThere > 0 ? (doneStillThere.data?.total ?? 0) : 0);
  const verbs = mayAct ? verbsOf(state, again) : [];
  const run = (verb: Exclude<CampaignVerb, 'cancel'>) => {
    if (verb !== 'pause' && dangers.length > 0) setAsking(verb);
    else act.mutate(verb);
  };
  return (
    <>
      {verbs
        .filter((verb) => verb !== 'cancel')
        .map((verb) => {
          const Icon = icons[verb];
          const isMain = verb === 'approve' || verb === 'start' || verb === 'resume';
          return (
            <Button
              key={verb}
              variant={isMain ? 'filled' : 'default'}
              leftSection={<Icon size={16} aria-hidden="true" />}
              loading={act.isPending && act.variables === verb}
              disabled={act.isPending && act.variables !== verb}
              onClick={() => run(verb)}
              data-verb={verb}
            >
              {verb === 'retry'
                ? t('remediation.do.retry', { count: again, number: format.number(again) })
                : t(`remediation.do.${verb}`)}
            </Button>
          );
        })}
      {mayAct && <WorkExport campaign={campaign} />}
      {verbs.includes('cancel') && (
        <ConfirmButton
          title={t('remediation.cancel-title')}
          text={t('remediation.cancel-text')}
          confirmLabel={t('remediation.cancel-do')}
          danger
          loading={act.isPending && act.variables === 'cancel'}
          onConfirm={() => act.mutate('cancel')}
        >
          {t('remediation.do.cancel')}
        </ConfirmButton>
      )}
      <DangerModal
        opened={asking !== null}
        dangers={dangers}
        endpoints={asking === 'retry' ? again : ahead}
        verb={asking ?? 'start'}
        busy={act.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => {
          if (asking !== null) act.mutate(asking);
        }}
      />
    </>
  );
}

/** The work of endpoints that take no orders, as a file for those who do it. */
function WorkExport({ campaign: { id, byState } }: { campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const count = byState['no-agent'] ?? 0;
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden="true" />}>
          {t('remediation.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {t('remediation.export-for', { count, number: format.number(count) })}
        </Menu.Label>
        {workFormats.map((name) => (
          <Menu.Item
            key={name}
            component="a"
            href={`/api/campaigns/${id}/work?format=${name}`}
            download
            data-work-format={name}
          >
            {t(`remediation.format.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
