import { Group, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, apiUrl } from '../../../platform/web/api-client.ts';
import { notifySuccess } from '../../../platform/web/notify.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { SbomImported } from '../sbom/api.ts';
import { DocumentImport } from './document-import.tsx';

/** Hands in a bill of materials: a new application, or a new version of a known one. */
export function SbomImport() {
  const t = useT();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [version, setVersion] = useState('');
  return (
    <DocumentImport
      label={t('vulnerabilities.sbom.import')}
      title={t('vulnerabilities.sbom.title')}
      text={t('vulnerabilities.sbom.text')}
      fileLabel={t('vulnerabilities.sbom.file')}
      onClose={() => {
        setName('');
        setVersion('');
      }}
      send={async (file) => {
        const imported = await api.upload<SbomImported>(
          apiUrl('/api/applications/sboms', { name: name.trim(), version: version.trim() }),
          file,
          { type: 'application/octet-stream', onProgress: () => {} },
        );
        notifySuccess(t('vulnerabilities.sbom.imported', { name: imported.name }));
        await client.invalidateQueries({ queryKey: ['applications'] });
        return `/applications/${imported.applicationId}`;
      }}
    >
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
    </DocumentImport>
  );
}
