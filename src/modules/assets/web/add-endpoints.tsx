import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';

/** Where enrolment secrets are issued and agents are set up. */
export const enrolmentHref = '/enrolment';

/** Leads to where endpoints are enrolled; absent for those who may not. */
export function AddEndpointsButton() {
  const t = useT();
  const onClick = useLinkClick();
  if (!useHolds('agent-protocol:administer')) return null;
  return (
    <Button
      component="a"
      href={enrolmentHref}
      onClick={onClick}
      variant="default"
      leftSection={<IconPlus size={16} aria-hidden="true" />}
    >
      {t('assets.endpoints.add')}
    </Button>
  );
}
