import { Button, Checkbox, FileInput, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconFileZip, IconUpload } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem, api } from '../../../platform/web/api-client.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { FeedActivity } from '../api.ts';
import { archiveType } from './feed-states.ts';

interface BundleImportProps {
  disabled: boolean;
  /** The server has the whole archive and works on it. */
  onStarted: () => void;
}

/** For sites without internet: a bundle that was exported or fetched elsewhere. */
export function BundleImport({ disabled, onStarted }: BundleImportProps) {
  const t = useT();
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [acceptSmaller, setAcceptSmaller] = useState(false);
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const sending = useRef<AbortController | null>(null);
  useEffect(() => () => sending.current?.abort(), []);

  const close = () => {
    sending.current?.abort();
    sending.current = null;
    setOpened(false);
    setFile(null);
    setAcceptSmaller(false);
    setShare(null);
    setProblem(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file === null || share !== null) return;
    const controller = new AbortController();
    sending.current = controller;
    setShare(0);
    setProblem(null);
    api
      .upload<FeedActivity>(
        `/api/feeds/import${acceptSmaller ? '?acceptSmaller=true' : ''}`,
        file,
        { type: archiveType(file.name), onProgress: setShare, signal: controller.signal },
      )
      .then(() => {
        close();
        onStarted();
      })
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        setShare(null);
        if (error instanceof ApiProblem) setProblem(error);
        else throw error;
      });
  };
  return (
    <>
      <Button
        leftSection={<IconUpload size={16} aria-hidden="true" />}
        disabled={disabled}
        onClick={() => setOpened(true)}
      >
        {t('vulnerabilities.import')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('vulnerabilities.import-title')}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <Text size="sm">{t('vulnerabilities.import-text')}</Text>
            {problem && <ProblemAlert problem={problem} />}
            <FileInput
              label={t('vulnerabilities.import-file')}
              placeholder={t('vulnerabilities.import-choose')}
              accept=".tar,.gz,.tgz,.zip,application/gzip,application/zip,application/x-tar"
              value={file}
              onChange={setFile}
              leftSection={<IconFileZip size={16} aria-hidden="true" />}
              disabled={share !== null}
              clearable
              data-autofocus
            />
            <Checkbox
              label={t('vulnerabilities.import-smaller')}
              description={t('vulnerabilities.import-smaller-hint')}
              checked={acceptSmaller}
              onChange={(event) => setAcceptSmaller(event.currentTarget.checked)}
              disabled={share !== null}
            />
            {share !== null && file !== null && (
              <div aria-live="polite">
                <Progress value={100 * share} animated aria-label={t('vulnerabilities.sending')} />
                <Text size="xs" c="dimmed" mt={4}>
                  {share < 1
                    ? t('vulnerabilities.sent', {
                        done: format.bytes(share * file.size),
                        all: format.bytes(file.size),
                      })
                    : t('vulnerabilities.sent-all')}
                </Text>
              </div>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t('shell.cancel')}
              </Button>
              <Button type="submit" disabled={file === null} loading={share !== null}>
                {t('vulnerabilities.import-do')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
