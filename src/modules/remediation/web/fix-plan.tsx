import { Button } from '@mantine/core';
import { IconFlameOff } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useSearchState } from '../../../platform/web/page.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { FindingDetails } from '../../findings/api.ts';
import { campaignHref } from './campaign-link.ts';

/** A way into the composer. Within a row of a list it does not open the row. */
export function PlanLink({ href, size = 'sm' }: { href: string; size?: 'xs' | 'sm' }) {
  const t = useT();
  const onClick = useLinkClick();
  return (
    <Button
      component="a"
      href={href}
      size={size}
      variant="default"
      leftSection={<IconFlameOff size={15} aria-hidden="true" />}
      onClick={(event: MouseEvent<HTMLAnchorElement>) => {
        event.stopPropagation();
        onClick(event);
      }}
      data-plan-campaign
    >
      {t('remediation.plan')}
    </Button>
  );
}

/** Of one fix group (`subjectId`), on the endpoints that the list is narrowed to. */
export function FixPlan({ subjectId }: { subjectId: string }) {
  const [{ where }] = useSearchState({ where: '' });
  return <PlanLink size="xs" href={campaignHref({ fix: Number(subjectId), where })} />;
}

/** Of one finding: its fix on its endpoint. Nothing where no order can mend it. */
export function FindingPlan({ subjectId }: { subjectId: string }) {
  const { data } = useApi<FindingDetails>(
    ['finding', subjectId],
    `/api/findings/${encodeURIComponent(subjectId)}`,
  );
  if (data?.assetKind !== 'endpoint' || data.fix === null || data.state === 'closed') {
    return null;
  }
  return <PlanLink href={campaignHref({ fix: data.fix.id, endpoints: [data.assetId] })} />;
}
