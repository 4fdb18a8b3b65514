import { Alert, Button, Skeleton, Stack, Tabs } from '@mantine/core';
import { IconAlertTriangle, IconCopy } from '@tabler/icons-react';
import { Fragment, useEffect, useRef } from 'react';
import { Addition, useAdditions } from '../../../platform/web/additions.tsx';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { useGo, useParam, useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint } from '../api.ts';
import classes from './assets.module.css';
import { EndpointActions } from './endpoint-actions.tsx';
import { HistoryTab } from './endpoint-history.tsx';
import { EndpointSoftwareTab } from './endpoint-software.tsx';
import { SummaryTab } from './endpoint-summary.tsx';
import { InventoryTab } from './inventory-tab.tsx';
import { ClonedBadge, CriticalityLabel, PlatformIcon, PresenceLabel } from './labels.tsx';
import { endpointTabOf, endpointTabs, partsOfTab } from './part-tabs.ts';

/** Everything known of one endpoint, part by part, with how far each can be trusted. */
export function EndpointPage() {
  const t = useT();
  const go = useGo();
  const id = useParam('id');
  const endpoint = useApi<Endpoint>(['endpoint', id], `/api/endpoints/${encodeURIComponent(id)}`);
  const [search] = useSearchState({ tab: 'summary' });
  const additions = useAdditions('endpoint.tabs');
  const addition = additions.find((added) => added.id === search.tab);
  const ownTab = endpointTabOf(search.tab);
  const tab = addition?.id ?? ownTab;
  useLive(['endpoints', 'software', 'changes'], [['endpoint', id]]);
  const tabList = useRef<HTMLDivElement>(null);
  const isShown = endpoint.data !== undefined;
  // On a narrow screen the tabs scroll; a link may lead to one that is out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the open tab is the reason to run
  useEffect(() => {
    tabList.current
      ?.querySelector('[aria-selected="true"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [tab, isShown]);

  const breadcrumbs = [{ label: t('assets.endpoints.title'), href: '/endpoints' }];
  if (endpoint.error?.status === 404 || endpoint.error?.status === 400) {
    return (
      <Page titleKey="assets.endpoint.title" breadcrumbs={breadcrumbs}>
        <EmptyState
          title={t('assets.endpoint.gone-title')}
          text={t('assets.endpoint.gone-text')}
          action={<AppLink href="/endpoints">{t('assets.endpoint.all')}</AppLink>}
        />
      </Page>
    );
  }
  const { data } = endpoint;
  if (!data) {
    return (
      <Page titleKey="assets.endpoint.title" breadcrumbs={breadcrumbs}>
        {endpoint.error ? (
          <ProblemAlert problem={endpoint.error} onRetry={() => void endpoint.refetch()} />
        ) : (
          <Stack aria-busy="true">
            <Skeleton height={36} width="60%" />
            <Skeleton height={320} />
          </Stack>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.hostname}
      breadcrumbs={breadcrumbs}
      subtitle={<Subtitle endpoint={data} />}
      actions={<EndpointActions endpoint={data} />}
    >
      <Warnings endpoint={data} isSummary={tab === 'summary'} />
      <Tabs
        value={tab}
        onChange={(next) => go(`/endpoints/${data.id}${next === 'summary' ? '' : `?tab=${next}`}`)}
        keepMounted={false}
      >
        <Tabs.List ref={tabList} className={classes.tabList}>
          {endpointTabs.map((name) => (
            <Fragment key={name}>
              <Tabs.Tab value={name} {...badge(data, name)}>
                {t(`assets.tab.${name}`)}
              </Tabs.Tab>
              {name === 'summary' &&
                additions.map(({ id: added, titleKey = '' }) => (
                  <Tabs.Tab key={added} value={added}>
                    {t(titleKey)}
                  </Tabs.Tab>
                ))}
            </Fragment>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          <Stack gap="md">
            {addition ? (
              <Addition addition={addition} subjectId={data.id} heightPx={320} />
            ) : ownTab === 'summary' ? (
              <SummaryTab endpoint={data} />
            ) : ownTab === 'software' ? (
              <EndpointSoftwareTab endpoint={data} />
            ) : ownTab === 'history' ? (
              <HistoryTab endpoint={data} />
            ) : (
              <InventoryTab endpoint={data} tab={ownTab} />
            )}
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** Marks tabs on which something could not be collected. */
function badge(endpoint: Endpoint, tab: (typeof endpointTabs)[number]) {
  if (tab === 'summary') return {};
  const failed = partsOfTab(endpoint.parts, tab).some(({ freshness }) => freshness === 'failed');
  return failed
    ? {
        rightSection: (
          <IconAlertTriangle
            size={14}
            color="var(--mantine-color-crimson-filled)"
            aria-hidden="true"
          />
        ),
      }
    : {};
}

function Subtitle({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  const os = [endpoint.osName, endpoint.osVersion].filter((text) => text !== null).join(' ');
  return (
    <span className={classes.subtitle}>
      <PresenceLabel presence={endpoint.presence} />
      {endpoint.lastSeenAt && (
        <span>
          {t('assets.column.lastSeenAt')} <Age at={endpoint.lastSeenAt} />
        </span>
      )}
      <span className={classes.withIcon}>
        <PlatformIcon platform={endpoint.platform} />
        {os || t(`assets.platform.${endpoint.platform}`)}
      </span>
      <AppLink href={`/endpoints?scopeId=${endpoint.scopeId}`} inherit c="dimmed">
        {endpoint.scopeName}
      </AppLink>
      {(endpoint.criticality === 'high' || endpoint.criticality === 'critical') && (
        <CriticalityLabel criticality={endpoint.criticality} />
      )}
      {endpoint.sharedHardwareUuid && <ClonedBadge />}
    </span>
  );
}

/** What one must know before reading on. */
function Warnings({ endpoint, isSummary }: { endpoint: Endpoint; isSummary: boolean }) {
  const t = useT();
  const go = useGo();
  const { presence } = endpoint;
  return (
    <>
      {(presence === 'silent' || presence === 'never') && (
        <Alert
          color={presence === 'silent' ? 'amber' : 'gray'}
          icon={<IconAlertTriangle size={18} />}
          title={t(`assets.endpoint.${presence}-title`)}
        >
          {t(`assets.endpoint.${presence}-text`)}
        </Alert>
      )}
      {endpoint.sharedHardwareUuid && isSummary && (
        <Alert
          color="amber"
          icon={<IconCopy size={18} />}
          title={t('assets.endpoint.cloned-title')}
        >
          {t('assets.endpoint.cloned-text')}
          <div>
            <Button
              mt="xs"
              size="xs"
              variant="default"
              onClick={() => go('/endpoints?sharedHardwareUuid=true')}
            >
              {t('assets.endpoint.cloned-show')}
            </Button>
          </div>
        </Alert>
      )}
    </>
  );
}
