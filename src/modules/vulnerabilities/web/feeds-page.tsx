import { Badge, Button, Skeleton, Switch, Text } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { Age } from '../../../platform/web/age.tsx';
import { api, useApi, useApiAction } from '../../../platform/web/api-client.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { ConfirmButton, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Coverage, Feed, FeedActivity, FeedList } from '../api.ts';
import { ActivitySection } from './activity-section.tsx';
import { BundleImport } from './bundle-import.tsx';
import { NotAssessedList, Share } from './coverage-parts.tsx';
import { inOrder, stateColors } from './feed-states.ts';
import { RejectionsButton } from './rejections.tsx';
import classes from './vulnerabilities.module.css';

const invalidates = [['feeds'], ['coverage']] as const;

/** What is known of vulnerabilities here, from whom, and how old it is. */
export function FeedsPage() {
  const t = useT();
  const mayAdminister = useHolds('vulnerabilities:administer');
  const feeds = useApi<FeedList>(['feeds'], '/api/feeds');
  const coverage = useApi<Coverage>(['coverage'], '/api/vulnerabilities/coverage');
  useLive(['feeds', 'findings'], [['feeds'], ['coverage']]);
  const { data } = feeds;
  const isBusy = data?.activity != null && data.activity.finishedAt === null;
  return (
    <Page
      titleKey="vulnerabilities.feeds.title"
      subtitle={t('vulnerabilities.feeds.subtitle')}
      actions={
        mayAdminister &&
        data && (
          <>
            <Button
              component="a"
              href="/api/feeds/export"
              download
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden="true" />}
            >
              {t('vulnerabilities.export')}
            </Button>
            <SyncButton syncEnabled={data.syncEnabled} disabled={isBusy} />
            <BundleImport disabled={isBusy} onStarted={() => void feeds.refetch()} />
          </>
        )
      }
    >
      {feeds.error && <ProblemAlert problem={feeds.error} onRetry={() => void feeds.refetch()} />}
      {data?.activity && <ActivitySection activity={data.activity} />}
      {coverage.error && <ProblemAlert problem={coverage.error} />}
      {coverage.data && <CoverageSection coverage={coverage.data} />}
      {data ? <FeedsSection feeds={data} /> : feeds.isPending && <Skeleton height={360} />}
    </Page>
  );
}

/** Fetching once also means fetching every day: said before the first time. */
function SyncButton({ syncEnabled, disabled }: { syncEnabled: boolean; disabled: boolean }) {
  const t = useT();
  const sync = useApiAction<void, FeedActivity>({
    run: () => api.post('/api/feeds/sync'),
    invalidates,
  });
  const icon = <IconRefresh size={16} aria-hidden="true" />;
  if (syncEnabled) {
    return (
      <Button
        variant="default"
        leftSection={icon}
        disabled={disabled}
        loading={sync.isPending}
        onClick={() => sync.mutate()}
      >
        {t('vulnerabilities.sync')}
      </Button>
    );
  }
  return (
    <ConfirmButton
      title={t('vulnerabilities.sync-title')}
      text={t('vulnerabilities.sync-text')}
      leftSection={icon}
      disabled={disabled}
      loading={sync.isPending}
      onConfirm={() => sync.mutate()}
    >
      {t('vulnerabilities.sync')}
    </ConfirmButton>
  );
}

function CoverageSection({ coverage }: { coverage: Coverage }) {
  const t = useT();
  const { endpoints, software, reasons } = coverage;
  return (
    <Section
      title={t('vulnerabilities.coverage')}
      actions={
        <span className={classes.small}>
          <Age at={coverage.asOf} />
        </span>
      }
    >
      <div className={classes.shares}>
        <Share
          labelKey="vulnerabilities.assessed-endpoints"
          part={endpoints.assessed}
          whole={endpoints.total}
        />
        <Share
          labelKey="vulnerabilities.assessed-software"
          part={software.assessed}
          whole={software.assessed + software.notAssessed}
        />
      </div>
      {reasons.length > 0 && (
        <div style={{ marginTop: 14 }}>
          <strong>{t('vulnerabilities.not-assessed')}</strong>
          <NotAssessedList reasons={reasons} />
        </div>
      )}
    </Section>
  );
}

