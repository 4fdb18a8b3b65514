import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconClock, IconInfoCircle } from '@tabler/icons-react';
import { useT } from '../../../platform/web/translate.ts';
import type { PartState } from '../api.ts';
import { partName } from './labels.tsx';

/** Why a part is missing, incomplete or not to be trusted; nothing for a fresh, whole one. */
export function PartNote({ state }: { state: PartState }) {
  const t = useT();
  const rejected = state.rejectedCount ?? 0;
  return (
    <>
      <FreshnessNote state={state} />
      {rejected > 0 && (
        <Alert color="amber" icon={<IconAlertTriangle size={18} />}>
          {t('assets.part-note.rejected', { count: rejected })}
        </Alert>
      )}
    </>
  );
}

function FreshnessNote({ state }: { state: PartState }) {
  const t = useT();
  const part = partName(state.part, t);
  const text = (key: string) => t(`assets.part-note.${key}`, { part });
  switch (state.freshness) {
    case 'fresh':
    case 'not-applicable':
      return null;
    case 'stale':
      return (
        <Alert color="amber" title={text('stale-title')} icon={<IconClock size={18} />}>
          {text('stale-text')}
        </Alert>
      );
    case 'failed':
      return (
        <Alert color="crimson" title={text('failed-title')} icon={<IconAlertTriangle size={18} />}>
          {state.failure && <div>{state.failure}</div>}
          {text(state.observedAt === null ? 'failed-none' : 'failed-kept')}
        </Alert>
      );
    case 'never':
      return (
        <Alert color="gray" title={text('never-title')} icon={<IconInfoCircle size={18} />}>
          {text('never-text')}
        </Alert>
      );
  }
}
