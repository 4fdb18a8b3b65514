import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ApiProblem, api } from '../../web/api-client.ts';
import { ProblemAlert } from '../../web/problem-alert.tsx';
import { useSession, useTakeSession } from '../../web/session.tsx';
import { useLanguage, useT } from '../../web/translate.ts';
import type { Session, SetupRequest } from '../api.ts';
import { showFieldErrors } from './form-problem.ts';
import { Gate } from './gate.tsx';
import { loginError, passwordError } from './rules.ts';

/** The secret of the link: from the fragment, which never leaves the browser, or the query. */
export function secretOf(hash: string, search: string): string {
  const fragment = hash.replace(/^#/, '');
  const named = new URLSearchParams(fragment).get('secret');
  return (
    named ??
    (fragment !== '' ? decodeURIComponent(fragment) : null) ??
    new URLSearchParams(search).get('secret') ??
    ''
  );
}

type Values = Omit<SetupRequest, 'secret' | 'language'> & { again: string };

export default function SetupPage() {
  const t = useT();
  const language = useLanguage();
  const take = useTakeSession();
  const { needsSetup } = useSession();
  useDocumentTitle(`${t('auth.setup')} · 用心 Yojin`);
  const [secret, setSecret] = useState(() =>
    secretOf(window.location.hash, window.location.search),
  );
  // Out of the address bar and the history: it is as good as a password until it is used.
  useEffect(() => {
    if (window.location.hash || window.location.search) {
      window.history.replaceState(window.history.state, '', window.location.pathname);
    }
  }, []);
  const [hadSecret] = useState(secret !== '');
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { login: '', displayName: '', password: '', again: '' },
    validateInputOnBlur: true,
    validate: {
      login: (value) => loginError(value, t),
      displayName: (value) => (value.trim() === '' ? t('auth.needed') : null),
      password: (value) => passwordError(value, t),
      again: (value, { password }) => (value === password ? null : t('auth.password-differs')),
    },
  });
  const setup = useMutation<Session, ApiProblem, Values>({
    mutationFn: ({ login, displayName, password }) =>
      api.post<Session>('/api/setup', {
        secret: secret.trim(),
        login: login.trim(),
        displayName: displayName.trim(),
        password,
        language,
      } satisfies SetupRequest),
    onSuccess: take,
    onError: (problem) => showFieldErrors(form, problem, t),
  });
  if (!needsSetup) return null;
  return (
    <Gate>
      <form onSubmit={form.onSubmit((values) => setup.mutate(values))} noValidate>
        <Stack gap="md">
          <div>
            <Title order={1}>{t('auth.setup')}</Title>
            <Text size="sm" c="dimmed" mt={4}>
              {t('auth.setup-text')}
            </Text>
          </div>
          {setup.error && <ProblemAlert problem={setup.error} withoutPlaces />}
          {!hadSecret && (
            <>
              <Alert color="amber" variant="light" title={t('auth.setup-no-secret')}>
                {t('auth.setup-no-secret-text')}
              </Alert>
              <TextInput
                label={t('auth.setup-secret')}
                value={secret}
                onChange={(event) => setSecret(event.currentTarget.value)}
                autoComplete="off"
                spellCheck={false}
              />
            </>
          )}
          <TextInput
            label={t('auth.display-name')}
            autoComplete="name"
            autoFocus={hadSecret}
            key={form.key('displayName')}
            {...form.getInputProps('displayName')}
          />
          <TextInput
            label={t('auth.login')}
            description={t('auth.login-hint')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            key={form.key('login')}
            {...form.getInputProps('login')}
          />
          <PasswordInput
            label={t('auth.password')}
            description={t('auth.password-hint')}
            autoComplete="new-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <PasswordInput
            label={t('auth.password-again')}
            autoComplete="new-password"
            key={form.key('again')}
            {...form.getInputProps('again')}
          />
          <Button
            type="submit"
            size="md"
            loading={setup.isPending}
            disabled={secret.trim() === ''}
            mt="xs"
          >
            {t('auth.setup-submit')}
          </Button>
        </Stack>
      </form>
    </Gate>
  );
}
