import { Badge, Group } from '@mantine/core';
import { IconMapPinSearch } from '@tabler/icons-react';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { SearchBox } from '../../../platform/web/search-box.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { ComponentPlace } from '../sbom/api.ts';
import classes from './vulnerabilities.module.css';

const shortestQuery = 2;
const mostFindings = 2;

const hrefOf = ({ assetKind, assetId }: ComponentPlace) =>
  assetKind === 'endpoint' ? `/endpoints/${assetId}` : `/applications/${assetId}`;

/** Where a component is: the question of the day on which it makes the news. */
export function ComponentsPage() {
  const t = useT();
  const [{ q }, setSearch] = useSearchState({ q: '' });
  const columns = usePlaceColumns();
  useLive(['findings', 'feeds'], [['components']]);
  const icon = <IconMapPinSearch size={40} stroke={1.3} aria-hidden="true" />;
  return (
    <Page
      titleKey="vulnerabilities.components.title"
      subtitle={t('vulnerabilities.components.subtitle')}
      fill
    >
      <Group>
        <SearchBox
          value={q}
          onChange={(value) => setSearch({ q: value }, { replace: true })}
          label={t('vulnerabilities.components.search')}
          width={420}
          slashKey
        />
      </Group>
      {q.trim().length < shortestQuery ? (
        <EmptyState
          icon={icon}
          title={t('vulnerabilities.components.ask-title')}
          text={t('vulnerabilities.components.ask-text')}
        />
      ) : (
        <DataTable<ComponentPlace>
          id="vulnerabilities.components"
          path="/api/components"
          queryKey={['components']}
          columns={columns}
          rowId={(row) =>
            [row.assetId, row.source, row.name, row.version].map((part) => part ?? '').join('\n')
          }
          rowHref={hrefOf}
          query={{ q: q.trim() }}
          searchKey={false}
          // The box above asks the question; it is no filter of the list.
          searchName="within"
          csvName="yojin-components"
          rowHeightPx={52}
          emptyState={
            <EmptyState
              icon={icon}
              title={t('vulnerabilities.components.empty-title')}
              text={t('vulnerabilities.components.empty-text')}
            />
          }
        />
      )}
    </Page>
  );
}

function usePlaceColumns(): readonly Column<ComponentPlace>[] {
  const t = useT();
  return [
    {
      id: 'name',
      titleKey: 'vulnerabilities.components.name',
      width: 220,
      render: (row) =>
        row.sourcePackage === null || row.sourcePackage === row.name ? (
          row.name
        ) : (
          <div>
            {row.name}
            <div className={classes.small}>{row.sourcePackage}</div>
          </div>
        ),
    },
    {
      id: 'version',
      titleKey: 'vulnerabilities.application.version',
      width: 170,
      render: (row) => row.version ?? '—',
    },
    {
      id: 'source',
      titleKey: 'vulnerabilities.components.source',
      width: 90,
      render: (row) => row.source || '—',
    },
    {
      id: 'asset',
      titleKey: 'vulnerabilities.components.asset',
      width: 230,
      render: (row) => (
        <div>
          {row.assetName}
          <div className={classes.small}>
            {t(`vulnerabilities.components.kind.${row.assetKind}`)}
          </div>
        </div>
      ),
    },
    {
      id: 'findings',
      titleKey: 'vulnerabilities.application.findings',
      width: 300,
      render: (row) => <PlaceFindings place={row} />,
    },
  ];
}

/** What is wrong with it there. Nothing known is "none found" only where it was assessed. */
function PlaceFindings({ place: { findings, notAssessed } }: { place: ComponentPlace }) {
  const t = useT();
  const format = useFormat();
  const reasonKey = `vulnerabilities.reason.${notAssessed}`;
  return (
    <div>
      {findings.length > 0 && (
        <Group gap={6} wrap="nowrap">
          {findings.slice(0, mostFindings).map(({ id, weakness }) => (
            <AppLink key={id} href={`/findings/${id}`} size="sm">
              {weakness}
            </AppLink>
          ))}
          {findings.length > mostFindings && (
            <span className={classes.small}>+{format.number(findings.length - mostFindings)}</span>
          )}
        </Group>
      )}
      {notAssessed !== null && (
        <Group gap={6} wrap="nowrap">
          <Badge variant="outline" className={classes.still}>
            {t('vulnerabilities.not-assessed-yet')}
          </Badge>
          <span className={classes.small}>
            {notAssessed === 'not-yet' ? '' : t.has(reasonKey) ? t(reasonKey) : notAssessed}
          </span>
        </Group>
      )}
      {findings.length === 0 && notAssessed === null && (
        <span className={classes.small}>{t('vulnerabilities.components.none-found')}</span>
      )}
    </div>
  );
}
