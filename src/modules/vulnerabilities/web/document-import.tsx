import { Button, FileInput, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFileText, IconUpload } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ApiProblem } from '../../../platform/web/api-client.ts';
import { useGo } from '../../../platform/web/page.ts';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';

interface DocumentImportProps {
  label: string;
  title: string;
  text: string;
  fileLabel: string;
  /** Hands the file in; answers where its outcome is to be seen. */
  send: (file: File) => Promise<string>;
  onClose?: () => void;
  /** Further fields, below that of the file. */
  children?: ReactNode;
}

/** A button, and behind it a form that hands in one document and shows what is wrong with it. */
export function DocumentImport(props: DocumentImportProps) {
  const { label, title, text, fileLabel, send, onClose, children } = props;
  const t = useT();
  const go = useGo();
  const [opened, setOpened] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const close = () => {
    setOpened(false);
    setFile(null);
    setProblem(null);
    onClose?.();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const href = await send(file);
      close();
      go(href);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        leftSection={<IconUpload size={16} aria-hidden="true" />}
        onClick={() => setOpened(true)}
      >
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <Text size="sm">{text}</Text>
            {problem && <ProblemAlert problem={problem} />}
            <FileInput
              label={fileLabel}
              placeholder={t('vulnerabilities.import-choose')}
              value={file}
              onChange={setFile}
              leftSection={<IconFileText size={16} aria-hidden="true" />}
              disabled={busy}
              clearable
              data-autofocus
            />
            {children}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t('shell.cancel')}
              </Button>
              <Button type="submit" disabled={file === null} loading={busy}>
                {t('vulnerabilities.import-do')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
