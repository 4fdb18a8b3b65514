import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { Page } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import { readCampaignLink } from './campaign-link.ts';
import { Composer } from './composer.tsx';
import { startDraft, usualRings } from './draft.ts';

/** Where a campaign is put together: what, where, in which steps, and what it will mean. */
export function ComposePage() {
  const t = useT();
  const search = useRouterState({ select: (state) => state.location.searchStr });
  // Read once: from here on the reader writes.
  const [initial] = useState(() => {
    const { fix, where, endpoints } = readCampaignLink(search);
    const names = ['first', 'small', 'quarter', 'all'] as const;
    const [first, small, quarter, all] = names.map((name) => t(`remediation.ring-name.${name}`));
    return startDraft(
      usualRings([first ?? '1', small ?? '2', quarter ?? '3', all ?? '4']),
      new Date(),
      {
        fixId: fix ?? null,
        kind: fix === undefined && (where !== undefined || endpoints) ? 'findings' : 'fix',
        selector: where ?? '',
        endpointIds: endpoints ?? null,
      },
    );
  });
  return (
    <Page
      titleKey="remediation.compose.title"
      subtitle={t('remediation.compose.subtitle')}
      breadcrumbs={[{ label: t('remediation.title'), href: '/campaigns' }]}
    >
      <Composer initial={initial} />
    </Page>
  );
}
