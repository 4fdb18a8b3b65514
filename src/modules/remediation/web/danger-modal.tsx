import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import { type Danger, mustType, readCount } from './dangers.ts';

interface DangerModalProps {
  opened: boolean;
  dangers: readonly Danger[];
  /** On how many it will be done. */
  endpoints: number;
  /** What the button does: begin, ask for approval, approve, let it go on, try again. */
  verb: 'start' | 'ask' | 'approve' | 'resume' | 'retry';
  busy: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Says what is dangerous and on how many endpoints; what cannot be taken back needs the number. */
export function DangerModal(props: DangerModalProps) {
  const { opened, dangers, endpoints, verb, busy, onClose, onConfirm } = props;
  const t = useT();
  const format = useFormat();
  const [typed, setTyped] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened anew, typed anew
  useEffect(() => setTyped(''), [opened]);
  const needsNumber = mustType(dangers);
  const isRight = !needsNumber || readCount(typed) === endpoints;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isRight) onConfirm();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('remediation.danger.title')}
      closeButtonProps={{ 'aria-label': t('shell.close') }}
    >
      <form onSubmit={submit} data-danger-form>
        <Stack gap="md">
          {dangers.map((danger) => (
            <Alert
              key={danger}
              color={danger === 'may-restart' || danger === 'collect' ? 'amber' : 'crimson'}
              icon={<IconAlertTriangle size={18} />}
              title={t(`remediation.danger.${danger}`, {
                count: endpoints,
                number: format.number(endpoints),
              })}
            >
              {t(`remediation.danger-text.${danger}`)}
            </Alert>
          ))}
          {needsNumber && (
            <TextInput
              label={t('remediation.danger.type', { number: format.number(endpoints) })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              inputMode="numeric"
              autoComplete="off"
              error={
                readCount(typed) !== null && !isRight ? t('remediation.danger.other-number') : null
              }
              data-autofocus
              required
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('shell.cancel')}
            </Button>
            <Button type="submit" color="crimson" loading={busy} disabled={!isRight}>
              {t(`remediation.danger-do.${verb}`)}
            </Button>
          </Group>
          {needsNumber && (
            <Text size="xs" c="dimmed">
              {t('remediation.danger.why')}
            </Text>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
