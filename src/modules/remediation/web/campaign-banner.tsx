import { Alert } from '@mantine/core';
import {
  IconAlertOctagon,
  IconClock,
  IconFlame,
  IconInfoCircle,
  IconPlugConnectedX,
  IconUserCheck,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useUser } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import classes from './remediation.module.css';

/** What one must know before reading on, and what to do about it. */
export function CampaignBanner({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const { id, byState, byProof } = campaign;
  const stillThere = byProof['still-there'] ?? 0;
  const noAgent = byState['no-agent'] ?? 0;
  return (
    <>
      <StateBanner campaign={campaign} />
      {stillThere > 0 && (
        <Alert
          color="crimson"
          icon={<IconFlame size={18} />}
          title={t('remediation.banner.still-there', {
            count: stillThere,
            number: format.number(stillThere),
          })}
          data-banner="still-there"
        >
          <Line
            link={
              <AppLink href={`/campaigns/${id}?proof=still-there`}>
                {t('remediation.banner.see-endpoints')}
              </AppLink>
            }
          >
            {t('remediation.banner.still-there-text')}
          </Line>
        </Alert>
      )}
      {noAgent > 0 && (
        <Alert
          color="gray"
          variant="default"
          icon={<IconPlugConnectedX size={18} />}
          title={t('remediation.banner.no-agent', {
            count: noAgent,
            number: format.number(noAgent),
          })}
          data-banner="no-agent"
        >
          {t('remediation.banner.no-agent-text')}
        </Alert>
      )}
    </>
  );
}

function Line({ children, link }: { children: ReactNode; link?: ReactNode }) {
  return (
    <div className={classes.noteLine}>
      <span>{children}</span>
      {link}
    </div>
  );
}

function StateBanner({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const language = useLanguage();
  const { displayName, login } = useUser();
  const { id, state, stateBecause, createdBy } = campaign;
  const because = stateBecause?.[language] ?? '';
  if (state === 'halted') {
    return (
      <Alert
        color="crimson"
        icon={<IconAlertOctagon size={18} />}
        title={t('remediation.banner.halted')}
        role="alert"
        data-banner="halted"
      >
        <div>{because === '' ? t('remediation.banner.unknown-reason') : because}</div>
        <Line
          link={
            <AppLink href={`/campaigns/${id}?state=failed`}>
              {t('remediation.banner.see-failed')}
            </AppLink>
          }
        >
          {t('remediation.banner.halted-text')}
        </Line>
      </Alert>
    );
  }
  if (state === 'awaiting-approval') {
    const isOwn = createdBy === displayName || createdBy === login;
    return (
      <Alert
        color="amber"
        icon={<IconUserCheck size={18} />}
        title={t('remediation.banner.approval')}
        data-banner="approval"
      >
        {because !== '' && <div>{because}</div>}
        {t(isOwn ? 'remediation.banner.approval-own' : 'remediation.banner.approval-text')}
      </Alert>
    );
  }
  if (state === 'paused') {
    return (
      <Alert
        color="amber"
        icon={<IconClock size={18} />}
        title={t('remediation.banner.paused')}
        data-banner="paused"
      >
        {because !== '' && <div>{because}</div>}
        {t('remediation.banner.paused-text')}
      </Alert>
    );
  }
  if (state === 'draft') {
    return (
      <Alert
        color="gray"
        variant="default"
        icon={<IconInfoCircle size={18} />}
        title={t('remediation.banner.draft')}
        data-banner="draft"
      >
        {t('remediation.banner.draft-text')}
      </Alert>
    );
  }
  if (because !== '') {
    return (
      <Alert color="gray" variant="default" icon={<IconInfoCircle size={18} />}>
        {because}
      </Alert>
    );
  }
  return null;
}
