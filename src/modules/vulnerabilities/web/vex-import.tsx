import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../../platform/web/api-client.ts';
import { useT } from '../../../platform/web/translate.ts';
import type { VexDocumentDetails } from '../vex/api.ts';
import { DocumentImport } from './document-import.tsx';

/** Hands in what a supplier states; its report shows what came of each statement. */
export function VexImport() {
  const t = useT();
  const client = useQueryClient();
  return (
    <DocumentImport
      label={t('vulnerabilities.vex.import')}
      title={t('vulnerabilities.vex.import-title')}
      text={t('vulnerabilities.vex.import-text')}
      fileLabel={t('vulnerabilities.vex.file')}
      send={async (file) => {
        const { id } = await api.upload<VexDocumentDetails>('/api/vex', file, {
          type: 'application/octet-stream',
          onProgress: () => {},
        });
        await client.invalidateQueries({ queryKey: ['vex'] });
        return `/vex/${id}`;
      }}
    />
  );
}
