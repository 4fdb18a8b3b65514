import { Alert, Badge, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../web/age.tsx';
import { api, useApiAction } from '../../web/api-client.ts';
import { CopyBlock } from '../../web/copy-block.tsx';
import { type Column, DataTable } from '../../web/data-table.tsx';
import { useFormat } from '../../web/format.ts';
import { useLive } from '../../web/live.ts';
import { ConfirmButton, EmptyState, Page } from '../../web/parts.tsx';
import { useScopes } from '../../web/scopes.ts';
import { useUser } from '../../web/session.tsx';
import { useT } from '../../web/translate.ts';
import type { Token, TokenCreate, TokenCreated } from '../api.ts';
import { showFieldErrors } from './form-problem.ts';
import { type Reach, ReachFields, roleNames } from './reach-fields.tsx';

/** Valid, or why it no longer is. */
export function tokenStateOf(
  token: Pick<Token, 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): 'active' | 'revoked' | 'expired' {
  if (token.revokedAt !== null) return 'revoked';
  return token.expiresAt !== null && Date.parse(token.expiresAt) <= nowMs ? 'expired' : 'active';
}

export default function TokensPage() {
  const t = useT();
  const format = useFormat();
  const { namesOf } = useScopes();
  const [creating, setCreating] = useState(false);
  // Whatever is done to tokens leaves a record, and records are news.
  useLive(['audit'], [['tokens']]);
  const revoke = useApiAction({
    run: (token: Token) => api.delete(`/api/tokens/${token.id}`),
    successKey: 'auth.token-revoked',
    invalidates: [['tokens']],
  });
  const columns: readonly Column<Token>[] = [
    {
      id: 'name',
      titleKey: 'auth.token-name',
      width: 190,
      sortable: true,
      render: (token) => token.name,
    },
    {
      id: 'userLogin',
      titleKey: 'auth.token-owner',
      width: 120,
      sortable: true,
      render: (token) => token.userLogin,
    },
    {
      id: 'role',
      titleKey: 'auth.role',
      width: 120,
      render: (token) => t(`shell.role.${token.role}`),
    },
    {
      id: 'scopeIds',
      titleKey: 'auth.scopes',
      width: 160,
      render: (token) => namesOf(token.scopeIds),
    },
    {
      id: 'state',
      titleKey: 'auth.state',
      width: 100,
      render: (token) => {
        const state = tokenStateOf(token, Date.now());
        return (
          <Badge
            variant={state === 'active' ? 'light' : 'outline'}
            color={state === 'active' ? 'moss' : 'gray'}
          >
            {t(`auth.token-state.${state}`)}
          </Badge>
        );
      },
    },
    {
      id: 'expiresAt',
      titleKey: 'auth.expires',
      width: 120,
      sortable: true,
      render: (token) => (token.expiresAt ? format.date(token.expiresAt) : t('auth.no-expiry')),
    },
    {
      id: 'lastUsedAt',
      titleKey: 'auth.last-used',
      width: 130,
      sortable: true,
      render: (token) => <Age at={token.lastUsedAt} never={t('auth.never')} />,
    },
    {
      id: 'createdAt',
      titleKey: 'auth.created',
      width: 120,
      defaultHidden: true,
      sortable: true,
      render: (token) => <Age at={token.createdAt} />,
    },
    {
      id: 'revoke',
      titleKey: 'auth.token-action',
      width: 110,
      align: 'right',
      render: (token) =>
        tokenStateOf(token, Date.now()) === 'active' && (
          <ConfirmButton
            size="compact-xs"
            variant="subtle"
            color="crimson"
            danger
            title={t('auth.revoke-token')}
            text={t('auth.revoke-token-text', { name: token.name })}
            onConfirm={() => revoke.mutate(token)}
          >
            {t('auth.revoke')}
          </ConfirmButton>
        ),
    },
  ];
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
      {t('auth.create-token')}
    </Button>
  );
  return (
    <Page titleKey="auth.tokens" subtitle={t('auth.tokens-text')} fill actions={create}>
      <DataTable<Token>
        id="tokens"
        path="/api/tokens"
        queryKey={['tokens']}
        columns={columns}
        rowId={(token) => token.id}
        searchKey={false}
        defaultSort="-createdAt"
        csvName="tokens"
        emptyState={
          <EmptyState
            icon={<IconKey size={36} stroke={1.4} />}
            title={t('auth.no-tokens')}
            text={t('auth.no-tokens-text')}
            action={create}
          />
        }
      />
      <Modal
        opened={creating}
        onClose={() => setCreating(false)}
        title={t('auth.create-token')}
        size="md"
        closeOnClickOutside={false}
      >
        {creating && <CreateToken onDone={() => setCreating(false)} />}
      </Modal>
    </Page>
  );
}

const lifetimesInDays = [7, 30, 90, 365, null] as const;

function CreateToken({ onDone }: { onDone: () => void }) {
  const t = useT();
  const user = useUser();
  const [created, setCreated] = useState<TokenCreated | null>(null);
  const form = useForm({
    initialValues: {
      name: '',
      expiresInDays: '90',
      reach: { role: 'viewer', scopeIds: user.scopeIds } as Reach,
    },
    validate: {
      name: (value) => (value.trim() === '' ? t('auth.needed') : null),
      reach: ({ scopeIds }) => (scopeIds?.length === 0 ? t('auth.scopes-needed') : null),
    },
  });
  const create = useApiAction({
    run: ({ name, expiresInDays, reach }: typeof form.values) =>
      api
        .post<TokenCreated>('/api/tokens', {
          name: name.trim(),
          expiresInDays: expiresInDays === 'never' ? null : Number(expiresInDays),
          ...reach,
        } satisfies TokenCreate)
        .catch((problem) => {
          showFieldErrors(form, problem, t);
          throw problem;
        }),
    invalidates: [['tokens']],
    onSuccess: setCreated,
  });
  if (created) {
    return (
      <Stack gap="md">
        <Alert color="amber" variant="light" title={t('auth.token-once')}>
          {t('auth.token-once-text')}
        </Alert>
        <CopyBlock text={created.secret} label={created.token.name} />
        <Text size="sm" c="dimmed">
          {t('auth.token-use')}
        </Text>
        <CopyBlock
          text={`curl -H "Authorization: Bearer ${created.secret}" ${window.location.origin}/api/session`}
        />
        <Group justify="flex-end">
          <Button onClick={onDone}>{t('auth.token-kept')}</Button>
        </Group>
      </Stack>
    );
  }
  // A token never holds more than its owner.
  const roles = roleNames.slice(0, roleNames.indexOf(user.role) + 1);
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('auth.token-name')}
          description={t('auth.token-name-hint')}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <ReachFields
          value={form.values.reach}
          onChange={(reach) => form.setFieldValue('reach', reach)}
          roles={roles}
          error={form.errors['reach'] as string | undefined}
        />
        <Select
          label={t('auth.expires')}
          data={lifetimesInDays.map((days) =>
            days === null
              ? { value: 'never', label: t('auth.no-expiry') }
              : { value: String(days), label: t('auth.in-days', { count: days }) },
          )}
          allowDeselect={false}
          {...form.getInputProps('expiresInDays')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('auth.create-token')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