function FeedsSection({ feeds }: { feeds: FeedList }) {
  const t = useT();
  const mayAdminister = useHolds('vulnerabilities:administer');
  const settings = useApiAction<boolean>({
    run: (syncEnabled) => api.post('/api/feeds/settings', { syncEnabled }),
    invalidates,
    successKey: 'shell.saved',
  });
  return (
    <Section
      flush
      title={t('vulnerabilities.feeds')}
      actions={
        <Switch
          label={t('vulnerabilities.daily')}
          checked={feeds.syncEnabled}
          disabled={!mayAdminister || settings.isPending}
          onChange={(event) => settings.mutate(event.currentTarget.checked)}
        />
      }
    >
      {feeds.items.some(
        ({ needed, state }) => needed && (state === 'never' || state === 'too-old'),
      ) && (
        <Text size="sm" px={18} py="sm">
          {t('vulnerabilities.some-missing')}
        </Text>
      )}
      <div className={classes.scroller}>
        <table className={classes.rows}>
          <thead>
            <tr>
              <th scope="col">{t('vulnerabilities.feed.name')}</th>
              <th scope="col">{t('vulnerabilities.feed.state')}</th>
              <th scope="col">{t('vulnerabilities.feed.data')}</th>
              <th scope="col">{t('vulnerabilities.feed.imported')}</th>
              <th scope="col" data-align="right">
                {t('vulnerabilities.feed.records')}
              </th>
              <th scope="col">{t('vulnerabilities.feed.licence')}</th>
            </tr>
          </thead>
          <tbody>
            {inOrder(feeds.items).map((feed) => (
              <FeedRow key={feed.name} feed={feed} syncEnabled={feeds.syncEnabled} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function FeedRow({ feed, syncEnabled }: { feed: Feed; syncEnabled: boolean }) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const { state, needed, remedy } = feed;
  const isMissing = state === 'never' || state === 'too-old';
  // What holds for all that are missing is said once, above them.
  const hint =
    !needed || state === 'fresh'
      ? null
      : isMissing && feed.url === null
        ? t('vulnerabilities.only-bundle')
        : isMissing && !syncEnabled
          ? null
          : remedy?.[language];
  return (
    <tr data-apart={!needed || undefined}>
      <td>
        <div className={classes.name}>{feed.title[language]}</div>
        <div className={classes.small}>{feed.name}</div>
        {hint && <div className={classes.feedRemedy}>{hint}</div>}
        {needed && feed.missing.length > 0 && hint !== remedy?.[language] && (
          <div className={classes.feedRemedy}>
            {t('vulnerabilities.months-missing', {
              months: feed.missing.slice(0, 12).join(language === 'ja' ? '、' : ', '),
              count: feed.missing.length,
            })}
          </div>
        )}
      </td>
      <td>
        <Badge
          variant={state === 'never' ? 'outline' : 'light'}
          color={stateColors[state]}
          className={classes.still}
        >
          {t(`vulnerabilities.state.${state}`)}
        </Badge>
        {!needed && <div className={classes.small}>{t('vulnerabilities.not-needed')}</div>}
        {feed.tooOld && state === 'failed' && (
          <div className={classes.small}>{t('vulnerabilities.state.too-old')}</div>
        )}
      </td>
      <td>
        <Age at={feed.dataAsOf} />
        {feed.maxAgeDays !== null && feed.succeededAt !== null && (
          <div className={classes.small}>
            {t('vulnerabilities.feed.max-age', { count: feed.maxAgeDays })}
          </div>
        )}
      </td>
      <td>
        <Age at={feed.succeededAt} never={t('vulnerabilities.state.never')} />
        {feed.origin && (
          <div className={classes.small}>{t(`vulnerabilities.origin.${feed.origin}`)}</div>
        )}
      </td>
      <td data-align="right">
        {format.number(feed.recordCount)}
        {feed.rejectedCount > 0 && (
          <div>
            <RejectionsButton
              name={feed.name}
              count={feed.rejectedCount}
              rejections={feed.rejections}
            />
          </div>
        )}
      </td>
      <td className={classes.licence}>
        <Text size="sm">{feed.licence}</Text>
        <div className={classes.small}>{feed.attribution}</div>
      </td>
    </tr>
  );
}
