import {
  Alert,
  Button,
  Fieldset,
  Group,
  MultiSelect,
  Select,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, useApiAction } from '../../web/api-client.ts';
import { useFormat } from '../../web/format.ts';
import { ConfirmButton } from '../../web/parts.tsx';
import { useScopes } from '../../web/scopes.ts';
import { useUser } from '../../web/session.tsx';
import { useLanguage, useT } from '../../web/translate.ts';
import { type Channel, channelTypes, noticeSeverities } from '../api.ts';
import {
  type ChannelValues,
  fieldErrors,
  initialValues,
  problemsOf,
  toChannel,
} from './channel-values.ts';
import { useKinds } from './notice-table.tsx';
import { useProblemWords } from './problem-words.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { TargetFields } from './target-fields.tsx';
import { TestButton } from './test-button.tsx';

interface ChannelFormProps {
  /** Null: a new channel. */
  channel: Channel | null;
  onDone: (made: boolean) => void;
}

/** Makes a channel, changes one, tries one out. */
export function ChannelForm({ channel, onDone }: ChannelFormProps) {
  const t = useT();
  const kinds = useKinds();
  const { options } = useScopes();
  const language = useLanguage();
  const user = useUser();
  const form = useForm<ChannelValues>({
    initialValues: initialValues(channel, language, user.scopeIds),
    validate: (given) => problemsOf(given, channel, t),
  });
  const { values } = form;
  const save = useApiAction({
    run: (given: ChannelValues) => {
      const body = toChannel(given);
      const sent = channel
        ? api.patch<Channel>(`/api/notification-channels/${channel.id}`, body)
        : api.post<Channel>('/api/notification-channels', body);
      return sent.catch((problem) => {
        form.setErrors(fieldErrors(problem, t));
        throw problem;
      });
    },
    successKey: channel ? 'shell.saved' : 'notify.added',
    invalidates: [['notification-channels'], ['notices']],
    onSuccess: () => onDone(channel === null),
  });
  const remove = useApiAction({
    run: () => api.delete(`/api/notification-channels/${channel?.id}`),
    successKey: 'notify.deleted',
    invalidates: [['notification-channels'], ['notices']],
    onSuccess: () => onDone(false),
  });
  return (
    <form onSubmit={form.onSubmit((given) => save.mutate(given))} noValidate>
      <Stack gap="md">
        {channel && <Health channel={channel} />}
        <TextInput
          label={t('notify.name')}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Select
          label={t('notify.type')}
          description={t(`notify.type-hint.${values.type}`)}
          data={channelTypes.map((type) => ({ value: type, label: t(`notify.type.${type}`) }))}
          allowDeselect={false}
          disabled={channel !== null}
          {...form.getInputProps('type')}
        />
        <Fieldset legend={t('notify.where')}>
          <TargetFields form={form} channel={channel} />
        </Fieldset>
        <Fieldset legend={t('notify.what')}>
          <Stack gap="sm">
            <Select
              label={t('notify.least-severity')}
              data={noticeSeverities.map((value) => ({
                value,
                label: t(`notify.severity.${value}`),
              }))}
              allowDeselect={false}
              {...form.getInputProps('leastSeverity')}
            />
            <MultiSelect
              label={t('notify.kinds')}
              placeholder={values.kinds.length === 0 ? t('notify.all-kinds') : ''}
              data={[...kinds]}
              searchable
              clearable
              {...form.getInputProps('kinds')}
            />
            <ScopeFields
              value={values.scopeIds}
              options={options}
              error={form.errors['scopeIds']}
              onChange={(scopeIds) => form.setFieldValue('scopeIds', scopeIds)}
            />
            <Select
              label={t('notify.language')}
              data={[
                { value: 'ja', label: '日本語' },
                { value: 'en', label: 'English' },
              ]}
              allowDeselect={false}
              {...form.getInputProps('language')}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend={t('notify.when')}>
          <ScheduleFields form={form} />
        </Fieldset>
        <Switch
          label={t('notify.enabled')}
          description={t('notify.enabled-hint')}
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
        {channel && <TestButton channel={channel} />}
        <Group justify="space-between" mt="xs">
          {channel ? (
            <ConfirmButton
              color="crimson"
              variant="subtle"
              danger
              title={t('notify.delete-title')}
              text={t('notify.delete-text', { name: channel.name })}
              loading={remove.isPending}
              onConfirm={() => remove.mutate()}
            >
              {t('notify.delete')}
            </ConfirmButton>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={() => onDone(false)}>
              {t('shell.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(channel ? 'shell.save' : 'notify.add')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

interface ScopeFieldsProps {
  value: string[] | null;
  options: { value: string; label: string }[];
  error: React.ReactNode;
  onChange: (value: string[] | null) => void;
}

function ScopeFields({ value, options, error, onChange }: ScopeFieldsProps) {
  const t = useT();
  const { scopeIds } = useUser();
  return (
    <>
      <Switch
        label={t('shell.all-scopes')}
        checked={value === null}
        disabled={scopeIds !== null && value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? null : [])}
      />
      {value !== null && (
        <MultiSelect
          label={t('notify.scopes')}
          description={t('notify.scopes-hint')}
          data={options}
          value={value}
          onChange={onChange}
          searchable
          error={error}
        />
      )}
    </>
  );
}

/** What is wrong with it, when it is tried next, and a way to try at once. */
function Health({ channel }: { channel: Channel }) {
  const t = useT();
  const format = useFormat();
  const wordsOf = useProblemWords();
  const retry = useApiAction({
    run: () => api.post(`/api/notification-channels/${channel.id}/retry`),
    successKey: 'notify.retried',
    invalidates: [['notification-channels'], ['notices']],
  });
  const { lastError, failingSince, nextAttemptAt, givenUp } = channel;
  if (!lastError && givenUp === 0) return null;
  return (
    <Alert
      color={failingSince ? 'crimson' : 'amber'}
      title={lastError ? t(`notify.problem.${lastError.code}`) : t('notify.last-problem')}
    >
      <Stack gap={4} align="flex-start">
        {lastError && wordsOf(lastError).slice(1)}
        {failingSince && (
          <span>{t('notify.failing-since', { time: format.exactTime(failingSince) })}</span>
        )}
        {failingSince && nextAttemptAt && (
          <span>{t('notify.next-attempt', { time: format.exactTime(nextAttemptAt) })}</span>
        )}
        {(failingSince || givenUp > 0) && (
          <Button size="xs" variant="default" onClick={() => retry.mutate()}>
            {t('notify.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
