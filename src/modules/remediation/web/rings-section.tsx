import {
  ActionIcon,
  Button,
  Collapse,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  TextInput,
  VisuallyHidden,
} from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useFormat } from '../../../platform/web/format.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { SelectorBox } from '../../../platform/web/selector-box.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { CampaignPreview } from '../api.ts';
import { type RingDraft, ringFaults, usualSoakMinutes } from './draft.ts';
import classes from './remediation.module.css';

interface RingsSectionProps {
  rings: readonly RingDraft[];
  /** Of the preview; null: not counted. */
  counts: CampaignPreview['rings'] | null;
  onChange: (rings: readonly RingDraft[]) => void;
}

const soakChoicesMinutes = [0, 15, 30, 60, 240, 720, 1440, 4320, 10_080] as const;
const mostRings = 10;

/** In which steps: few first, then more, with time to notice between. */
export function RingsSection({ rings, counts, onChange }: RingsSectionProps) {
  const t = useT();
  const format = useFormat();
  const faults = ringFaults(rings);
  const [firstFault] = rings.flatMap(({ key }) => faults.get(key) ?? []);
  const withSelectors = rings.some(({ selector }) => selector !== '');
  const [showsSelectors, setShowsSelectors] = useState(withSelectors);
  const change = (key: number, patch: Partial<RingDraft>) =>
    onChange(rings.map((ring) => (ring.key === key ? { ...ring, ...patch } : ring)));
  const swap = (place: number, other: number) => {
    const next = [...rings];
    const [one, two] = [next[place], next[other]];
    if (one === undefined || two === undefined) return;
    next[place] = two;
    next[other] = one;
    onChange(next);
  };
  const add = () => {
    const last = rings.at(-1);
    const before = rings.at(-2);
    const from = before?.unit === 'percent' && before.size !== '' ? before.size : 0;
    const made: RingDraft = {
      key: Math.max(-1, ...rings.map(({ key }) => key)) + 1,
      name: t('remediation.ring.number', { number: rings.length }),
      size: Math.round((from + 100) / 2),
      unit: 'percent',
      selector: '',
      soakMinutes: usualSoakMinutes,
    };
    onChange(last === undefined ? [made] : [...rings.slice(0, -1), made, last]);
  };
  return (
    <Section
      title={t('remediation.rings.title')}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          disabled={rings.length >= mostRings}
          onClick={add}
        >
          {t('remediation.rings.add')}
        </Button>
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('remediation.rings.hint')}
        </Text>
        <div className={classes.tableScroll}>
          <table className={classes.ringTable} data-rings>
            <thead>
              <tr>
                <th scope="col">#</th>
                <th scope="col">{t('remediation.rings.name')}</th>
                <th scope="col">{t('remediation.rings.size')}</th>
                <th scope="col">{t('remediation.rings.soak')}</th>
                <th scope="col">{t('remediation.column.endpoints')}</th>
                <th scope="col">
                  <VisuallyHidden>{t('remediation.rings.order')}</VisuallyHidden>
                </th>
              </tr>
            </thead>
            <tbody>
              {rings.map((ring, place) => (
                <tr key={ring.key}>
                  <td className={classes.number} style={{ paddingTop: 10 }}>
                    {place + 1}
                  </td>
                  <td style={{ minWidth: 130 }}>
                    <TextInput
                      aria-label={t('remediation.rings.name-of', { number: place + 1 })}
                      value={ring.name}
                      maxLength={60}
                      onChange={(event) => change(ring.key, { name: event.currentTarget.value })}
                      error={faults.get(ring.key) === 'name'}
                    />
                  </td>
                  <td style={{ minWidth: 196 }}>
                    <div className={classes.sizeField}>
                      <NumberInput
                        aria-label={t('remediation.rings.size-of', { number: place + 1 })}
                        value={ring.size}
                        min={0}
                        max={ring.unit === 'percent' ? 100 : 100_000}
                        allowNegative={false}
                        decimalScale={ring.unit === 'percent' ? 2 : 0}
                        onChange={(value) =>
                          change(ring.key, { size: typeof value === 'number' ? value : '' })
                        }
                        error={faults.has(ring.key) && faults.get(ring.key) !== 'name'}
                        w={84}
                      />
                      <Select
                        aria-label={t('remediation.rings.unit-of', { number: place + 1 })}
                        data={[
                          { value: 'percent', label: '%' },
                          { value: 'endpoints', label: t('remediation.rings.unit-endpoints') },
                        ]}
                        value={ring.unit}
                        onChange={(value) =>
                          change(ring.key, {
                            unit: value === 'endpoints' ? 'endpoints' : 'percent',
                          })
                        }
                        allowDeselect={false}
                        w={104}
                      />
                    </div>
                  </td>
                  <td style={{ minWidth: 116 }}>
                    {place === rings.length - 1 ? (
                      <Text size="sm" c="dimmed" pt={8}>
                        —
                      </Text>
                    ) : (
                      <Select
                        aria-label={t('remediation.rings.soak-of', { number: place + 1 })}
                        data={soakChoicesMinutes.map((minutes) => ({
                          value: String(minutes),
                          label:
                            minutes === 0
                              ? t('remediation.rings.no-soak')
                              : format.duration(minutes * 60),
                        }))}
                        value={String(ring.soakMinutes)}
                        onChange={(value) => change(ring.key, { soakMinutes: Number(value ?? 0) })}
                        allowDeselect={false}
                      />
                    )}
                  </td>
                  <td className={classes.number} style={{ paddingTop: 10, textAlign: 'end' }}>
                    {format.number(counts?.[place]?.endpoints)}
                  </td>
                  <td>
                    <Group gap={2} wrap="nowrap" justify="flex-end" pt={4}>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t('remediation.rings.up', { number: place + 1 })}
                        disabled={place === 0}
                        onClick={() => swap(place, place - 1)}
                      >
                        <IconArrowUp size={15} />
                      </ActionIcon>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t('remediation.rings.down', { number: place + 1 })}
                        disabled={place === rings.length - 1}
                        onClick={() => swap(place, place + 1)}
                      >
                        <IconArrowDown size={15} />
                      </ActionIcon>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t('remediation.rings.remove', { number: place + 1 })}
                        disabled={rings.length === 1}
                        onClick={() => onChange(rings.filter(({ key }) => key !== ring.key))}
                      >
                        <IconTrash size={15} />
                      </ActionIcon>
                    </Group>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {firstFault !== undefined && (
          <Text size="sm" c="crimson" role="alert">
            {t(`remediation.rings.fault.${firstFault}`)}
          </Text>
        )}
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-expanded={showsSelectors}
            onClick={() => setShowsSelectors((shows) => !shows)}
          >
            {t('remediation.rings.selectors')}
          </Button>
          <Collapse expanded={showsSelectors}>
            <Stack gap="xs" mt="xs">
              {rings.slice(0, -1).map((ring, place) => (
                <div key={ring.key}>
                  <Text size="sm" mb={4}>
                    {t('remediation.rings.selector-of', {
                      name: ring.name || t('remediation.ring.number', { number: place + 1 }),
                    })}
                  </Text>
                  <SelectorBox
                    value={ring.selector}
                    onChange={(selector) => change(ring.key, { selector })}
                    label={t('remediation.rings.selector-label')}
                  />
                </div>
              ))}
            </Stack>
          </Collapse>
        </div>
      </Stack>
    </Section>
  );
}
