import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { NewSchedule, Question, Schedule, ScheduleChange } from '../api.ts';
import { TargetText, useIntervalText } from './question-parts.tsx';
import { scheduleAskOf } from './schedule-ask.ts';
import { everyChoicesMinutes, withPresent } from './spans.ts';

export const schedulesKey = ['question-schedules'] as const;

interface ScheduleValues {
  title: string;
  everyMinutes: number;
  keepRuns: number;
}

/** Makes a schedule of a question: the same text, asked of the same selector again and again. */
export function NewScheduleForm({ question, onDone }: { question: Question; onDone: () => void }) {
  const t = useT();
  const save = useApiAction<NewSchedule, Schedule>({
    run: (body) => api.post('/api/questions/schedules', body),
    invalidates: [schedulesKey],
    successKey: 'questions.schedule.saved',
    onSuccess: onDone,
  });
  return (
    <ScheduleFields
      initial={{ title: question.title, everyMinutes: 24 * 60, keepRuns: 30 }}
      isPending={save.isPending}
      onCancel={onDone}
      onSubmit={({ title, everyMinutes, keepRuns }) =>
        save.mutate({ title, everyMinutes, keepRuns, ask: scheduleAskOf(question) })
      }
      note={
        <Text size="sm" c="dimmed">
          {t('questions.schedule.note')} <TargetText of={question} />{' '}
          <AppLink href="/questions/schedules" size="sm">
            {t('questions.schedule.all')}
          </AppLink>
        </Text>
      }
    />
  );
}

/** Changes how a schedule is called, how often it asks and how much it keeps. */
export function EditScheduleForm({ schedule, onDone }: { schedule: Schedule; onDone: () => void }) {
  const save = useApiAction<ScheduleChange, Schedule>({
    run: (body) => api.patch(`/api/questions/schedules/${schedule.id}`, body),
    invalidates: [schedulesKey],
    successKey: 'shell.saved',
    onSuccess: onDone,
  });
  return (
    <ScheduleFields
      initial={schedule}
      isPending={save.isPending}
      onCancel={onDone}
      onSubmit={(values) => save.mutate(values)}
    />
  );
}

interface ScheduleFieldsProps {
  initial: ScheduleValues;
  isPending: boolean;
  onSubmit: (values: ScheduleValues) => void;
  onCancel: () => void;
  note?: React.ReactNode;
}

function ScheduleFields({ initial, isPending, onSubmit, onCancel, note }: ScheduleFieldsProps) {
  const t = useT();
  const intervalText = useIntervalText();
  const [title, setTitle] = useState(initial.title);
  const [everyMinutes, setEveryMinutes] = useState(initial.everyMinutes);
  const [keepRuns, setKeepRuns] = useState(initial.keepRuns);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== '') onSubmit({ title: title.trim(), everyMinutes, keepRuns });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('questions.column.title')}
          value={title}
          maxLength={200}
          required
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label={t('questions.schedule.every')}
          data={withPresent(everyChoicesMinutes, everyMinutes).map((minutes) => ({
            value: String(minutes),
            label: intervalText(minutes),
          }))}
          value={String(everyMinutes)}
          allowDeselect={false}
          onChange={(value) => {
            if (value) setEveryMinutes(Number(value));
          }}
        />
        <NumberInput
          label={t('questions.schedule.keep')}
          description={t('questions.schedule.keep-hint')}
          value={keepRuns}
          min={1}
          max={1000}
          allowDecimal={false}
          clampBehavior="strict"
          onChange={(value) => {
            if (typeof value === 'number' && value >= 1) setKeepRuns(value);
          }}
        />
        {note}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={isPending}>
            {t('shell.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
