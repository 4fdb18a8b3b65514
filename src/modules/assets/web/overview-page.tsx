import { Button, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { Additions } from '../../../platform/web/additions.tsx';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { BarList, NumberTile, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { AssetsOverview, EndpointSummary, InventoryChange } from '../api.ts';
import { AddEndpointsButton } from './add-endpoints.tsx';
import classes from './assets.module.css';
import { ChangeInOneLine } from './changes-table.tsx';
import { FirstRunGuide } from './first-run.tsx';
import { PlatformIcon, partName, platformNames, presenceNames } from './labels.tsx';
import { firstRunOf, sentencesOf } from './picture.ts';
import { PictureCard } from './picture-card.tsx';

interface Answer<Row> {
  items: Row[];
  total: number;
  asOf: string;
}

/** Enough for the picture; the others on demand. */
const barsAtFirst = 8;

const presenceColors = { online: 'moss', recent: 'moss', silent: 'amber', never: 'gray' } as const;

/** The state of the estate on one page: in words first, then in numbers that open their lists. */
export function OverviewPage() {
  const t = useT();
  const overview = useApi<AssetsOverview>(['assets-overview'], '/api/assets/overview');
  useLive(
    ['endpoints', 'software', 'scopes', 'changes'],
    [['assets-overview'], ['endpoints'], ['changes']],
  );
  const { data } = overview;
  return (
    <Page
      titleKey="assets.overview.title"
      actions={<AddEndpointsButton />}
      subtitle={
        data && (
          <>
            {t('assets.overview.as-of')} <Age at={data.asOf} />
          </>
        )
      }
    >
      {overview.error && (
        <ProblemAlert problem={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {data ? <Picture overview={data} /> : overview.isPending && <Skeleton height={360} />}
    </Page>
  );
}

function Picture({ overview }: { overview: AssetsOverview }) {
  const t = useT();
  const firstRun = firstRunOf(overview);
  const sentences = sentencesOf(overview).map(({ key, values }) => t(key, values));
  return (
    <>
      <p className={classes.words}>{sentences.join(t('assets.sentence-separator'))}</p>
      {firstRun && <FirstRunGuide state={firstRun} />}
      {firstRun !== 'no-endpoints' && (
        <>
          <Additions place="overview.tiles" />
          <Tiles overview={overview} />
          <div className={classes.wideCards}>
            <PictureCard byFreshness={overview.byFreshness} />
            <Breakdown titleKey="assets.overview.by-presence" items={byPresence(overview, t)} />
          </div>
          <div className={classes.cards}>
            <Breakdown titleKey="assets.overview.by-platform" items={byPlatform(overview, t)} />
            <Breakdown titleKey="assets.overview.by-os" items={byOs(overview, t)} />
            <Breakdown titleKey="assets.overview.by-scope" items={byScope(overview)} />
          </div>
          <div className={classes.wideCards}>
            <RecentChanges />
            <NewestEndpoints />
          </div>
        </>
      )}
    </>
  );
}

function Tiles({ overview }: { overview: AssetsOverview }) {
  const t = useT();
  const { asOf } = overview;
  const silent = overview.byPresence['silent'] ?? 0;
  const cloned = overview.sharedHardwareUuid;
  return (
    <div className={classes.tiles}>
      <NumberTile
        labelKey="assets.overview.endpoints"
        value={overview.endpoints}
        href="/endpoints"
        asOf={asOf}
      />
      <NumberTile
        labelKey="assets.overview.online"
        value={overview.byPresence['online'] ?? 0}
        href="/endpoints?presence=online"
        asOf={asOf}
      />
      <NumberTile
        labelKey="assets.overview.quiet"
        value={silent}
        href="/endpoints?presence=silent"
        asOf={asOf}
        tone={silent > 0 ? 'warning' : 'plain'}
      />
      <NumberTile
        labelKey="assets.overview.never"
        value={overview.byPresence['never'] ?? 0}
        href="/endpoints?presence=never"
        asOf={asOf}
      />
      <NumberTile
        labelKey="assets.overview.enrolled"
        value={overview.enrolledLast24h}
        href="/endpoints?enrolledWithinHours=24&sort=-firstSeenAt"
        asOf={asOf}
      />
      <NumberTile
        labelKey="assets.overview.changes"
        value={overview.changesLast24h}
        href="/changes?withinHours=24"
        asOf={asOf}
      />
      <NumberTile
        labelKey="assets.overview.software"
        value={overview.distinctSoftware}
        href="/software"
        asOf={asOf}
        hint={t('assets.overview.software-hint')}
      />
      <NumberTile
        labelKey="assets.overview.cloned"
        value={cloned}
        href="/endpoints?sharedHardwareUuid=true"
        asOf={asOf}
        tone={cloned > 0 ? 'warning' : 'plain'}
        hint={t(cloned > 0 ? 'assets.overview.cloned-hint' : 'assets.overview.cloned-none')}
      />
    </div>
  );
}

type BarItems = Parameters<typeof BarList>[0]['items'];
type Translate = ReturnType<typeof useT>;

function byPresence(overview: AssetsOverview, t: Translate): BarItems {
  return presenceNames.map((presence) => ({
    label: t(`assets.presence.${presence}`),
    value: overview.byPresence[presence] ?? 0,
    href: `/endpoints?presence=${presence}`,
    color: presenceColors[presence],
  }));
}

function byPlatform(overview: AssetsOverview, t: Translate): BarItems {
  return platformNames
    .map((platform) => ({
      label: (
        <span className={classes.withIcon}>
          <PlatformIcon platform={platform} />
          {t(`assets.platform.${platform}`)}
        </span>
      ),
      value: overview.byPlatform[platform] ?? 0,
      href: `/endpoints?platform=${platform}`,
    }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
}

function byOs(overview: AssetsOverview, t: Translate): BarItems {
  return [...overview.byOs]
    .sort((a, b) => b.count - a.count)
    .map(({ osName, osVersion, count }) => {
      const name = [osName, osVersion].filter((text) => text !== '').join(' ');
      return name === ''
        ? { label: t('assets.overview.os-unknown'), value: count, color: 'gray' }
        : {
            label: name,
            value: count,
            href: `/endpoints?${new URLSearchParams({ ...(osName && { osName }), ...(osVersion && { osVersion }) })}`,
          };
    });
}

function byScope(overview: AssetsOverview): BarItems {
  return [...overview.byScope]
    .sort((a, b) => b.count - a.count)
    .map(({ scopeId, scopeName, count }) => ({
      label: scopeName,
      value: count,
      href: `/endpoints?scopeId=${scopeId}`,
    }));
}

function Breakdown({ titleKey, items }: { titleKey: string; items: BarItems }) {
  const t = useT();
  const [showAll, setShowAll] = useState(false);
  const isCut = items.length > barsAtFirst && !showAll;
  return (
    <Section title={t(titleKey)}>
      <BarList
        items={isCut ? items.slice(0, barsAtFirst) : items}
        total={items.reduce((sum, { value }) => sum + value, 0)}
      />
      {isCut && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setShowAll(true)}>
          {t('assets.overview.more', { count: items.length - barsAtFirst })}
        </Button>
      )}
    </Section>
  );
}

function RecentChanges() {
  const t = useT();
  const changes = useApi<Answer<InventoryChange>>(['changes', 'newest'], '/api/changes', {
    limit: 8,
  });
  return (
    <Section
      flush
      title={t('assets.overview.recent-changes')}
      actions={
        <AppLink href="/changes" size="sm">
          {t('assets.overview.show-all')}
        </AppLink>
      }
    >
      {changes.error && <ProblemAlert problem={changes.error} />}
      {changes.data?.items.length === 0 && (
        <Text size="sm" c="dimmed" p="md">
          {t('assets.overview.no-changes')}
        </Text>
      )}
      <ul className={classes.plainList}>
        {changes.data?.items.map((change) => (
          <li key={change.id} className={classes.listRow}>
            <div className={classes.listMain}>
              <AppLink href={`/endpoints/${change.endpointId}?tab=history`} inherit fw={600}>
                {change.hostname}
              </AppLink>{' '}
              <Text span inherit c="dimmed">
                {partName(change.part, t)}
              </Text>
              <ChangeInOneLine change={change} />
            </div>
            <Text component="div" size="xs" c="dimmed">
              <Age at={change.at} />
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function NewestEndpoints() {
  const t = useT();
  const newest = useApi<Answer<EndpointSummary>>(['endpoints', 'newest'], '/api/endpoints', {
    sort: '-firstSeenAt',
    limit: 8,
  });
  return (
    <Section
      flush
      title={t('assets.overview.newest')}
      actions={
        <AppLink href="/endpoints?sort=-firstSeenAt" size="sm">
          {t('assets.overview.show-all')}
        </AppLink>
      }
    >
      {newest.error && <ProblemAlert problem={newest.error} />}
      <ul className={classes.plainList}>
        {newest.data?.items.map((endpoint) => (
          <li key={endpoint.id} className={classes.listRow}>
            <div className={classes.listMain}>
              <AppLink href={`/endpoints/${endpoint.id}`} inherit fw={600}>
                {endpoint.hostname}
              </AppLink>{' '}
              <Text span inherit c="dimmed">
                {[endpoint.osName, endpoint.osVersion].filter(Boolean).join(' ') ||
                  t(`assets.platform.${endpoint.platform}`)}{' '}
                · {endpoint.scopeName}
              </Text>
            </div>
            <Text component="div" size="xs" c="dimmed">
              <Age at={endpoint.firstSeenAt} />
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}
