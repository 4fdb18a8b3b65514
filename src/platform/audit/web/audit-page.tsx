import {
  ActionIcon,
  Alert,
  Button,
  Code,
  Drawer,
  Group,
  Popover,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconCalendar, IconListCheck, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Age } from '../../web/age.tsx';
import { api, useApiAction } from '../../web/api-client.ts';
import { AppLink } from '../../web/app-link.tsx';
import { CopyBlock } from '../../web/copy-block.tsx';
import { type Column, DataTable, type TableFilter } from '../../web/data-table.tsx';
import { useFormat } from '../../web/format.ts';
import { useLive } from '../../web/live.ts';
import { useSearchState } from '../../web/page.ts';
import { EmptyState, Page } from '../../web/parts.tsx';
import { useT } from '../../web/translate.ts';
import type { AuditRecord, AuditVerification } from '../api.ts';

export default function AuditPage() {
  const t = useT();
  const format = useFormat();
  const [opened, setOpened] = useState<AuditRecord | null>(null);
  const [result, setResult] = useState<AuditVerification | null>(null);
  useLive(['audit'], [['audit']]);
  const verify = useApiAction<void, AuditVerification>({
    run: () => api.get<AuditVerification>('/api/audit/verification'),
    onSuccess: setResult,
  });
  const filters: readonly TableFilter[] = [
    { id: 'action', labelKey: 'audit.action', pill: (value) => value },
    { id: 'actorId', labelKey: 'audit.by-this-actor' },
    { id: 'targetId', labelKey: 'audit.of-this-target' },
    { id: 'from', labelKey: 'audit.from', pill: (value) => format.time(value) },
    { id: 'to', labelKey: 'audit.to', pill: (value) => format.time(value) },
  ];
  const columns: readonly Column<AuditRecord>[] = [
    {
      id: 'at',
      titleKey: 'audit.at',
      width: 170,
      render: (record) => <span>{format.time(record.at)}</span>,
    },
    { id: 'actor', titleKey: 'audit.actor', width: 170, render: (record) => record.actor.name },
    {
      id: 'action',
      titleKey: 'audit.action',
      width: 220,
      render: (record) => <Code>{record.action}</Code>,
    },
    {
      id: 'target',
      titleKey: 'audit.target',
      width: 240,
      render: (record) => record.target?.name ?? record.target?.id ?? '',
    },
    {
      id: 'address',
      titleKey: 'audit.address',
      width: 150,
      render: (record) => record.actor.address ?? '',
    },
    {
      id: 'actorKind',
      titleKey: 'audit.actor-kind',
      width: 130,
      defaultHidden: true,
      render: (record) => kindText(record.actor.kind, t),
    },
    {
      id: 'targetKind',
      titleKey: 'audit.target-kind',
      width: 130,
      defaultHidden: true,
      render: (record) => record.target?.kind ?? '',
    },
    {
      id: 'seq',
      titleKey: 'audit.seq',
      width: 90,
      align: 'right',
      render: (record) => format.number(record.seq),
    },
  ];
  return (
    <Page
      titleKey="audit.title"
      subtitle={t('audit.subtitle')}
      fill
      actions={
        <Tooltip label={t('audit.verify-hint')}>
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} />}
            loading={verify.isPending}
            onClick={() => verify.mutate()}
          >
            {t('audit.verify')}
          </Button>
        </Tooltip>
      }
    >
      {result && <Verification result={result} onClose={() => setResult(null)} />}
      <DataTable<AuditRecord>
        id="audit"
        path="/api/audit"
        queryKey={['audit']}
        columns={columns}
        rowId={(record) => String(record.seq)}
        onRowOpen={setOpened}
        filters={filters}
        searchKey="audit.search"
        csvName="audit"
        toolbar={<TimeFilter />}
        emptyState={
          <EmptyState
            icon={<IconListCheck size={36} stroke={1.4} />}
            title={t('shell.nothing-yet')}
            text={t('audit.empty-text')}
          />
        }
      />
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size={520}
        title={opened ? t('audit.record', { seq: opened.seq }) : ''}
      >
        {opened && <RecordDetails record={opened} onLeave={() => setOpened(null)} />}
      </Drawer>
    </Page>
  );
}

