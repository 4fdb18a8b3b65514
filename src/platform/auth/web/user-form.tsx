import { Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, useApiAction } from '../../web/api-client.ts';
import { ConfirmButton } from '../../web/parts.tsx';
import { useUser } from '../../web/session.tsx';
import { type Language, useLanguage, useT } from '../../web/translate.ts';
import type { User, UserChange, UserCreate } from '../api.ts';
import { showFieldErrors } from './form-problem.ts';
import { type Reach, ReachFields } from './reach-fields.tsx';
import { loginError, passwordError } from './rules.ts';

/** Whether two reaches are the same, in whatever order; null is all scopes. */
export function sameScopes(
  one: readonly string[] | null,
  other: readonly string[] | null,
): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((id) => other.includes(id));
}

interface UserFormProps {
  /** Null: a new user. */
  user: User | null;
  onDone: () => void;
}

/** Makes a user, or changes one. */
export function UserForm({ user, onDone }: UserFormProps) {
  const t = useT();
  const ownLanguage = useLanguage();
  const self = useUser();
  const isSelf = user?.id === self.id;
  const form = useForm({
    initialValues: {
      login: user?.login ?? '',
      displayName: user?.displayName ?? '',
      password: '',
      language: (user?.language ?? ownLanguage) as Language,
      reach: { role: user?.role ?? 'viewer', scopeIds: user?.scopeIds ?? null } as Reach,
    },
    validate: {
      login: (value) => (user ? null : loginError(value, t)),
      displayName: (value) => (value.trim() === '' ? t('auth.needed') : null),
      password: (value) => (user && value === '' ? null : passwordError(value, t)),
      reach: ({ scopeIds }) => (scopeIds?.length === 0 ? t('auth.scopes-needed') : null),
    },
  });
  const shown = (problem: unknown): never => {
    showFieldErrors(form, problem, t);
    throw problem;
  };
  const save = useApiAction({
    run: (values: typeof form.values) => {
      const { login, displayName, password, language, reach } = values;
      if (user === null) {
        const create: UserCreate = {
          login: login.trim(),
          displayName: displayName.trim(),
          password,
          language,
          ...reach,
        };
        return api.post('/api/users', create).catch(shown);
      }
      const change: UserChange = {
        displayName: displayName.trim(),
        language,
        // One's own role stays: nobody locks the last administrator out by a slip. Of others only
        // what is new: naming it at all ends their sessions.
        ...(isSelf || reach.role === user.role ? {} : { role: reach.role }),
        ...(isSelf || sameScopes(reach.scopeIds, user.scopeIds)
          ? {}
          : { scopeIds: reach.scopeIds }),
        ...(password === '' ? {} : { password }),
      };
      return api.patch(`/api/users/${user.id}`, change).catch(shown);
    },
    successKey: user ? 'shell.saved' : 'auth.user-created',
    invalidates: [['users'], ['session']],
    onSuccess: onDone,
  });
  const setDisabled = useApiAction({
    run: (disabled: boolean) =>
      disabled
        ? api.delete(`/api/users/${user?.id}`)
        : api.patch(`/api/users/${user?.id}`, { disabled: false } satisfies UserChange),
    successKey: 'shell.saved',
    invalidates: [['users']],
    onSuccess: onDone,
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('auth.display-name')}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('displayName')}
        />
        <TextInput
          label={t('auth.login')}
          description={user ? undefined : t('auth.login-hint')}
          disabled={user !== null}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('login')}
        />
        <PasswordInput
          label={t(user ? 'auth.reset-password' : 'auth.first-password')}
          description={t(user ? 'auth.reset-password-hint' : 'auth.password-hint')}
          autoComplete="new-password"
          {...form.getInputProps('password')}
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
        {!isSelf && (
          <ReachFields
            value={form.values.reach}
            onChange={(reach) => form.setFieldValue('reach', reach)}
            error={form.errors['reach'] as string | undefined}
          />
        )}
        <Group justify="space-between" mt="xs">
          {user !== null && !isSelf ? (
            user.disabledAt === null ? (
              <ConfirmButton
                color="crimson"
                variant="subtle"
                danger
                title={t('auth.disable-user')}
                text={t('auth.disable-user-text', { name: user.displayName })}
                loading={setDisabled.isPending}
                onConfirm={() => setDisabled.mutate(true)}
              >
                {t('auth.disable')}
              </ConfirmButton>
            ) : (
              <Button
                variant="subtle"
                loading={setDisabled.isPending}
                onClick={() => setDisabled.mutate(false)}
              >
                {t('auth.enable')}
              </Button>
            )
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={onDone}>
              {t('shell.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(user ? 'shell.save' : 'auth.create-user')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
