import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { FreshnessBadge, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { PartRows, PartState } from '../api.ts';
import { partName } from './labels.tsx';
import { PartNote } from './part-note.tsx';
import { type DerivedColumn, PartRowsTable } from './part-rows.tsx';

/** The rows of one part of an endpoint; asked only for parts that ever had an answer. */
export function usePartRows(endpointId: string, state: PartState | undefined) {
  const hasRows = state !== undefined && state.observedAt !== null;
  return useApi<PartRows>(
    ['endpoint', endpointId, 'part', state?.part ?? ''],
    hasRows ? `/api/endpoints/${endpointId}/parts/${state.part}` : null,
  );
}

interface PartSectionProps {
  endpointId: string;
  state: PartState;
  derived?: readonly DerivedColumn[];
  firstSort?: string;
  /** What the rows mean, put before them. */
  summary?: (answer: PartRows) => ReactNode;
}

/** One part of an endpoint: how far it can be trusted, what it means, its rows. */
export function PartSection({ endpointId, state, derived, firstSort, summary }: PartSectionProps) {
  const t = useT();
  const rows = usePartRows(endpointId, state);
  const note = state.freshness !== 'fresh' || (state.rejectedCount ?? 0) > 0;
  const summaryNode = rows.data && summary ? summary(rows.data) : null;
  return (
    <Section
      flush
      title={partName(state.part, t)}
      actions={
        <>
          {state.observedAt && (
            <Text size="xs" c="dimmed" component="div">
              {t('assets.part.confirmed')} <Age at={state.observedAt} />
            </Text>
          )}
          <FreshnessBadge
            freshness={state.freshness}
            at={state.observedAt}
            failure={state.failure}
          />
        </>
      }
    >
      {(note || summaryNode || rows.error) && (
        <Stack gap="sm" p="md">
          <PartNote state={state} />
          {summaryNode}
          {rows.error && <ProblemAlert problem={rows.error} onRetry={() => void rows.refetch()} />}
        </Stack>
      )}
      {rows.data && (
        <PartRowsTable
          answer={rows.data}
          {...(derived ? { derived } : {})}
          {...(firstSort ? { firstSort } : {})}
        />
      )}
      {rows.isLoading && (
        <Group p="md">
          <Skeleton height={120} />
        </Group>
      )}
    </Section>
  );
}
