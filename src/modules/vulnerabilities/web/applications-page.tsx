import { IconBox } from '@tabler/icons-react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Application } from '../sbom/api.ts';
import { AssessedShare } from './assessed-share.tsx';
import { SbomImport } from './sbom-import.tsx';

const rowHref = (row: Application) => `/applications/${row.id}`;

/** What is built or bought, as far as a bill of materials says what is in it. */
export function ApplicationsPage() {
  const t = useT();
  const mayWrite = useHolds('vulnerabilities:write');
  const columns = useApplicationColumns();
  useLive(['findings', 'feeds'], [['applications']]);
  return (
    <Page
      titleKey="vulnerabilities.applications.title"
      subtitle={t('vulnerabilities.applications.subtitle')}
      actions={
        <>
          <AppLink href="/components" size="sm">
            {t('vulnerabilities.application.where')}
          </AppLink>
          <AppLink href="/vex" size="sm">
            {t('vulnerabilities.applications.statements')}
          </AppLink>
          {mayWrite && <SbomImport />}
        </>
      }
      fill
    >
      <DataTable<Application>
        id="vulnerabilities.applications"
        path="/api/applications"
        queryKey={['applications']}
        columns={columns}
        rowId={(row) => row.id}
        rowHref={rowHref}
        searchKey="vulnerabilities.applications.search"
        csvName="yojin-applications"
        emptyState={
          <EmptyState
            icon={<IconBox size={40} stroke={1.3} aria-hidden="true" />}
            title={t('vulnerabilities.applications.empty-title')}
            text={t('vulnerabilities.applications.empty-text')}
            action={mayWrite && <SbomImport />}
          />
        }
      />
    </Page>
  );
}

function useApplicationColumns(): readonly Column<Application>[] {
  const format = useFormat();
  return [
    {
      id: 'name',
      titleKey: 'vulnerabilities.application.name',
      width: 240,
      sortable: true,
      render: (row) => row.name,
    },
    {
      id: 'version',
      titleKey: 'vulnerabilities.application.version',
      width: 130,
      render: (row) => row.version.version ?? '—',
    },
    {
      id: 'scopeName',
      titleKey: 'vulnerabilities.application.scope',
      width: 150,
      render: (row) => row.scopeName,
    },
    {
      id: 'componentCount',
      titleKey: 'vulnerabilities.application.components',
      width: 120,
      align: 'right',
      sortable: true,
      render: (row) => format.number(row.version.componentCount),
    },
    {
      id: 'assessed',
      titleKey: 'vulnerabilities.application.assessed',
      width: 150,
      align: 'right',
      render: (row) => <AssessedShare application={row} />,
    },
    {
      id: 'format',
      titleKey: 'vulnerabilities.application.format',
      width: 130,
      render: (row) => row.version.format,
    },
    {
      id: 'importedAt',
      titleKey: 'vulnerabilities.application.imported',
      width: 120,
      sortable: true,
      render: (row) => <Age at={row.version.importedAt} />,
    },
  ];
}
