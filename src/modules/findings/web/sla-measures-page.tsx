import { SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { Dim, EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Measure, MeasureSet, Measures } from '../measures/api.ts';
import classes from './exceptions.module.css';
import { SeverityBadge } from './labels.tsx';
import { TrendBars } from './sla-trend-bars.tsx';

/** How fast findings go, and how much that number rests on. */
export function MeasuresPage() {
  const t = useT();
  const [{ scopeId, weeks }, setSearch] = useSearchState({ scopeId: '', weeks: '12' });
  useLive(['measures'], [['findings', 'measures']]);
  const answer = useApi<Measures>(['findings', 'measures'], '/api/findings/measures', {
    scopeId,
    weeks,
  });
  const { data } = answer;
  return (
    <Page
      titleKey="findings.measures.title"
      subtitle={t('findings.measures.subtitle')}
      actions={
        <SegmentedControl
          size="sm"
          aria-label={t('findings.measures.weeks')}
          value={weeks}
          onChange={(next) => setSearch({ weeks: next })}
          data={['4', '12', '26', '52'].map((value) => ({
            value,
            label: t('findings.measures.weeks-of', { count: Number(value) }),
          }))}
        />
      }
    >
      {answer.error && (
        <ProblemAlert problem={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {!data && !answer.error && <Skeleton height={320} />}
      {data && data.measuredDays === 0 && (
        <EmptyState
          title={t('findings.measures.none-title')}
          text={t('findings.measures.none-text')}
        />
      )}
      {data && data.measuredDays > 0 && <Shown measures={data} />}
    </Page>
  );
}

function Shown({ measures }: { measures: Measures }) {
  const t = useT();
  const format = useFormat();
  const { all, identifySeconds, coverage, weeks } = measures;
  const coverageText =
    coverage === null || coverage.share === null
      ? t('findings.unknown')
      : t('findings.measures.coverage-of', {
          share: format.percent(coverage.share),
          assessed: format.number(coverage.assessed),
          endpoints: format.number(coverage.endpoints),
        });
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('findings.measures.rests-on', {
          measured: format.number(measures.measuredDays),
          days: format.number(measures.days),
          coverage: coverageText,
        })}{' '}
        {measures.asOf !== null && <Age at={measures.asOf} />}
      </Text>
      <div className={classes.measures}>
        <Tile labelKey="findings.measures.median" measure={all.medianSeconds} unit="time" />
        <Tile labelKey="findings.measures.mean" measure={all.meanSeconds} unit="time" />
        <Tile labelKey="findings.measures.sla-kept" measure={all.slaKept} unit="share" />
        <Tile labelKey="findings.measures.patch-rate" measure={all.patchRate} unit="share" />
        <Tile labelKey="findings.measures.identify" measure={identifySeconds.median} unit="time" />
      </div>
      <div className={classes.trends}>
        <Section title={t('findings.measures.closed-by-week')}>
          <TrendBars
            bars={weeks.map(({ from, closed }) => ({ from, value: closed }))}
            text={(value) => format.number(value)}
          />
        </Section>
        <Section title={t('findings.measures.overdue-by-week')}>
          <TrendBars
            bars={weeks.map(({ from, overdue }) => ({ from, value: overdue }))}
            text={(value) => format.number(value)}
            tone="late"
          />
        </Section>
        <Section title={t('findings.measures.sla-by-week')}>
          <TrendBars
            bars={weeks.map(({ from, slaKept }) => ({ from, value: slaKept }))}
            text={(value) => format.percent(value)}
            most={1}
          />
        </Section>
        <Section title={t('findings.measures.coverage-by-week')}>
          <TrendBars
            bars={weeks.map(({ from, coverage: share }) => ({ from, value: share }))}
            text={(value) => format.percent(value)}
            most={1}
            tone="plain"
          />
        </Section>
      </div>
      <Section flush title={t('findings.measures.by-severity')}>
        <Rows
          rows={measures.bySeverity.map((set) => ({
            id: set.severity,
            label: <SeverityBadge severity={set.severity === 'unknown' ? null : set.severity} />,
            set,
          }))}
        />
      </Section>
      <Section flush title={t('findings.measures.by-scope')}>
        <Rows
          rows={measures.byScope.map((set) => ({
            id: set.scopeId,
            label: (
              <span style={{ paddingInlineStart: set.depth * 18 }}>
                {set.name}{' '}
                <Dim>
                  {set.coverage === null
                    ? t('findings.unknown')
                    : format.percent(set.coverage.share)}
                </Dim>
              </span>
            ),
            set,
          }))}
        />
      </Section>
    </Stack>
  );
}

type Unit = 'time' | 'share';

function useMeasureText(): (measure: Measure, unit: Unit) => string {
  const format = useFormat();
  return ({ value }, unit) =>
    value === null ? '—' : unit === 'time' ? format.duration(value) : format.percent(value);
}

function Tile({ labelKey, measure, unit }: { labelKey: string; measure: Measure; unit: Unit }) {
  const t = useT();
  const textOf = useMeasureText();
  return (
    <div className={classes.measure} data-few={measure.enough ? undefined : true}>
      <Text size="sm">{t(labelKey)}</Text>
      <span className={classes.number}>{textOf(measure, unit)}</span>
      <Text size="xs" c="dimmed">
        {t(measure.enough ? 'findings.measures.n' : 'findings.measures.n-few', {
          count: measure.n,
        })}
      </Text>
    </div>
  );
}

interface Row {
  id: string;
  label: ReactNode;
  set: MeasureSet;
}

function Rows({ rows }: { rows: readonly Row[] }) {
  const t = useT();
  const textOf = useMeasureText();
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {t('findings.measures.nothing')}
      </Text>
    );
  }
  const cell = (measure: Measure, unit: Unit) => (
    <td className={classes.right}>
      {measure.enough ? textOf(measure, unit) : <Dim>{textOf(measure, unit)}</Dim>}{' '}
      <Dim>n={measure.n}</Dim>
    </td>
  );
  return (
    <div className={classes.scroll}>
      <table className={classes.overdue}>
        <thead>
          <tr>
            <th scope="col">{t('findings.measures.of')}</th>
            {(['median', 'mean', 'sla-kept', 'patch-rate'] as const).map((name) => (
              <th key={name} scope="col" className={classes.right}>
                {t(`findings.measures.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, label, set }) => (
            <tr key={id}>
              <td>{label}</td>
              {cell(set.medianSeconds, 'time')}
              {cell(set.meanSeconds, 'time')}
              {cell(set.slaKept, 'share')}
              {cell(set.patchRate, 'share')}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
