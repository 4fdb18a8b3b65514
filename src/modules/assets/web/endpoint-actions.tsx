import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Modal,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconEdit, IconRefresh, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { useGo } from '../../../platform/web/page.ts';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint, EndpointChange } from '../api.ts';
import { cleanTags } from './bulk-change.ts';
import { CriticalitySelect } from './criticality-select.tsx';
import { ScopeSelect } from './scope-select.tsx';
import { endpointQueryKeys } from './use-change-endpoints.tsx';

/** What can be done with one endpoint by those who may. */
export function EndpointActions({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  const mayWrite = useHolds('assets:write');
  const [open, setOpen] = useState<'edit' | 'forget' | null>(null);
  const refresh = useApiAction<void, { readonly parts: number }>({
    run: () => api.post(`/api/endpoints/${endpoint.id}/refresh`),
    onSuccess: ({ parts }) =>
      notifications.show({
        color: 'moss',
        withBorder: true,
        message:
          endpoint.presence === 'online'
            ? t('assets.endpoint.refresh-asked', { count: parts })
            : t('assets.endpoint.refresh-silent'),
      }),
  });
  if (!mayWrite) return null;
  const close = () => setOpen(null);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden="true" />}
        loading={refresh.isPending}
        onClick={() => refresh.mutate()}
      >
        {t('assets.endpoint.refresh')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconEdit size={16} aria-hidden="true" />}
        onClick={() => setOpen('edit')}
      >
        {t('assets.endpoint.edit')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('assets.endpoint.more')}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            color="crimson"
            leftSection={<IconTrash size={15} aria-hidden="true" />}
            onClick={() => setOpen('forget')}
          >
            {t('assets.endpoint.forget')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={open === 'edit'} onClose={close} title={t('assets.endpoint.edit-title')}>
        <EditForm endpoint={endpoint} onDone={close} />
      </Modal>
      <Modal
        opened={open === 'forget'}
        onClose={close}
        title={t('assets.endpoint.forget-title', { hostname: endpoint.hostname })}
      >
        <ForgetForm endpoint={endpoint} onCancel={close} />
      </Modal>
    </>
  );
}

function EditForm({ endpoint, onDone }: { endpoint: Endpoint; onDone: () => void }) {
  const t = useT();
  const [scopeId, setScopeId] = useState<string>(endpoint.scopeId);
  const [owner, setOwner] = useState(endpoint.owner ?? '');
  const [criticality, setCriticality] = useState(endpoint.criticality);
  const [tags, setTags] = useState<string[]>(endpoint.tags);
  const [notes, setNotes] = useState(endpoint.notes);
  const save = useApiAction<EndpointChange>({
    run: (change) => api.patch(`/api/endpoints/${endpoint.id}`, change),
    invalidates: endpointQueryKeys,
    successKey: 'assets.endpoint.changed',
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const newOwner = owner.trim() === '' ? null : owner.trim();
    const newTags = cleanTags(tags);
    // Only what was touched: what somebody else changed meanwhile stays.
    save.mutate({
      ...(scopeId === endpoint.scopeId ? {} : { scopeId }),
      ...(newOwner === endpoint.owner ? {} : { owner: newOwner }),
      ...(criticality === endpoint.criticality ? {} : { criticality }),
      ...(newTags.join('\n') === endpoint.tags.join('\n') ? {} : { tags: newTags }),
      ...(notes === endpoint.notes ? {} : { notes }),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ScopeSelect
          value={scopeId}
          onChange={(chosen) => {
            if (chosen) setScopeId(chosen);
          }}
          allowDeselect={false}
        />
        <TextInput
          label={t('assets.endpoint.owner')}
          description={t('assets.endpoint.owner-hint')}
          value={owner}
          maxLength={200}
          onChange={(event) => setOwner(event.currentTarget.value)}
          data-autofocus
        />
        <CriticalitySelect value={criticality} onChange={setCriticality} />
        <TagsInput
          label={t('assets.endpoint.tags')}
          description={t('assets.bulk.tags-hint')}
          value={tags}
          onChange={setTags}
          maxTags={50}
          maxLength={60}
          acceptValueOnBlur
        />
        <Textarea
          label={t('assets.endpoint.notes')}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
          maxLength={10_000}
          autosize
          minRows={3}
          maxRows={12}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('shell.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ForgetForm({ endpoint, onCancel }: { endpoint: Endpoint; onCancel: () => void }) {
  const t = useT();
  const go = useGo();
  const [typed, setTyped] = useState('');
  const { hostname } = endpoint;
  const forget = useApiAction({
    run: () => api.delete(`/api/endpoints/${endpoint.id}`),
    invalidates: [['endpoints'], ['scopes'], ['assets-overview'], ['changes']],
    successKey: 'assets.endpoint.forgotten',
    onSuccess: () => go('/endpoints', { replace: true }),
  });
  const confirmed = typed.trim() === hostname.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (confirmed) forget.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('assets.endpoint.forget-text')}</Text>
        <TextInput
          label={t('assets.endpoint.forget-type', { hostname })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" color="crimson" disabled={!confirmed} loading={forget.isPending}>
            {t('assets.endpoint.forget-do')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
