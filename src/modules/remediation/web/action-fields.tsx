import {
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { useFormat } from '../../../platform/web/format.ts';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import {
  type ActionDraft,
  actionFaults,
  actionTypes,
  extensionHosts,
  interpreters,
  packageManagers,
  separators,
  serviceOperations,
} from './action-draft.ts';
import classes from './remediation.module.css';

interface ActionFieldsProps {
  action: ActionDraft;
  onChange: (patch: Partial<ActionDraft>) => void;
}

const restartChoices = [900, 3600, 4 * 3600, 86_400, 3 * 86_400, 7 * 86_400] as const;

/** The fields of one's own action; what is wrong with one is said once it was left. */
export function ActionFields({ action, onChange }: ActionFieldsProps) {
  const t = useT();
  const mayScript = useHolds('campaigns:administer');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const faults = actionFaults(action);
  const errorOf = (name: keyof ActionDraft) => {
    const fault = faults[name];
    if (fault === undefined || !left.has(name)) return null;
    return fault.kind === 'missing'
      ? t('remediation.field.missing')
      : t('remediation.field.wrong', { what: fault.what });
  };
  const text = (
    name: 'packages' | 'service' | 'path' | 'key' | 'value' | 'extension' | 'paths' | 'script',
  ) => ({
    name,
    value: action[name],
    label: t(`remediation.field.${name}`),
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) =>
      onChange({ [name]: event.currentTarget.value }),
    onBlur: () => setLeft((before) => new Set([...before, name])),
    error: errorOf(name),
  });
  return (
    <Stack gap="md">
      <Select
        label={t('remediation.field.type')}
        data={actionTypes.map((type) => ({
          value: type,
          label: t(`remediation.action.${type}`),
          disabled: type === 'script' && !mayScript,
        }))}
        value={action.type}
        onChange={(value) => {
          const type = actionTypes.find((one) => one === value);
          if (type) onChange({ type });
        }}
        allowDeselect={false}
        maxDropdownHeight={360}
      />
      <Fields action={action} onChange={onChange} text={text} errorOf={errorOf} />
    </Stack>
  );
}

type TextOf = (
  name: 'packages' | 'service' | 'path' | 'key' | 'value' | 'extension' | 'paths' | 'script',
) => object;

