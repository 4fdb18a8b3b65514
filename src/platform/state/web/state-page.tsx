import { Badge, Group, SimpleGrid, Skeleton, Table, Text, Tooltip } from '@mantine/core';
import { Age } from '../../web/age.tsx';
import { useApi } from '../../web/api-client.ts';
import { type Format, useFormat } from '../../web/format.ts';
import { EmptyState, Page, Section } from '../../web/parts.tsx';
import { ProblemAlert } from '../../web/problem-alert.tsx';
import { useT } from '../../web/translate.ts';
import type { SystemState } from '../api.ts';

type Row = SystemState['sections'][number]['rows'][number];

const colors: Record<Row['state'], string> = {
  ok: 'moss',
  warning: 'amber',
  error: 'crimson',
  unknown: 'gray',
};

/** A value in its unit; a time is left to the caller. */
export function valueText({ value, unit }: Pick<Row, 'value' | 'unit'>, format: Format): string {
  if (value === null) return '—';
  if (typeof value !== 'number') return value;
  if (unit === 'bytes') return format.bytes(value);
  if (unit === 'seconds') return format.duration(value);
  return format.number(value);
}

export default function StatePage() {
  const t = useT();
  const { data, error, refetch } = useApi<SystemState>(['state'], '/api/state', undefined, {
    refetchMs: 10_000,
  });
  const rows = data?.sections.flatMap((section) => section.rows) ?? [];
  const failedJobs = data?.jobs.filter((job) => job.lastOutcome === 'failed').length ?? 0;
  const troubled =
    rows.filter((row) => row.state === 'warning' || row.state === 'error').length + failedJobs;
  const unknown = rows.filter((row) => row.state === 'unknown').length;
  return (
    <Page
      titleKey="state.title"
      subtitle={t('state.subtitle')}
      actions={
        data && (
          <Text size="sm" c="dimmed" component="div">
            <Group gap="lg">
              <span>
                {t('state.version')} {data.version}
              </span>
              <span>
                {t('state.started')} <Age at={data.startedAt} />
              </span>
              <span>
                {t('state.as-of')} <Age at={data.asOf} />
              </span>
            </Group>
          </Text>
        )
      }
    >
      {error && <ProblemAlert problem={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={260} />}
      {data && (
        <>
          <Group gap="xs">
            {troubled > 0 ? (
              <Badge size="lg" variant="light" color="amber">
                {t('state.attention', { count: troubled })}
              </Badge>
            ) : (
              unknown === 0 && (
                <Badge size="lg" variant="light" color="moss">
                  {t('state.all-well')}
                </Badge>
              )
            )}
            {unknown > 0 && (
              <Badge size="lg" variant="outline" color="gray">
                {t('state.unknown-rows', { count: unknown })}
              </Badge>
            )}
          </Group>
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            {data.sections
              .filter((section) => section.rows.length > 0)
              .map((section) => (
                <Section
                  key={section.name}
                  title={wordsFor(t, `state.section.${section.name}`, section.name)}
                  flush
                >
                  <Table verticalSpacing={8} horizontalSpacing={18}>
                    <Table.Tbody>
                      {section.rows.map((row) => (
                        <StateLine key={row.key} row={row} />
                      ))}
                    </Table.Tbody>
                  </Table>
                </Section>
              ))}
          </SimpleGrid>
          <Section title={t('state.jobs')} flush>
            <Jobs jobs={data.jobs} />
          </Section>
        </>
      )}
    </Page>
  );
}

/** Our words for a name from the server; the name itself when a newer server has one we lack. */
function wordsFor(t: ReturnType<typeof useT>, key: string, name: string): string {
  return t.has(key) ? t(key) : name;
}

function StateLine({ row }: { row: Row }) {
  const t = useT();
  const format = useFormat();
  return (
    <Table.Tr>
      <Table.Td>{wordsFor(t, `state.row.${row.key}`, row.key)}</Table.Td>
      <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }}>
        {row.unit === 'time' && typeof row.value === 'string' ? (
          <Age at={row.value} />
        ) : (
          valueText(row, format)
        )}
      </Table.Td>
      <Table.Td w={88} ta="right">
        <Badge variant={row.state === 'unknown' ? 'outline' : 'light'} color={colors[row.state]}>
          {t(`state.is.${row.state}`)}
        </Badge>
      </Table.Td>
    </Table.Tr>
  );
}

function Jobs({ jobs }: { jobs: SystemState['jobs'] }) {
  const t = useT();
  if (jobs.length === 0) return <EmptyState title={t('state.no-jobs')} />;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing={8} horizontalSpacing={18}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('state.job')}</Table.Th>
            <Table.Th>{t('state.cron')}</Table.Th>
            <Table.Th>{t('state.last-run')}</Table.Th>
            <Table.Th>{t('state.outcome')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.name}>
              <Table.Td ff="monospace" fz="xs">
                {job.name}
              </Table.Td>
              <Table.Td {...(job.cron ? { ff: 'monospace' } : {})} fz="xs">
                {job.cron ?? t('state.on-demand')}
              </Table.Td>
              <Table.Td>
                <Age at={job.lastRunAt} never={t('state.not-run')} />
              </Table.Td>
              <Table.Td>
                <Tooltip
                  label={job.lastError}
                  disabled={job.lastError === null}
                  multiline
                  maw={480}
                >
                  <Badge
                    variant={job.lastOutcome === null ? 'outline' : 'light'}
                    color={
                      job.lastOutcome === null
                        ? 'gray'
                        : job.lastOutcome === 'ok'
                          ? 'moss'
                          : 'crimson'
                    }
                  >
                    {t(`state.outcome.${job.lastOutcome ?? 'none'}`)}
                  </Badge>
                </Tooltip>
                {job.lastError && (
                  <Text size="xs" c="dimmed" lineClamp={2} mt={2}>
                    {job.lastError}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
