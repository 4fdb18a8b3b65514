import { Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useT } from '../../web/translate.ts';
import { makesTickets } from '../api.ts';
import type { ChannelValues } from './channel-values.ts';

const zones = Intl.supportedValuesOf('timeZone');

/** At once or together, and when not at all. */
export function ScheduleFields({ form }: { form: UseFormReturnType<ChannelValues> }) {
  const t = useT();
  const { values } = form;
  const tickets = makesTickets(values.type);
  // The browser's list leaves out what it calls by another name.
  const known = zones.includes(values.timeZone) ? zones : [values.timeZone, ...zones];
  const modes = ['at-once', 'hourly', 'daily'] as const;
  return (
    <Stack gap="sm">
      {!tickets && (
        <Group grow align="flex-start">
          <Select
            label={t('notify.mode')}
            data={modes.map((mode) => ({ value: mode, label: t(`notify.mode.${mode}`) }))}
            allowDeselect={false}
            {...form.getInputProps('mode')}
          />
          {values.mode === 'daily' && (
            <TextInput
              type="time"
              label={t('notify.daily-at')}
              {...form.getInputProps('dailyAt')}
            />
          )}
        </Group>
      )}
      <Switch label={t('notify.quiet')} {...form.getInputProps('quiet', { type: 'checkbox' })} />
      {values.quiet && (
        <Group grow align="flex-start">
          <TextInput
            type="time"
            label={t('notify.quiet-from')}
            {...form.getInputProps('quietFrom')}
          />
          <TextInput type="time" label={t('notify.quiet-to')} {...form.getInputProps('quietTo')} />
        </Group>
      )}
      {(values.quiet || (values.mode === 'daily' && !tickets)) && (
        <Select
          label={t('notify.time-zone')}
          data={known}
          searchable
          allowDeselect={false}
          {...form.getInputProps('timeZone')}
        />
      )}
      {(values.quiet || (values.mode !== 'at-once' && !tickets)) && (
        <Switch
          label={t('notify.urgent-at-once')}
          {...form.getInputProps('urgentAtOnce', { type: 'checkbox' })}
        />
      )}
    </Stack>
  );
}
