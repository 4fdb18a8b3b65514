import {
  Group,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useUser } from '../../web/session.tsx';
import { useT } from '../../web/translate.ts';
import type { Channel } from '../api.ts';
import type { ChannelValues } from './channel-values.ts';

interface TargetFieldsProps {
  form: UseFormReturnType<ChannelValues>;
  channel: Channel | null;
}

const placeholders: Readonly<Record<string, string>> = {
  slack: 'https://hooks.slack.com/services/…',
  teams: 'https://….logic.azure.com/…',
  webhook: 'https://…',
  jira: 'https://example.atlassian.net',
  servicenow: 'https://example.service-now.com',
  github: 'https://api.github.com',
  backlog: 'https://example.backlog.com',
};

/** Where it leads: other fields for each type. */
export function TargetFields({ form, channel }: TargetFieldsProps) {
  const t = useT();
  const user = useUser();
  const { type } = form.values;
  const secret = (name: string, hint?: string) => ({
    description: channel?.secrets.includes(name) ? t('notify.secret-set') : hint,
    autoComplete: 'new-password',
    ...form.getInputProps(name),
  });
  const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
  return (
    <Stack gap="sm">
      {type === 'mail' && <MailFields form={form} secret={secret} />}
      {(type === 'slack' || type === 'teams' || type === 'webhook') && (
        <PasswordInput
          label={t('notify.webhook-url')}
          placeholder={placeholders[type] ?? ''}
          {...secret('url', t('notify.webhook-url-hint'))}
        />
      )}
      {type === 'webhook' && (
        <PasswordInput
          label={t('notify.signing-key')}
          {...secret('signingKey', t('notify.signing-key-hint'))}
        />
      )}
      {(type === 'jira' || type === 'servicenow' || type === 'github' || type === 'backlog') && (
        <>
          <TextInput
            label={t('notify.url')}
            placeholder={placeholders[type] ?? ''}
            {...plain}
            {...form.getInputProps('url')}
          />
          {(type === 'jira' || type === 'servicenow') && (
            <TextInput
              label={t('notify.user')}
              description={t('notify.user-hint-token')}
              {...plain}
              {...form.getInputProps('user')}
            />
          )}
          <PasswordInput
            label={t(type === 'servicenow' ? 'notify.token-basic' : 'notify.token')}
            {...secret('token')}
          />
          <TicketFields form={form} />
        </>
      )}
      <Switch
        label={t('notify.allow-private')}
        description={t('notify.allow-private-hint')}
        disabled={user.scopeIds !== null}
        {...form.getInputProps('allowPrivate', { type: 'checkbox' })}
      />
    </Stack>
  );
}

interface MailFieldsProps {
  form: UseFormReturnType<ChannelValues>;
  secret: (name: string) => object;
}

function MailFields({ form, secret }: MailFieldsProps) {
  const t = useT();
  const { security } = form.values;
  const kinds = ['starttls', 'tls', 'none'] as const;
  return (
    <>
      <Group align="flex-start" wrap="nowrap">
        <TextInput
          label={t('notify.host')}
          placeholder="smtp.example.jp"
          style={{ flexGrow: 1 }}
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('host')}
        />
        <NumberInput
          label={t('notify.port')}
          w={100}
          min={1}
          max={65_535}
          hideControls
          {...form.getInputProps('port')}
        />
      </Group>
      <Select
        label={t('notify.security')}
        data={kinds.map((value) => ({ value, label: t(`notify.security.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('security')}
      />
      {security !== 'none' && (
        <>
          <TextInput
            label={t('notify.user')}
            description={t('notify.user-hint')}
            autoComplete="off"
            autoCapitalize="none"
            {...form.getInputProps('user')}
          />
          <PasswordInput label={t('notify.password')} {...secret('password')} />
        </>
      )}
      <TextInput
        label={t('notify.from')}
        placeholder="yojin@example.jp"
        autoComplete="off"
        {...form.getInputProps('from')}
      />
      <TagsInput
        label={t('notify.to')}
        description={t('notify.to-hint')}
        acceptValueOnBlur
        {...form.getInputProps('to')}
      />
    </>
  );
}

function TicketFields({ form }: { form: UseFormReturnType<ChannelValues> }) {
  const t = useT();
  const { type } = form.values;
  const manners = ['comment', 'leave'] as const;
  return (
    <>
      {(type === 'jira' || type === 'backlog') && (
        <Group grow align="flex-start">
          <TextInput label={t('notify.project')} {...form.getInputProps('project')} />
          <TextInput
            label={t('notify.issue-type')}
            description={type === 'backlog' ? t('notify.issue-type-hint') : undefined}
            {...form.getInputProps('issueType')}
          />
        </Group>
      )}
      {type === 'servicenow' && (
        <TextInput
          label={t('notify.assignment-group')}
          {...form.getInputProps('assignmentGroup')}
        />
      )}
      {type === 'github' && (
        <>
          <TextInput
            label={t('notify.repository')}
            description={t('notify.repository-hint')}
            {...form.getInputProps('repository')}
          />
          <TagsInput
            label={t('notify.labels')}
            acceptValueOnBlur
            {...form.getInputProps('labels')}
          />
        </>
      )}
      <Select
        label={t('notify.again')}
        data={manners.map((value) => ({ value, label: t(`notify.again.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('again')}
      />
    </>
  );
}
