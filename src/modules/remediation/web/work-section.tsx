import { Checkbox, Group, SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import { ActionFields } from './action-fields.tsx';
import { type CampaignDraft, workKinds } from './draft.ts';
import { useFixes } from './use-campaigns.ts';

interface WorkSectionProps {
  draft: CampaignDraft;
  onChange: (patch: Partial<CampaignDraft>) => void;
}

export const severityChoices = ['critical', 'high', 'medium', 'low'] as const;

/** What to do: a fix of findings, everything that can be mended, or an action of one's own. */
export function WorkSection({ draft, onChange }: WorkSectionProps) {
  const t = useT();
  return (
    <Section title={t('remediation.compose.what')}>
      <Stack gap="md">
        <SegmentedControl
          aria-label={t('remediation.compose.what')}
          value={draft.kind}
          onChange={(kind) => {
            const known = workKinds.find((one) => one === kind);
            if (known) onChange({ kind: known });
          }}
          data={workKinds.map((kind) => ({
            value: kind,
            label: t(`remediation.compose.kind.${kind}`),
          }))}
        />
        <Text size="sm" c="dimmed">
          {t(`remediation.compose.kind-hint.${draft.kind}`)}
        </Text>
        {draft.kind === 'fix' ? (
          <FixField fixId={draft.fixId} onChange={(fixId) => onChange({ fixId })} />
        ) : draft.kind === 'findings' ? (
          <Stack gap="sm">
            <Checkbox.Group
              label={t('remediation.compose.severities')}
              description={t('remediation.compose.severities-hint')}
              value={[...draft.severities]}
              onChange={(severities) => onChange({ severities })}
            >
              <Group gap="md" mt={6}>
                {severityChoices.map((name) => (
                  <Checkbox key={name} value={name} label={t(`remediation.severity.${name}`)} />
                ))}
              </Group>
            </Checkbox.Group>
            <Switch
              label={t('remediation.compose.exploited-only')}
              checked={draft.exploitedOnly}
              onChange={(event) => onChange({ exploitedOnly: event.currentTarget.checked })}
            />
          </Stack>
        ) : (
          <ActionFields
            action={draft.action}
            onChange={(patch) => onChange({ action: { ...draft.action, ...patch } })}
          />
        )}
      </Stack>
    </Section>
  );
}

function FixField({
  fixId,
  onChange,
}: {
  fixId: number | null;
  onChange: (fixId: number | null) => void;
}) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const fixes = useFixes();
  const items = fixes.data?.items ?? [];
  const chosen = items.find(({ id }) => id === fixId);
  return (
    <>
      <Select
        label={t('remediation.compose.fix')}
        placeholder={t('remediation.compose.fix-placeholder')}
        nothingFoundMessage={t('remediation.compose.fix-none')}
        data={[
          ...items.map(({ id, name, ecosystem, assets }) => ({
            value: String(id),
            label: `${name} (${ecosystem}) · ${t('remediation.endpoints', {
              count: assets,
              number: format.number(assets),
            })}`,
          })),
          // A link may bring one that is not among the first thousand.
          ...(fixId !== null && chosen === undefined
            ? [{ value: String(fixId), label: `#${fixId}` }]
            : []),
        ]}
        value={fixId === null ? null : String(fixId)}
        onChange={(value) => onChange(value === null ? null : Number(value))}
        searchable
        clearable
        limit={200}
        required
      />
      {chosen && (
        <Text size="sm" data-fix-sentence>
          {chosen.sentence[language]}
        </Text>
      )}
      {fixes.error && <ProblemAlert problem={fixes.error} onRetry={() => void fixes.refetch()} />}
    </>
  );
}
