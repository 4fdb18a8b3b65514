import { Skeleton, Title } from '@mantine/core';
import { Additions } from '../../../platform/web/additions.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { NumberTile } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { FindingsOverview } from '../api.ts';
import classes from './findings.module.css';

/** The embers in numbers. While nothing was assessed no number stands here, zero least of all. */
export function OverviewTiles() {
  const t = useT();
  const overview = useApi<FindingsOverview>(['findings', 'overview'], '/api/findings/overview');
  useLive(['findings', 'feeds'], [['findings', 'overview']]);
  const { data } = overview;
  if (!data) {
    return overview.error ? (
      <ProblemAlert problem={overview.error} onRetry={() => void overview.refetch()} />
    ) : (
      <Skeleton height={216} />
    );
  }
  const isAssessed = data.active !== null;
  const known = (value: number | null) => (isAssessed ? value : null);
  const tile = (
    labelKey: string,
    value: number | null,
    href: string,
    tone: 'plain' | 'good' | 'warning' | 'bad' = 'plain',
    hint?: string,
  ) => (
    <NumberTile
      labelKey={labelKey}
      value={known(value)}
      href={isAssessed ? href : '/feeds'}
      asOf={data.asOf}
      tone={value !== null && value > 0 ? tone : 'plain'}
      unknownReason={t('findings.tile.unassessed')}
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <section>
      <div className={classes.tilesHead}>
        <Title order={2}>{t('findings.title')}</Title>
        <AppLink href="/findings" size="sm">
          {t('findings.all')}
        </AppLink>
      </div>
      <div className={classes.tiles}>
        {tile('findings.tile.overdue', data.overdue, '/findings?due=overdue', 'bad')}
        {tile(
          'findings.tile.due-this-week',
          data.dueThisWeek,
          '/findings?due=this-week',
          'warning',
        )}
        {tile('findings.tile.exploited', data.exploited, '/findings?exploited=true', 'bad')}
        {tile('findings.tile.active', data.active, '/findings')}
        {tile(
          'findings.tile.critical',
          data.bySeverity['critical'] ?? 0,
          '/findings?severity=critical',
        )}
        {tile('findings.tile.opened', data.openedLast7d, '/findings?sort=-firstSeen')}
        {tile(
          'findings.tile.closed',
          data.closedLast7d,
          '/findings?state=closed&sort=-closed',
          'good',
          t('findings.tile.closed-hint'),
        )}
        <Additions place="overview.finding-tiles" />
      </div>
    </section>
  );
}
