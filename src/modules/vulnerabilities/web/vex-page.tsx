import { Badge, Skeleton } from '@mantine/core';
import { IconFileCertificate } from '@tabler/icons-react';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { VexDocumentRow } from '../vex/api.ts';
import { VexImport } from './vex-import.tsx';
import classes from './vulnerabilities.module.css';

/** What suppliers state about weaknesses in their products (VEX), and how much of it counts here. */
export function VexPage() {
  const t = useT();
  const mayWrite = useHolds('vulnerabilities:write');
  const documents = useApi<{ items: readonly VexDocumentRow[] }>(['vex'], '/api/vex');
  useLive(['findings'], [['vex']]);
  const { data, error } = documents;
  return (
    <Page
      titleKey="vulnerabilities.vex.title"
      subtitle={t('vulnerabilities.vex.subtitle')}
      actions={mayWrite && <VexImport />}
    >
      {error && <ProblemAlert problem={error} onRetry={() => void documents.refetch()} />}
      {!data && documents.isPending && <Skeleton height={280} />}
      {data?.items.length === 0 && (
        <EmptyState
          icon={<IconFileCertificate size={40} stroke={1.3} aria-hidden="true" />}
          title={t('vulnerabilities.vex.empty-title')}
          text={t('vulnerabilities.vex.empty-text')}
        />
      )}
      {data && data.items.length > 0 && (
        <Section flush>
          <DocumentsTable documents={data.items} />
        </Section>
      )}
    </Page>
  );
}

function DocumentsTable({ documents }: { documents: readonly VexDocumentRow[] }) {
  const t = useT();
  const format = useFormat();
  return (
    <div className={classes.scroller}>
      <table className={classes.rows}>
        <thead>
          <tr>
            <th scope="col">{t('vulnerabilities.vex.document')}</th>
            <th scope="col">{t('vulnerabilities.vex.author')}</th>
            <th scope="col">{t('vulnerabilities.vex.issued')}</th>
            <th scope="col">{t('vulnerabilities.application.imported')}</th>
            <th scope="col" data-align="right">
              {t('vulnerabilities.vex.applied')}
            </th>
            <th scope="col" data-align="right">
              {t('vulnerabilities.vex.not-applied')}
            </th>
          </tr>
        </thead>
        <tbody>
          {documents.map((row) => (
            <tr key={row.id} data-apart={row.withdrawnAt !== null || undefined}>
              <td>
                <AppLink href={`/vex/${row.id}`} className={classes.name}>
                  {nameOfDocument(row)}
                </AppLink>{' '}
                {row.withdrawnAt !== null && (
                  <Badge variant="outline" className={classes.still}>
                    {t('vulnerabilities.vex.withdrawn')}
                  </Badge>
                )}
                <div className={classes.small}>
                  {[row.format, ...row.products].join(t('vulnerabilities.list-separator'))}
                </div>
              </td>
              <td>{row.author ?? '—'}</td>
              <td>
                <Age at={row.issuedAt} never={t('vulnerabilities.vex.no-date')} />
              </td>
              <td>
                <Age at={row.importedAt} />
                <div className={classes.small}>{row.importedBy}</div>
              </td>
              <td data-align="right">{format.number(row.withdrawnAt ? 0 : row.appliedCount)}</td>
              <td data-align="right">
                {format.number(row.statementCount - (row.withdrawnAt ? 0 : row.appliedCount))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Its own id where it has one; that may be long, but it is what its author calls it. */
export function nameOfDocument({ documentId, version, format }: VexDocumentRow): string {
  if (documentId === null) return format;
  return version === null ? documentId : `${documentId} (${version})`;
}
