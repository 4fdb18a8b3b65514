import { Button, Collapse, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { Draft } from './draft.ts';
import { expiryChoicesSeconds, withPresent } from './spans.ts';

interface AskSettingsProps {
  draft: Draft;
  onChange: (patch: Partial<Draft>) => void;
}

/** How long it stays open and how much each endpoint may answer; usually good as it is. */
export function AskSettings({ draft, onChange }: AskSettingsProps) {
  const t = useT();
  const format = useFormat();
  const [opened, { toggle }] = useDisclosure(false);
  const { expiresInSeconds, answerWithinSeconds, maxRowsPerEndpoint } = draft;
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        onClick={toggle}
        aria-expanded={opened}
        leftSection={<Chevron size={15} aria-hidden="true" />}
      >
        {t('questions.compose.more', {
          expiry: format.duration(expiresInSeconds),
          rows: format.number(maxRowsPerEndpoint),
        })}
      </Button>
      <Collapse expanded={opened}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" mt="sm">
          <TextInput
            label={t('questions.compose.title-field')}
            description={t('questions.compose.title-hint')}
            value={draft.title}
            maxLength={200}
            onChange={(event) => onChange({ title: event.currentTarget.value })}
          />
          <Select
            label={t('questions.compose.expires')}
            description={t('questions.compose.expires-hint')}
            data={withPresent(expiryChoicesSeconds, expiresInSeconds).map((seconds) => ({
              value: String(seconds),
              label: format.duration(seconds),
            }))}
            value={String(expiresInSeconds)}
            allowDeselect={false}
            onChange={(value) => {
              if (value) onChange({ expiresInSeconds: Number(value) });
            }}
          />
          <NumberInput
            label={t('questions.compose.max-rows')}
            description={t('questions.compose.max-rows-hint')}
            value={maxRowsPerEndpoint}
            min={1}
            max={100_000}
            step={100}
            allowDecimal={false}
            clampBehavior="strict"
            thousandSeparator=","
            onChange={(value) => {
              if (typeof value === 'number' && value >= 1) onChange({ maxRowsPerEndpoint: value });
            }}
          />
          <NumberInput
            label={t('questions.compose.answer-within')}
            description={t('questions.compose.answer-within-hint')}
            value={answerWithinSeconds}
            min={5}
            max={3600}
            step={30}
            allowDecimal={false}
            onChange={(value) => {
              if (typeof value === 'number' && value >= 5 && value <= 3600) {
                onChange({ answerWithinSeconds: value });
              }
            }}
          />
        </SimpleGrid>
      </Collapse>
    </div>
  );
}