function kindText(kind: string, t: ReturnType<typeof useT>): string {
  const key = `audit.kind.${kind}`;
  return t.has(key) ? t(key) : kind;
}

function Verification({ result, onClose }: { result: AuditVerification; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  return (
    <Alert
      color={result.ok ? 'moss' : 'crimson'}
      variant="light"
      withCloseButton
      closeButtonLabel={t('shell.close')}
      onClose={onClose}
      icon={result.ok ? <IconShieldCheck size={20} /> : <IconShieldX size={20} />}
      title={t(result.ok ? 'audit.verified' : 'audit.broken')}
      role="status"
    >
      {result.ok ? (
        <>
          <Text size="sm">
            {t('audit.verified-text', {
              count: result.records,
              number: format.number(result.records),
            })}
          </Text>
          {result.headHash && (
            <Text size="xs" mt={6}>
              {t('audit.head-hash')} <Code>{result.headHash}</Code>
            </Text>
          )}
        </>
      ) : (
        <Text size="sm">
          {t('audit.broken-text', { seq: result.firstBrokenSeq ?? '—' })} {result.reason}
        </Text>
      )}
    </Alert>
  );
}

/** What a `datetime-local` field holds for an instant, in the browser's time zone. */
export function localInputOf(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const offsetMs = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMs).toISOString().slice(0, 16);
}

function TimeFilter() {
  const t = useT();
  const [{ from, to }, set] = useSearchState({ from: '', to: '' });
  const field = (name: 'from' | 'to', value: string) => (
    <TextInput
      type="datetime-local"
      label={t(name === 'from' ? 'audit.from' : 'audit.to')}
      value={localInputOf(value)}
      onChange={(event) => {
        const at = Date.parse(event.currentTarget.value);
        set({ [name]: Number.isNaN(at) ? '' : new Date(at).toISOString() }, { replace: true });
      }}
    />
  );
  return (
    <Popover position="bottom-end" withArrow>
      <Popover.Target>
        <Tooltip label={`${t('audit.from')} / ${t('audit.to')}`}>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`${t('audit.from')} / ${t('audit.to')}`}
          >
            <IconCalendar size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {field('from', from)}
          {field('to', to)}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function RecordDetails({ record, onLeave }: { record: AuditRecord; onLeave: () => void }) {
  const t = useT();
  const format = useFormat();
  const { actor, target } = record;
  const entries = Object.entries(record.details);
  return (
    <Stack gap="md">
      <Fact label={t('audit.at')}>
        {format.exactTime(record.at)}（<Age at={record.at} />）
      </Fact>
      <Fact label={t('audit.actor')}>
        {actor.name}{' '}
        <Text span c="dimmed">
          {kindText(actor.kind, t)}
        </Text>
        {actor.address && <Text c="dimmed">{actor.address}</Text>}
      </Fact>
      <Fact label={t('audit.action')}>
        <Code>{record.action}</Code>
      </Fact>
      <Fact label={t('audit.target')}>
        {target ? (
          <>
            {target.name ?? target.id}{' '}
            <Text span c="dimmed">
              {target.kind}
            </Text>
          </>
        ) : (
          t('audit.none')
        )}
      </Fact>
      <Fact label={t('audit.details')}>
        {entries.length === 0 ? (
          t('audit.none')
        ) : (
          <Code block>{JSON.stringify(record.details, null, 2)}</Code>
        )}
      </Fact>
      <CopyBlock label={t('audit.hash')} text={record.hash} />
      <Group gap="md">
        {actor.id && (
          <AppLink
            href={`/audit?actorId=${encodeURIComponent(actor.id)}`}
            size="sm"
            onClickCapture={onLeave}
          >
            {t('audit.by-this-actor')}
          </AppLink>
        )}
        {target && (
          <AppLink
            href={`/audit?targetId=${encodeURIComponent(target.id)}`}
            size="sm"
            onClickCapture={onLeave}
          >
            {t('audit.of-this-target')}
          </AppLink>
        )}
        <AppLink
          href={`/audit?action=${encodeURIComponent(record.action)}`}
          size="sm"
          onClickCapture={onLeave}
        >
          {t('audit.of-this-action')}
        </AppLink>
      </Group>
    </Stack>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}
