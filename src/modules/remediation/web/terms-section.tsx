import {
  Chip,
  Collapse,
  Group,
  NumberInput,
  Radio,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMemo } from 'react';
import { Section } from '../../../platform/web/parts.tsx';
import { type Language, useLanguage, useT } from '../../../platform/web/translate.ts';
import type { CampaignDraft, DraftFault } from './draft.ts';

interface TermsSectionProps {
  draft: CampaignDraft;
  faults: readonly DraftFault[];
  onChange: (patch: Partial<CampaignDraft>) => void;
}

const days = [1, 2, 3, 4, 5, 6, 0] as const;

/** The short name of each day of the week, as the reader's language has it. */
function dayNames(language: Language): readonly string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  // 4 January 1970 was a Sunday.
  return Array.from({ length: 7 }, (_, day) => format.format((day + 3) * 86_400_000));
}

/** When, until when, what stops it, and what becomes of restarts. */
export function TermsSection({ draft, faults, onChange }: TermsSectionProps) {
  const t = useT();
  return (
    <Section title={t('remediation.terms.title')}>
      <Stack gap="lg">
        <WindowFields draft={draft} faults={faults} onChange={onChange} />
        <TextInput
          type="datetime-local"
          label={t('remediation.terms.deadline')}
          description={t('remediation.terms.deadline-hint')}
          value={draft.deadline}
          onChange={(event) => onChange({ deadline: event.currentTarget.value })}
          error={faults.includes('deadline') ? t('remediation.fault.deadline') : null}
          styles={{ input: { maxWidth: 320 } }}
          required
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
          <NumberInput
            label={t('remediation.terms.halt-failure')}
            description={t('remediation.terms.halt-failure-hint')}
            value={draft.haltAtFailurePercent}
            min={0}
            max={100}
            suffix=" %"
            decimalScale={1}
            clampBehavior="strict"
            onChange={(value) =>
              onChange({ haltAtFailurePercent: typeof value === 'number' ? value : '' })
            }
            error={draft.haltAtFailurePercent === '' ? t('remediation.fault.halt') : null}
          />
          <NumberInput
            label={t('remediation.terms.halt-silent')}
            description={t('remediation.terms.halt-silent-hint')}
            value={draft.haltAtSilentPercent}
            min={0}
            max={100}
            suffix=" %"
            decimalScale={1}
            clampBehavior="strict"
            onChange={(value) =>
              onChange({ haltAtSilentPercent: typeof value === 'number' ? value : '' })
            }
            error={draft.haltAtSilentPercent === '' ? t('remediation.fault.halt') : null}
          />
        </SimpleGrid>
        <RestartFields draft={draft} faults={faults} onChange={onChange} />
        <Switch
          label={t('remediation.terms.dry-run')}
          description={t('remediation.terms.dry-run-hint')}
          checked={draft.dryRunFirst}
          onChange={(event) => onChange({ dryRunFirst: event.currentTarget.checked })}
        />
      </Stack>
    </Section>
  );
}

function WindowFields({ draft: { window }, faults, onChange }: TermsSectionProps) {
  const t = useT();
  const language = useLanguage();
  const names = useMemo(() => dayNames(language), [language]);
  const isPastMidnight = window !== null && window.to < window.from;
  return (
    <Stack gap="xs">
      <Switch
        label={t('remediation.terms.window')}
        description={t('remediation.terms.window-hint')}
        checked={window !== null}
        onChange={(event) =>
          onChange({
            window: event.currentTarget.checked
              ? { days: [1, 2, 3, 4, 5], from: '22:00', to: '05:00' }
              : null,
          })
        }
      />
      <Collapse expanded={window !== null}>
        {window && (
          <Stack gap="xs" pl={4}>
            <Chip.Group
              multiple
              value={window.days.map(String)}
              onChange={(chosen) =>
                onChange({ window: { ...window, days: chosen.map(Number).sort() } })
              }
            >
              <Group gap={6} role="group" aria-label={t('remediation.terms.window-days')}>
                {days.map((day) => (
                  <Chip key={day} value={String(day)} size="xs">
                    {names[day]}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <Group gap="sm" align="flex-end">
              <TextInput
                type="time"
                label={t('remediation.terms.window-from')}
                value={window.from}
                onChange={(event) =>
                  onChange({ window: { ...window, from: event.currentTarget.value } })
                }
                w={130}
              />
              <TextInput
                type="time"
                label={t('remediation.terms.window-to')}
                value={window.to}
                onChange={(event) =>
                  onChange({ window: { ...window, to: event.currentTarget.value } })
                }
                w={130}
              />
              {isPastMidnight && (
                <Text size="sm" c="dimmed" pb={8}>
                  {t('remediation.terms.window-next-day')}
                </Text>
              )}
            </Group>
            {(['window-days', 'window-times'] as const)
              .filter((fault) => faults.includes(fault))
              .map((fault) => (
                <Text key={fault} size="sm" c="crimson" role="alert">
                  {t(`remediation.fault.${fault}`)}
                </Text>
              ))}
          </Stack>
        )}
      </Collapse>
    </Stack>
  );
}

function RestartFields({ draft, onChange }: TermsSectionProps) {
  const t = useT();
  // A restart of one's own brings its own notice and deferrals.
  if (draft.kind === 'action' && draft.action.type === 'restart') return null;
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('remediation.terms.restart')}
        value={draft.restart}
        onChange={(value) =>
          onChange({ restart: value === 'when-needed' ? 'when-needed' : 'never' })
        }
      >
        <Stack gap={6} mt={6}>
          {(['never', 'when-needed'] as const).map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`remediation.restart.${value}`)}
              description={t(`remediation.restart-hint.${value}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Collapse expanded={draft.restart === 'when-needed'}>
        <Stack gap="sm" pl={28}>
          <Textarea
            label={t('remediation.terms.notice')}
            description={t('remediation.terms.notice-hint')}
            value={draft.restartNotice}
            maxLength={500}
            onChange={(event) => onChange({ restartNotice: event.currentTarget.value })}
            autosize
            minRows={2}
          />
          <NumberInput
            label={t('remediation.terms.deferrals')}
            description={t('remediation.terms.deferrals-hint')}
            value={draft.deferrals}
            min={0}
            max={20}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) => onChange({ deferrals: typeof value === 'number' ? value : '' })}
            error={draft.deferrals === '' ? t('remediation.fault.deferrals') : null}
            maw={220}
          />
        </Stack>
      </Collapse>
    </Stack>
  );
}
