import { Badge, Button, Modal } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { CopyBlock } from '../../../platform/web/copy-block.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { ConfirmButton, EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { EnrolmentGuide, EnrolmentSecret, EnrolmentSecretCreated } from '../api.ts';
import { CreateSecret } from './create-secret.tsx';
import { EnrolGuide } from './enrol-guide.tsx';
import classes from './enrolment.module.css';

/** Usable, or why it no longer is. */
export function secretStateOf(
  secret: Pick<EnrolmentSecret, 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): 'active' | 'revoked' | 'expired' {
  if (secret.revokedAt !== null) return 'revoked';
  return secret.expiresAt !== null && Date.parse(secret.expiresAt) <= nowMs ? 'expired' : 'active';
}

export default function EnrolmentPage() {
  const t = useT();
  const format = useFormat();
  // In the address, so that other pages can lead straight to "add endpoints".
  const [{ add }, setAddress] = useSearchState({ add: false });
  const [created, setCreated] = useState<EnrolmentSecretCreated | null>(null);
  useLive(['agents', 'endpoints'], [['enrolment-secrets']]);
  const mayChange = useHolds('agents:administer');
  const { data: guide } = useApi<EnrolmentGuide>(['enrolment-guide'], '/api/agents/enrolment');
  const revoke = useApiAction({
    run: (secret: EnrolmentSecret) => api.delete(`/api/enrolment-secrets/${secret.id}`),
    successKey: 'agents.revoked',
    invalidates: [['enrolment-secrets']],
  });
  const open = () => setAddress({ add: true });
  const close = () => {
    setCreated(null);
    setAddress({ add: false });
  };
  const columns: readonly Column<EnrolmentSecret>[] = [
    {
      id: 'name',
      titleKey: 'agents.name',
      width: 190,
      sortable: true,
      render: (secret) => secret.name,
    },
    {
      id: 'scopeName',
      titleKey: 'agents.scope',
      width: 150,
      sortable: true,
      render: (secret) => secret.scopeName,
    },
    {
      id: 'state',
      titleKey: 'agents.state',
      width: 100,
      render: (secret) => {
        const state = secretStateOf(secret, Date.now());
        return (
          <Badge
            variant={state === 'active' ? 'light' : 'outline'}
            color={state === 'active' ? 'moss' : 'gray'}
          >
            {t(`agents.state.${state}`)}
          </Badge>
        );
      },
    },
    {
      id: 'useCount',
      titleKey: 'agents.used',
      width: 110,
      align: 'right',
      sortable: true,
      render: (secret) => format.number(secret.useCount),
    },
    {
      id: 'lastUsedAt',
      titleKey: 'agents.last-used',
      width: 110,
      sortable: true,
      render: (secret) => <Age at={secret.lastUsedAt} never={t('agents.never')} />,
    },
    {
      id: 'expiresAt',
      titleKey: 'agents.expires',
      width: 110,
      sortable: true,
      render: (secret) =>
        secret.expiresAt ? format.date(secret.expiresAt) : t('agents.no-expiry'),
    },
    {
      id: 'createdAt',
      titleKey: 'agents.created',
      width: 110,
      sortable: true,
      render: (secret) => <Age at={secret.createdAt} />,
    },
    {
      id: 'createdBy',
      titleKey: 'agents.created-by',
      width: 130,
      defaultHidden: true,
      render: (secret) => secret.createdBy,
    },
    {
      id: 'revoke',
      titleKey: 'agents.action',
      width: 110,
      align: 'right',
      render: (secret) =>
        mayChange &&
        secretStateOf(secret, Date.now()) === 'active' && (
          <ConfirmButton
            size="compact-xs"
            variant="subtle"
            color="crimson"
            danger
            title={t('agents.revoke-title')}
            text={t('agents.revoke-text', { name: secret.name })}
            onConfirm={() => revoke.mutate(secret)}
          >
            {t('agents.revoke')}
          </ConfirmButton>
        ),
    },
  ];
  const addButton = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t('agents.add')}
    </Button>
  );
  return (
    <Page
      titleKey="agents.enrolment"
      subtitle={t('agents.enrolment-text')}
      fill
      actions={addButton}
    >
      {guide && (
        <div className={classes.server}>
          <CopyBlock label={t('agents.server')} text={guide.tlsAddress} />
          <CopyBlock label={t('agents.fingerprint')} text={guide.caFingerprint} />
        </div>
      )}
      <DataTable<EnrolmentSecret>
        id="enrolment-secrets"
        path="/api/enrolment-secrets"
        queryKey={['enrolment-secrets']}
        columns={columns}
        rowId={(secret) => secret.id}
        searchKey={false}
        defaultSort="-createdAt"
        csvName="enrolment-secrets"
        emptyState={
          <EmptyState
            icon={<IconPlugConnected size={36} stroke={1.4} />}
            title={t('agents.none')}
            text={t('agents.none-text')}
            action={addButton}
          />
        }
      />
      <Modal
        opened={mayChange && (add || created !== null)}
        onClose={close}
        title={t(created ? 'agents.guide-title' : 'agents.create-title')}
        size={created ? 'xl' : 'md'}
        closeOnClickOutside={false}
        closeOnEscape={created === null}
      >
        {created ? (
          <EnrolGuide created={created} onDone={close} />
        ) : (
          <CreateSecret onCreated={setCreated} onCancel={close} />
        )}
      </Modal>
    </Page>
  );
}
