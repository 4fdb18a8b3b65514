import { Tooltip } from '@mantine/core';
import { useT } from '../../../platform/web/translate.ts';
import classes from './remediation.module.css';

/** The stable cause of a failure: in words where we have them, the code always. */
export function ReasonText({ reason }: { reason: string }) {
  const t = useT();
  const key = `remediation.reason.${reason}`;
  if (!t.has(key)) return <span className={classes.mono}>{reason}</span>;
  return (
    <Tooltip label={reason}>
      <span>{t(key)}</span>
    </Tooltip>
  );
}

/** What to do about it, where there is something to say. */
export function useAdvice(): (reason: string | null) => string | null {
  const t = useT();
  return (reason) => {
    const key = `remediation.advice.${reason ?? ''}`;
    return reason !== null && t.has(key) ? t(key) : null;
  };
}
