import { Button, Group, List, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconChevronDown, IconShieldOff, IconUser } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { notifySuccess } from '../../../platform/web/notify.ts';
import { useGo } from '../../../platform/web/page.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { FindingsChange, FindingsChanged } from '../api.ts';
import { worded } from './labels.tsx';

const statesToSet = ['planned', 'in-progress', 'awaiting-proof', 'open'] as const;

export const findingQueryKeys = [['findings'], ['finding'], ['weakness']] as const;

interface ChangeFindingsProps {
  ids: readonly number[];
  /** E.g. ends the selection. */
  onDone?: () => void;
  /** `bar`: all in a row; `page`: the states in a menu. */
  variant: 'bar' | 'page';
}

/** What people can do with findings. Closing is not among it: only an observation closes. */
export function ChangeFindings({ ids, onDone, variant }: ChangeFindingsProps) {
  const t = useT();
  const go = useGo();
  const [open, setOpen] = useState<'owner' | null>(null);
  const change = useApiAction<FindingsChange['change'], FindingsChanged>({
    run: (wanted) => api.post('/api/findings/changes', { findingIds: [...ids], change: wanted }),
    invalidates: findingQueryKeys,
    onSuccess: ({ changed, refused }) => {
      if (changed > 0) notifySuccess(t('findings.change.done', { count: changed }));
      if (refused.length > 0) {
        const reasons = [...new Set(refused.map(({ code, reason }) => `${code}\n${reason}`))];
        modals.open({
          title: t('findings.change.refused', { count: refused.length }),
          children: (
            <List size="sm" spacing={6}>
              {reasons.map((text) => {
                const [code = '', reason = ''] = text.split('\n');
                return (
                  <List.Item key={code}>{worded(t, `findings.refusal.${code}`, reason)}</List.Item>
                );
              })}
            </List>
          ),
        });
      }
      setOpen(null);
      onDone?.();
    },
  });
  const size = variant === 'bar' ? 'xs' : 'sm';
  const close = () => setOpen(null);
  return (
    <>
      {variant === 'bar' ? (
        statesToSet.map((state) => (
          <Button
            key={state}
            size={size}
            variant="default"
            disabled={change.isPending}
            onClick={() => change.mutate({ state })}
          >
            {t(`findings.set.${state}`)}
          </Button>
        ))
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              loading={change.isPending}
              rightSection={<IconChevronDown size={15} aria-hidden="true" />}
            >
              {t('findings.set')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {statesToSet.map((state) => (
              <Menu.Item key={state} onClick={() => change.mutate({ state })}>
                {t(`findings.set.${state}`)}
              </Menu.Item>
            ))}
            <Menu.Label maw={260}>{t('findings.only-observation')}</Menu.Label>
          </Menu.Dropdown>
        </Menu>
      )}
      {ids.length === 1 && (
        <Button
          size={size}
          variant="default"
          leftSection={<IconShieldOff size={14} aria-hidden="true" />}
          onClick={() => go(`/exceptions/new?finding=${ids[0]}`)}
        >
          {t('findings.except')}
        </Button>
      )}
      <Button
        size={size}
        variant="default"
        leftSection={<IconUser size={14} aria-hidden="true" />}
        onClick={() => setOpen('owner')}
      >
        {t('findings.set-owner')}
      </Button>
      <Modal opened={open === 'owner'} onClose={close} title={t('findings.owner-title')}>
        <OwnerForm
          count={ids.length}
          busy={change.isPending}
          onSubmit={(wanted) => change.mutate(wanted)}
          onCancel={close}
        />
      </Modal>
    </>
  );
}

interface FormProps {
  count: number;
  busy: boolean;
  onSubmit: (change: FindingsChange['change']) => void;
  onCancel: () => void;
}

function OwnerForm({ count, busy, onSubmit, onCancel }: FormProps) {
  const t = useT();
  const [owner, setOwner] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ owner: owner.trim() === '' ? null : owner.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('findings.column.owner')}
          description={t('findings.owner-hint')}
          value={owner}
          maxLength={200}
          onChange={(event) => setOwner(event.currentTarget.value)}
          data-autofocus
        />
        <Foot
          count={count}
          busy={busy}
          label={t('shell.save')}
          disabled={false}
          onCancel={onCancel}
        />
      </Stack>
    </form>
  );
}

interface FootProps {
  count: number;
  busy: boolean;
  label: string;
  disabled: boolean;
  onCancel: () => void;
}

function Foot({ count, busy, label, disabled, onCancel }: FootProps) {
  const t = useT();
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" c="dimmed">
        {t('findings.change.for', { count })}
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={onCancel}>
          {t('shell.cancel')}
        </Button>
        <Button type="submit" loading={busy} disabled={disabled}>
          {label}
        </Button>
      </Group>
    </Group>
  );
}
