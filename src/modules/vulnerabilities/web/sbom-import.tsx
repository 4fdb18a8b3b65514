import { Button, FileInput, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconFileText, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiProblem, api, apiUrl } from '../../../platform/web/api-client.ts';
import { notifySuccess } from '../../../platform/web/notify.ts';
import { useGo } from '../../../platform/web/page.ts';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { SbomImported } from '../sbom/api.ts';

/** Hands in a bill of materials: a new application, or a new version of a known one. */
export function SbomImport() {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [version, setVersion] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const close = () => {
    setOpened(false);
    setFile(null);
    setName('');
    setVersion('');
    setProblem(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const imported = await api.upload<SbomImported>(
        apiUrl('/api/applications/sboms', { name: name.trim(), version: version.trim() }),
        file,
        { type: 'application/octet-stream', onProgress: () => {} },
      );
      notifySuccess(t('vulnerabilities.sbom.imported', { name: imported.name }));
      await client.invalidateQueries({ queryKey: ['applications'] });
      close();
      go(`/applications/${imported.applicationId}`);
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
        {t('vulnerabilities.sbom.import')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('vulnerabilities.sbom.title')}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <Text size="sm">{t('vulnerabilities.sbom.text')}</Text>
            {problem && <ProblemAlert problem={problem} />}
            <FileInput
              label={t('vulnerabilities.sbom.file')}
              placeholder={t('vulnerabilities.import-choose')}
              value={file}
              onChange={setFile}
              leftSection={<IconFileText size={16} aria-hidden="true" />}
              disabled={busy}
              clearable
              data-autofocus
            />
            <Group grow gap="sm" align="flex-start">
              <TextInput
                label={t('vulnerabilities.application.name')}
                description={t('vulnerabilities.sbom.from-document')}
                value={name}
                maxLength={300}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <TextInput
                label={t('vulnerabilities.application.version')}
                description={t('vulnerabilities.sbom.from-document')}
                value={version}
                maxLength={300}
                onChange={(event) => setVersion(event.currentTarget.value)}
              />
            </Group>
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
