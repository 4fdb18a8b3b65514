import { MultiSelect, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { SelectorBox } from '../../../platform/web/selector-box.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint, EndpointSummary } from '../../assets/api.ts';
import type { CampaignDraft } from './draft.ts';

interface TargetSectionProps {
  draft: CampaignDraft;
  onChange: (patch: Partial<CampaignDraft>) => void;
}

/** Where: whoever a selector selects, narrowed to endpoints that were chosen one by one. */
export function TargetSection({ draft, onChange }: TargetSectionProps) {
  const t = useT();
  return (
    <Section title={t('remediation.compose.where')}>
      <Stack gap="md">
        <div data-target-box>
          <SelectorBox
            value={draft.selector}
            onChange={(selector) => onChange({ selector })}
            label={t('remediation.compose.selector')}
          />
          <Text size="xs" c="dimmed" mt={6}>
            {t(
              draft.kind === 'action'
                ? 'remediation.compose.selector-hint-action'
                : 'remediation.compose.selector-hint',
            )}
          </Text>
        </div>
        <EndpointField
          ids={draft.endpointIds ?? []}
          onChange={(ids) => onChange({ endpointIds: ids.length === 0 ? null : ids })}
        />
      </Stack>
    </Section>
  );
}

/** Endpoints by name; those that a link brought find their names by themselves. */
function EndpointField({
  ids,
  onChange,
}: {
  ids: readonly string[];
  onChange: (ids: readonly string[]) => void;
}) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed.trim(), 250);
  const found = useApi<ListAnswer<EndpointSummary>>(
    ['endpoints', 'choice'],
    asked === '' ? null : '/api/endpoints',
    { q: asked, limit: 20 },
  );
  const [first] = ids;
  const known = useRef(new Map<string, string>());
  const single = useApi<Endpoint>(
    ['endpoint', first],
    first !== undefined && !known.current.has(first) ? `/api/endpoints/${first}` : null,
  );
  if (single.data) known.current.set(single.data.id, single.data.hostname);
  for (const { id, hostname } of found.data?.items ?? []) known.current.set(id, hostname);
  const values = new Set([...ids, ...(found.data?.items ?? []).map(({ id }) => id)]);
  return (
    <MultiSelect
      label={t('remediation.compose.endpoints')}
      description={t('remediation.compose.endpoints-hint')}
      placeholder={ids.length === 0 ? t('remediation.compose.endpoints-placeholder') : ''}
      nothingFoundMessage={
        asked === '' ? t('remediation.compose.endpoints-type') : t('shell.no-match')
      }
      data={[...values].map((id) => ({
        value: id,
        label: known.current.get(id) ?? `${id.slice(0, 8)}…`,
      }))}
      // The server has searched; what it found need not contain the words in its name.
      filter={({ options }) => options}
      value={[...ids]}
      onChange={onChange}
      searchValue={typed}
      onSearchChange={setTyped}
      searchable
      clearable
      hidePickedOptions
    />
  );
}
