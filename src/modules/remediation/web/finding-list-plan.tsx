import { Alert } from '@mantine/core';
import { IconFlameOff } from '@tabler/icons-react';
import { useSearchState } from '../../../platform/web/page.ts';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import { campaignHref } from './campaign-link.ts';
import { PlanLink } from './fix-plan.tsx';
import classes from './remediation.module.css';
import { useFixes } from './use-campaigns.ts';

/** Above findings that one fix removes: what that fix is, and the way to it. */
export function FindingListPlan() {
  const [{ fixId }] = useSearchState({ fixId: '' });
  return /^\d{1,15}$/.test(fixId) ? <FixNote fixId={Number(fixId)} /> : null;
}

function FixNote({ fixId }: { fixId: number }) {
  const t = useT();
  const language = useLanguage();
  const [{ where }] = useSearchState({ where: '' });
  const fixes = useFixes();
  const fix = fixes.data?.items.find(({ id }) => id === fixId);
  return (
    <Alert color="gray" variant="default" icon={<IconFlameOff size={18} />} py="xs">
      <div className={classes.noteLine}>
        <span>{fix ? fix.sentence[language] : t('remediation.plan-text')}</span>
        <PlanLink size="xs" href={campaignHref({ fix: fixId, where })} />
      </div>
    </Alert>
  );
}
