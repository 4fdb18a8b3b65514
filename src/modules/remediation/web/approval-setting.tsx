import { Button, Group, Modal, NumberInput, Skeleton, Stack, Text } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { CampaignSettings } from '../api.ts';

const settingsKey = ['campaign-settings'] as const;

/** Above how many endpoints a second person has to agree; administrators set it. */
export function ApprovalSetting() {
  const t = useT();
  const mayChange = useHolds('campaigns:administer');
  const [opened, setOpened] = useState(false);
  if (!mayChange) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUserCheck size={16} aria-hidden="true" />}
        onClick={() => setOpened(true)}
      >
        {t('remediation.approval.open')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('remediation.approval.title')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        <LoadedSetting onDone={() => setOpened(false)} />
      </Modal>
    </>
  );
}

function LoadedSetting({ onDone }: { onDone: () => void }) {
  const settings = useApi<CampaignSettings>(settingsKey, '/api/campaign-settings');
  if (settings.error) {
    return <ProblemAlert problem={settings.error} onRetry={() => void settings.refetch()} />;
  }
  if (!settings.data) return <Skeleton height={120} />;
  return <SettingForm settings={settings.data} onDone={onDone} />;
}

function SettingForm({ settings, onDone }: { settings: CampaignSettings; onDone: () => void }) {
  const t = useT();
  const [above, setAbove] = useState<number | ''>(settings.approvalAbove);
  const save = useApiAction<CampaignSettings, CampaignSettings>({
    run: (body) => api.put('/api/campaign-settings', body),
    invalidates: [settingsKey, ['campaign-preview']],
    successKey: 'remediation.approval.saved',
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (above !== '') save.mutate({ approvalAbove: above });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <NumberInput
          label={t('remediation.approval.above')}
          value={above}
          min={0}
          max={1_000_000}
          allowDecimal={false}
          clampBehavior="strict"
          thousandSeparator=","
          onChange={(value) => setAbove(typeof value === 'number' ? value : '')}
          data-autofocus
          required
        />
        <Text size="sm" c="dimmed">
          {t('remediation.approval.hint')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={above === ''}>
            {t('shell.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
