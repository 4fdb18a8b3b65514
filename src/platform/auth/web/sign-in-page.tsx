import { Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { type ApiProblem, api } from '../../web/api-client.ts';
import { ProblemAlert } from '../../web/problem-alert.tsx';
import { useTakeSession } from '../../web/session.tsx';
import { useT } from '../../web/translate.ts';
import type { Session, SignInRequest } from '../api.ts';
import { Gate } from './gate.tsx';

export default function SignInPage() {
  const t = useT();
  const take = useTakeSession();
  useDocumentTitle(`${t('auth.sign-in')} · 用心 Yojin`);
  const password = useRef<HTMLInputElement>(null);
  const form = useForm<SignInRequest>({
    mode: 'uncontrolled',
    initialValues: { login: '', password: '' },
    validate: {
      login: (value) => (value.trim() === '' ? t('auth.needed') : null),
      password: (value) => (value === '' ? t('auth.needed') : null),
    },
  });
  // Taking the session over makes the root leave this page, to where the reader wanted to go.
  const signIn = useMutation<Session, ApiProblem, SignInRequest>({
    mutationFn: ({ login, password }) =>
      api.post<Session>('/api/session', { login: login.trim(), password }),
    onSuccess: take,
    onError: () => password.current?.select(),
  });
  return (
    <Gate>
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
        <Stack gap="md">
          <Title order={1}>{t('auth.sign-in')}</Title>
          {signIn.error && <ProblemAlert problem={signIn.error} />}
          <TextInput
            label={t('auth.login')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            size="md"
            key={form.key('login')}
            {...form.getInputProps('login')}
          />
          <PasswordInput
            ref={password}
            label={t('auth.password')}
            autoComplete="current-password"
            size="md"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" size="md" loading={signIn.isPending} mt="xs">
            {t('auth.sign-in')}
          </Button>
          <Text size="xs" c="dimmed">
            {t('auth.forgot')}
          </Text>
        </Stack>
      </form>
    </Gate>
  );
}
