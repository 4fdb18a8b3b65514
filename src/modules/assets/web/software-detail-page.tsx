import { Badge, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { DataTable } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useParam } from '../../../platform/web/page.ts';
import { BarList, EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { AssetsOverview, EndpointSummary, Software } from '../api.ts';
import classes from './assets.module.css';
import { useEndpointColumns } from './endpoint-columns.tsx';
import { sourceName } from './labels.tsx';
import { honestPercent } from './picture.ts';
import { spreadOf } from './spread.ts';

/** Versions of one name beyond this many are not compared here. */
const versionLimit = 500;

interface SoftwareAnswer {
  items: Software[];
  total: number;
  asOf: string;
}

/** Who has a piece of software, and which other versions of it are about. */
export function SoftwareDetailPage() {
  const t = useT();
  const id = useParam('id');
  const software = useApi<Software>(['software', id], `/api/software/${encodeURIComponent(id)}`);
  useLive(['software', 'endpoints'], [['software'], ['endpoints'], ['assets-overview']]);

  const breadcrumbs = [{ label: t('assets.software.title'), href: '/software' }];
  const { data, error } = software;
  if (!data) {
    return (
      <Page titleKey="assets.software-detail.title" breadcrumbs={breadcrumbs}>
        {error?.status === 404 || error?.status === 400 ? (
          <EmptyState title={t('assets.software.gone-title')} />
        ) : error ? (
          <ProblemAlert problem={error} onRetry={() => void software.refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={`${data.name} ${data.version}`}
      breadcrumbs={breadcrumbs}
      subtitle={<Subtitle software={data} />}
    >
      <div className={classes.wideCards}>
        <SpreadSection software={data} />
        <VersionsSection software={data} />
      </div>
      <section>
        <Title order={2} mb="sm">
          {t('assets.software.who')}
        </Title>
        <WhoHasIt softwareId={data.id} />
      </section>
    </Page>
  );
}

function Subtitle({ software }: { software: Software }) {
  const t = useT();
  return (
    <span className={classes.subtitle}>
      <span>{sourceName(software.source, t)}</span>
      {software.arch && <span>{software.arch}</span>}
      {software.vendor && <span>{software.vendor}</span>}
      {software.sourceName && (
        <span>
          {t('assets.software.sourceName')}: {software.sourceName} {software.sourceVersion}
        </span>
      )}
      <span>
        {t('assets.software.firstSeenAt')} <Age at={software.firstSeenAt} />
      </span>
    </span>
  );
}

function useSameName(software: Software) {
  return useApi<SoftwareAnswer>(['software', 'same-name'], '/api/software', {
    name: software.name,
    source: software.source,
    sort: '-endpointCount',
    limit: versionLimit,
  });
}

function SpreadSection({ software }: { software: Software }) {
  const t = useT();
  const overview = useApi<AssetsOverview>(['assets-overview'], '/api/assets/overview');
  const sameName = useSameName(software);
  const total = overview.data?.endpoints;
  const newer = sameName.data ? spreadOf(software, sameName.data.items).newerVersions : null;
  return (
    <Section title={t('assets.software.spread')}>
      <Stack gap={4}>
        {total !== undefined && (
          <>
            <AppLink href={`/endpoints?softwareId=${software.id}`} className={classes.pictureShare}>
              {honestPercent(software.endpointCount, total) ?? 0}%
            </AppLink>
            <Text size="sm">
              {t('assets.software.spread-of', { count: software.endpointCount, total })}
            </Text>
          </>
        )}
        {newer !== null && (
          <>
            <Text size="sm" mt="xs">
              {newer === 0
                ? t('assets.software.newest-here')
                : t('assets.software.newer-here', { count: newer })}
            </Text>
            <Text size="xs" c="dimmed">
              {t('assets.software.newest-note')}
            </Text>
          </>
        )}
        {overview.data && (
          <Text size="xs" c="dimmed">
            {t('assets.overview.as-of')} <Age at={overview.data.asOf} />
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function VersionsSection({ software }: { software: Software }) {
  const t = useT();
  const format = useFormat();
  const sameName = useSameName(software);
  if (sameName.error) return <ProblemAlert problem={sameName.error} />;
  if (!sameName.data) return <Skeleton height={160} />;
  const { versions } = spreadOf(software, sameName.data.items);
  const severalArchitectures = new Set(versions.map(({ arch }) => arch)).size > 1;
  return (
    <Section
      title={t('assets.software.others')}
      actions={
        <Text size="sm" c="dimmed">
          {format.number(sameName.data.total)}
        </Text>
      }
    >
      <BarList
        items={versions.map((other) => ({
          label: (
            <>
              {other.version}
              {severalArchitectures && ` (${other.arch})`}{' '}
              {other.id === software.id && (
                <Badge variant="light" size="sm">
                  {t('assets.software.this-one')}
                </Badge>
              )}
            </>
          ),
          value: other.endpointCount,
          href: `/software/${other.id}`,
          ...(other.id === software.id ? { color: 'ember' } : {}),
        }))}
      />
      {sameName.data.total > versionLimit && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('assets.software.versions-cut', { count: versionLimit })}
        </Text>
      )}
    </Section>
  );
}

function WhoHasIt({ softwareId }: { softwareId: number }) {
  const columns = useEndpointColumns();
  return (
    <DataTable<EndpointSummary>
      id="assets.software-endpoints"
      path="/api/endpoints"
      queryKey={['endpoints']}
      query={{ softwareId }}
      columns={columns}
      rowId={(row) => row.id}
      rowHref={(row) => `/endpoints/${row.id}?tab=software`}
      searchKey="assets.search.endpoints"
      defaultSort="hostname"
      csvName={`yojin-software-${softwareId}-endpoints`}
      height={480}
    />
  );
}
