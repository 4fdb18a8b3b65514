import { ActionIcon, Button, CopyButton, Menu, Modal } from '@mantine/core';
import {
  IconCalendarRepeat,
  IconCheck,
  IconDots,
  IconLink,
  IconPencil,
  IconRefresh,
} from '@tabler/icons-react';
import { useState } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { useGo } from '../../../platform/web/page.ts';
import { ConfirmButton } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Question } from '../api.ts';
import { askHref } from './ask-link.ts';
import { NewScheduleForm } from './schedule-form.tsx';
import { useAskAgain } from './use-ask-again.ts';
import { questionsKey } from './use-questions.ts';

/** What one can do with a question: stop it, ask it again, ask it regularly, pass it on. */
export function QuestionActions({ question }: { question: Question }) {
  const t = useT();
  const go = useGo();
  const mayAsk = useHolds('questions:respond');
  const [isScheduling, setScheduling] = useState(false);
  const again = useAskAgain(question);
  const cancel = useApiAction({
    run: () => api.post(`/api/questions/${question.id}/cancel`),
    invalidates: [['question', String(question.id)], questionsKey],
    successKey: 'questions.cancelled',
  });
  const link = `${window.location.origin}/questions/${question.id}`;
  return (
    <>
      {mayAsk && question.state === 'open' && (
        <ConfirmButton
          title={t('questions.cancel-title')}
          text={t('questions.cancel-text')}
          confirmLabel={t('questions.cancel-do')}
          danger
          loading={cancel.isPending}
          onConfirm={() => cancel.mutate()}
        >
          {t('questions.cancel')}
        </ConfirmButton>
      )}
      {mayAsk && (
        <>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden="true" />}
            loading={again.isPending}
            onClick={() => again.mutate()}
          >
            {t('questions.again')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconCalendarRepeat size={16} aria-hidden="true" />}
            onClick={() => setScheduling(true)}
          >
            {t('questions.save-schedule')}
          </Button>
        </>
      )}
      <CopyButton value={link} timeout={1500}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={
              copied ? (
                <IconCheck size={16} aria-hidden="true" />
              ) : (
                <IconLink size={16} aria-hidden="true" />
              )
            }
            onClick={copy}
          >
            {copied ? t('shell.copied') : t('questions.copy-link')}
          </Button>
        )}
      </CopyButton>
      {mayAsk && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('questions.more-actions')}>
              <IconDots size={17} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconPencil size={15} aria-hidden="true" />}
              onClick={() => go(askHref({ from: question.id }))}
            >
              {t('questions.change-and-ask')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Modal
        opened={isScheduling}
        onClose={() => setScheduling(false)}
        title={t('questions.save-schedule')}
      >
        <NewScheduleForm question={question} onDone={() => setScheduling(false)} />
      </Modal>
    </>
  );
}
