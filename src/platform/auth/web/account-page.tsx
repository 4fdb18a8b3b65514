import {
  Button,
  Group,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, useApiAction } from '../../web/api-client.ts';
import { Page, Section } from '../../web/parts.tsx';
import { useScopes } from '../../web/scopes.ts';
import { sessionKey, useUser } from '../../web/session.tsx';
import { type Language, setLanguage, useLanguage, useT } from '../../web/translate.ts';
import type { OwnAccountChange } from '../api.ts';
import { showFieldErrors } from './form-problem.ts';
import { passwordError } from './rules.ts';

export default function AccountPage() {
  const t = useT();
  return (
    <Page titleKey="auth.account" subtitle={t('auth.account-text')}>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Profile />
        <Password />
      </SimpleGrid>
    </Page>
  );
}

function Profile() {
  const t = useT();
  const user = useUser();
  const language = useLanguage();
  const { namesOf } = useScopes();
  const form = useForm({
    initialValues: { displayName: user.displayName, language: language as Language },
    validate: {
      displayName: (value) => (value.trim() === '' ? t('auth.needed') : null),
    },
  });
  const save = useApiAction({
    run: (change: OwnAccountChange) => api.patch('/api/session/user', change),
    invalidates: [sessionKey],
    successKey: 'shell.saved',
    onSuccess: (_output, change) => {
      if (change.language) setLanguage(change.language);
    },
  });
  return (
    <Section title={t('auth.profile')}>
      <form
        onSubmit={form.onSubmit((values) =>
          save.mutate({ displayName: values.displayName.trim(), language: values.language }),
        )}
      >
        <Stack gap="md" maw={440}>
          <TextInput
            label={t('auth.display-name')}
            autoComplete="name"
            {...form.getInputProps('displayName')}
          />
          <Select
            label={t('shell.language')}
            data={[
              { value: 'ja', label: '日本語' },
              { value: 'en', label: 'English' },
            ]}
            allowDeselect={false}
            {...form.getInputProps('language')}
          />
          <Group gap="xl">
            <Fact label={t('auth.login')} value={user.login} />
            <Fact label={t('auth.role')} value={t(`shell.role.${user.role}`)} />
            <Fact label={t('auth.scopes')} value={namesOf(user.scopeIds)} />
          </Group>
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t('shell.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm">{value}</Text>
    </div>
  );
}

function Password() {
  const t = useT();
  const user = useUser();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { currentPassword: '', newPassword: '', again: '' },
    validate: {
      currentPassword: (value) => (value === '' ? t('auth.needed') : null),
      newPassword: (value) => passwordError(value, t),
      again: (value, { newPassword }) =>
        value === newPassword ? null : t('auth.password-differs'),
    },
  });
  const save = useApiAction({
    run: ({ currentPassword, newPassword }: typeof form.values) =>
      api
        .patch('/api/session/user', { currentPassword, newPassword } satisfies OwnAccountChange)
        .catch((problem) => {
          showFieldErrors(form, problem, t);
          throw problem;
        }),
    successKey: 'auth.password-changed',
    invalidates: [sessionKey],
    onSuccess: () => form.reset(),
  });
  return (
    <Section title={t('auth.change-password')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="md" maw={440}>
          <input
            type="text"
            name="username"
            autoComplete="username"
            value={user.login}
            readOnly
            hidden
          />
          <PasswordInput
            label={t('auth.current-password')}
            autoComplete="current-password"
            key={form.key('currentPassword')}
            {...form.getInputProps('currentPassword')}
          />
          <PasswordInput
            label={t('auth.new-password')}
            description={t('auth.password-hint')}
            autoComplete="new-password"
            key={form.key('newPassword')}
            {...form.getInputProps('newPassword')}
          />
          <PasswordInput
            label={t('auth.password-again')}
            autoComplete="new-password"
            key={form.key('again')}
            {...form.getInputProps('again')}
          />
          <Text size="xs" c="dimmed">
            {t('auth.change-password-text')}
          </Text>
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t('auth.change-password')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