function Fields({
  action,
  onChange,
  text,
  errorOf,
}: ActionFieldsProps & { text: TextOf; errorOf: (name: keyof ActionDraft) => string | null }) {
  const t = useT();
  const format = useFormat();
  switch (action.type) {
    case 'package-upgrade':
    case 'package-install':
    case 'package-remove':
      return (
        <>
          <Choice
            name="manager"
            value={action.manager}
            values={packageManagers}
            onChange={(manager) => onChange({ manager })}
          />
          <Textarea
            {...text('packages')}
            description={t(
              action.type === 'package-remove'
                ? 'remediation.field.packages-remove-hint'
                : 'remediation.field.packages-hint',
            )}
            placeholder={action.type === 'package-remove' ? 'telnetd' : 'openssl >= 3.0.15-1'}
            classNames={{ input: classes.mono ?? '' }}
            autosize
            minRows={3}
            maxRows={12}
            required
          />
        </>
      );
    case 'service':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput {...text('service')} placeholder="ssh.service" required />
          <Select
            label={t('remediation.field.operation')}
            data={serviceOperations.map((value) => ({
              value,
              label: t(`remediation.operation.${value}`),
            }))}
            value={action.operation}
            onChange={(value) => {
              const operation = serviceOperations.find((one) => one === value);
              if (operation) onChange({ operation });
            }}
            allowDeselect={false}
          />
        </SimpleGrid>
      );
    case 'set-value':
      return (
        <>
          <TextInput
            {...text('path')}
            description={t('remediation.field.path-hint')}
            placeholder="/etc/ssh/sshd_config"
            classNames={{ input: classes.mono ?? '' }}
            required
          />
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput
              {...text('key')}
              placeholder="PermitRootLogin"
              classNames={{ input: classes.mono ?? '' }}
              required
            />
            <Select
              label={t('remediation.field.separator')}
              data={separators.map((value) => ({
                value,
                label: t(`remediation.separator.${separators.indexOf(value)}`),
              }))}
              value={action.separator}
              onChange={(value) => {
                const separator = separators.find((one) => one === value);
                if (separator) onChange({ separator });
              }}
              allowDeselect={false}
            />
            <TextInput
              {...text('value')}
              placeholder="no"
              classNames={{ input: classes.mono ?? '' }}
            />
          </SimpleGrid>
        </>
      );
    case 'remove-extension':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t('remediation.field.host')}
            data={extensionHosts.map((value) => ({ value, label: t(`remediation.host.${value}`) }))}
            value={action.host}
            onChange={(value) => {
              const host = extensionHosts.find((one) => one === value);
              if (host) onChange({ host });
            }}
            allowDeselect={false}
          />
          <TextInput {...text('extension')} classNames={{ input: classes.mono ?? '' }} required />
        </SimpleGrid>
      );
    case 'restart':
      return (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={t('remediation.field.restart-within')}
              description={t('remediation.field.restart-within-hint')}
              data={restartChoices.map((seconds) => ({
                value: String(seconds),
                label: format.duration(seconds),
              }))}
              value={String(action.restartWithinSeconds)}
              onChange={(value) => {
                if (value) onChange({ restartWithinSeconds: Number(value) });
              }}
              allowDeselect={false}
            />
            <NumberInput
              label={t('remediation.terms.deferrals')}
              description={t('remediation.terms.deferrals-hint')}
              value={action.deferrals}
              min={0}
              max={20}
              allowDecimal={false}
              clampBehavior="strict"
              onChange={(value) => {
                if (typeof value === 'number') onChange({ deferrals: value });
              }}
            />
          </SimpleGrid>
          <Textarea
            label={t('remediation.terms.notice')}
            description={t('remediation.terms.notice-hint')}
            value={action.notice}
            maxLength={500}
            onChange={(event) => onChange({ notice: event.currentTarget.value })}
            autosize
            minRows={2}
          />
        </>
      );
    case 'collect':
      return (
        <>
          <Textarea
            {...text('paths')}
            description={t('remediation.field.paths-hint')}
            placeholder="/var/log/auth.log"
            classNames={{ input: classes.mono ?? '' }}
            autosize
            minRows={3}
            maxRows={12}
            required
          />
          <NumberInput
            label={t('remediation.field.most')}
            value={action.mostMebibytes}
            min={1}
            max={256}
            suffix=" MiB"
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) => {
              if (typeof value === 'number' && value >= 1) onChange({ mostMebibytes: value });
            }}
            maw={220}
          />
        </>
      );
    case 'report-now':
      return (
        <TagsInput
          label={t('remediation.field.parts')}
          description={t('remediation.field.parts-hint')}
          placeholder="software-deb"
          value={[...action.parts]}
          onChange={(parts) => onChange({ parts })}
          error={errorOf('parts')}
          maxTags={60}
          required
        />
      );
    case 'script':
      return (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Choice
              name="interpreter"
              value={action.interpreter}
              values={interpreters}
              onChange={(interpreter) => onChange({ interpreter })}
            />
            <NumberInput
              label={t('remediation.field.script-seconds')}
              value={action.scriptSeconds}
              min={1}
              max={3600}
              allowDecimal={false}
              clampBehavior="strict"
              onChange={(value) => {
                if (typeof value === 'number' && value >= 1) onChange({ scriptSeconds: value });
              }}
            />
          </SimpleGrid>
          <Textarea
            {...text('script')}
            maxLength={200_000}
            classNames={{ input: classes.mono ?? '' }}
            autosize
            minRows={6}
            maxRows={24}
            required
          />
          <Text size="xs" c="dimmed">
            {t('remediation.field.script-hint')}
          </Text>
        </>
      );
  }
}

/** A choice of words that are the same in every language. */
function Choice<Value extends string>({
  name,
  value,
  values,
  onChange,
}: {
  name: 'manager' | 'interpreter';
  value: Value;
  values: readonly Value[];
  onChange: (value: Value) => void;
}) {
  const t = useT();
  return (
    <Select
      label={t(`remediation.field.${name}`)}
      data={[...values]}
      value={value}
      onChange={(next) => {
        const known = values.find((one) => one === next);
        if (known !== undefined) onChange(known);
      }}
      allowDeselect={false}
      maw={320}
    />
  );
}
