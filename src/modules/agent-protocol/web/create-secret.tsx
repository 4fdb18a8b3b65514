import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { useScopes } from '../../../platform/web/scopes.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { EnrolmentSecretCreate, EnrolmentSecretCreated } from '../api.ts';

const lifetimesInDays = [1, 7, 30, 90, 365, null] as const;

interface CreateSecretProps {
  onCreated: (created: EnrolmentSecretCreated) => void;
  onCancel: () => void;
}

export function CreateSecret({ onCreated, onCancel }: CreateSecretProps) {
  const t = useT();
  const { options } = useScopes();
  const form = useForm({
    initialValues: { name: '', scopeId: '', expiresInDays: '30' },
    validate: {
      name: (value) => (value.trim() === '' ? t('agents.name-needed') : null),
      scopeId: (value) => (value === '' ? t('agents.scope-needed') : null),
    },
  });
  // One scope is no choice.
  const only = options.length === 1 ? options[0]?.value : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form's object is new on each render
  useEffect(() => {
    if (only !== undefined) form.setFieldValue('scopeId', only);
  }, [only]);
  const create = useApiAction({
    run: ({ name, scopeId, expiresInDays }: typeof form.values) =>
      api.post<EnrolmentSecretCreated>('/api/enrolment-secrets', {
        name: name.trim(),
        scopeId,
        expiresInDays: expiresInDays === 'never' ? null : Number(expiresInDays),
      } satisfies EnrolmentSecretCreate),
    invalidates: [['enrolment-secrets']],
    onSuccess: onCreated,
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('agents.name')}
          description={t('agents.name-hint')}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Select
          label={t('agents.scope')}
          data={options}
          searchable
          allowDeselect={false}
          {...form.getInputProps('scopeId')}
        />
        <Select
          label={t('agents.expires')}
          data={lifetimesInDays.map((days) =>
            days === null
              ? { value: 'never', label: t('agents.no-expiry') }
              : { value: String(days), label: t('agents.in-days', { count: days }) },
          )}
          allowDeselect={false}
          {...form.getInputProps('expiresInDays')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('agents.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
