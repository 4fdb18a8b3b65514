import { Pill, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint } from '../../assets/api.ts';
import type { Draft } from './draft.ts';
import { TargetBox, type TargetBoxHandle } from './target-box.tsx';

interface TargetSectionProps {
  draft: Draft;
  onChange: (patch: Partial<Draft>) => void;
  box: RefObject<TargetBoxHandle | null>;
}

/** Whom to ask: a selector, or the one endpoint that a link brought. */
export function TargetSection({ draft, onChange, box }: TargetSectionProps) {
  const t = useT();
  const { endpointIds } = draft;
  const [endpointId] = endpointIds ?? [];
  const isOne = endpointIds?.length === 1 && endpointId !== undefined;
  const endpoint = useApi<Endpoint>(
    ['endpoint', endpointId],
    isOne ? `/api/endpoints/${endpointId}` : null,
  );
  return (
    <Section title={t('questions.compose.whom')}>
      <Stack gap="xs">
        {endpointIds !== null && (
          <div>
            <Pill
              size="md"
              withRemoveButton
              onRemove={() => onChange({ endpointIds: null })}
              removeButtonProps={{
                'aria-label': t('questions.compose.not-only'),
                icon: <IconX size={12} />,
              }}
            >
              {isOne
                ? t('questions.compose.only', {
                    name: endpoint.data?.hostname ?? (endpoint.error ? endpointId : '…'),
                  })
                : t('questions.chosen-endpoints', { count: endpointIds.length })}
            </Pill>
          </div>
        )}
        <TargetBox
          label={t('questions.compose.selector')}
          handle={box}
          value={draft.selector}
          onChange={(selector) => onChange({ selector })}
        />
        <Text size="xs" c="dimmed">
          {t(
            endpointIds === null
              ? 'questions.compose.selector-hint'
              : 'questions.compose.selector-hint-one',
          )}
        </Text>
      </Stack>
    </Section>
  );
}
