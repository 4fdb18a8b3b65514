import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import classes from './remediation.module.css';

const dayMs = 86_400_000;

/** The deadline of a campaign, and how many days are left while it is not over. */
export function Deadline({
  campaign: { deadlineAt, state },
}: {
  campaign: Pick<Campaign, 'deadlineAt' | 'state'>;
}) {
  const t = useT();
  const format = useFormat();
  const leftMs = Date.parse(deadlineAt) - Date.now();
  const isOver = state === 'finished' || state === 'cancelled';
  return (
    <span className={classes.twoLines}>
      <span className={`${classes.oneLine} ${classes.number}`}>{format.time(deadlineAt)}</span>
      {!isOver && (
        <span className={`${classes.second} ${leftMs < 0 ? classes.bad : ''}`}>
          {leftMs < 0
            ? t('remediation.deadline.passed')
            : leftMs < dayMs
              ? t('remediation.deadline.left', { time: format.duration(leftMs / 1000) })
              : t('remediation.deadline.left-days', { count: Math.floor(leftMs / dayMs) })}
        </span>
      )}
    </span>
  );
}
