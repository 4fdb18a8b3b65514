import { Alert, Text } from '@mantine/core';
import { IconCircleCheck, IconInfoCircle, IconRefreshAlert } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { EmptyState } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint, PartRows, PartState } from '../api.ts';
import { yesNoOf } from './cells.ts';
import { byExpiry, countExpiries, expiryOf } from './certificates.ts';
import { installedKernelsOf, kernelHintOf } from './kernels.ts';
import { ExpiryLabel, partName, ReachBadge } from './labels.tsx';
import { Interfaces } from './mac-vendors.tsx';
import type { DerivedColumn } from './part-rows.tsx';
import { PartSection } from './part-section.tsx';
import { type EndpointTab, partsOfTab } from './part-tabs.ts';
import { byReach, portReachOf } from './ports.ts';

interface InventoryTabProps {
  endpoint: Endpoint;
  tab: EndpointTab;
}

/** All parts that belong on one tab; those that do not exist here are only named. */
export function InventoryTab({ endpoint, tab }: InventoryTabProps) {
  const t = useT();
  const parts = partsOfTab(endpoint.parts, tab);
  if (parts.length === 0) {
    return <EmptyState title={t('assets.tab.nothing')} text={t('assets.tab.nothing-text')} />;
  }
  const isApplicable = ({ freshness }: PartState) => freshness !== 'not-applicable';
  const others = parts.filter((state) => !isApplicable(state));
  return (
    <>
      {parts.filter(isApplicable).map((state) => (
        <OnePart key={state.part} endpoint={endpoint} state={state} />
      ))}
      {others.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('assets.tab.not-applicable')}:{' '}
          {others.map(({ part }) => partName(part, t)).join(t('assets.list-separator'))}
        </Text>
      )}
    </>
  );
}

/** Some parts say more than their columns; see each. */
function OnePart({ endpoint, state }: { endpoint: Endpoint; state: PartState }) {
  const t = useT();
  const place = { endpointId: endpoint.id, state };
  switch (state.part) {
    case 'ports':
      return <Ports {...place} />;
    case 'certificates':
      return <Certificates {...place} />;
    case 'interfaces':
      return <Interfaces {...place} />;
    case 'kernels':
      return (
        <PartSection {...place} summary={(answer) => <KernelHint {...{ answer, endpoint }} />} />
      );
    case 'disk-encryption':
      return (
        <PartSection
          {...place}
          summary={({ rows }) =>
            countAlert(
              (count) => t('assets.unencrypted', { count }),
              rows.filter(({ encrypted }) => yesNoOf(encrypted ?? '') === false).length,
              'amber',
            )
          }
        />
      );
    case 'users':
      return (
        <PartSection
          {...place}
          summary={({ rows }) =>
            countAlert(
              (count) => t('assets.no-password', { count }),
              rows.filter(({ password }) => password === 'empty').length,
              'crimson',
            )
          }
        />
      );
    case 'services':
      return (
        <PartSection
          {...place}
          summary={({ rows }) =>
            countAlert(
              (count) => t('assets.failed-services', { count }),
              rows.filter((row) => row['state'] === 'failed').length,
              'amber',
            )
          }
        />
      );
    default:
      return <PartSection {...place} />;
  }
}

interface PlaceProps {
  endpointId: string;
  state: PartState;
}

function Ports(place: PlaceProps) {
  const t = useT();
  const derived = useMemo<readonly DerivedColumn[]>(
    () => [
      {
        id: 'reach',
        title: t('assets.reach'),
        render: (row) => <ReachBadge reach={portReachOf(row['address'])} />,
        compare: (a, b) =>
          byReach(portReachOf(a['address']), portReachOf(b['address'])) ||
          Number(a['port']) - Number(b['port']),
      },
    ],
    [t],
  );
  return (
    <PartSection
      {...place}
      derived={derived}
      firstSort="reach"
      summary={({ rows }) => {
        const open = rows.filter(({ address }) => portReachOf(address) === 'everyone').length;
        return (
          <Text size="sm">
            {open > 0 && <strong>{t('assets.reach.summary', { count: open })} </strong>}
            <Text span c="dimmed">
              {t('assets.reach-hint')}
            </Text>
          </Text>
        );
      }}
    />
  );
}

function Certificates(place: PlaceProps) {
  const t = useT();
  const derived = useMemo<readonly DerivedColumn[]>(() => {
    const now = new Date();
    return [
      {
        id: 'expiry',
        title: t('assets.expiry'),
        render: (row) => <ExpiryLabel expiry={expiryOf(row['not_valid_after'], now)} />,
        compare: (a, b) =>
          byExpiry(expiryOf(a['not_valid_after'], now), expiryOf(b['not_valid_after'], now)),
      },
    ];
  }, [t]);
  return (
    <PartSection
      {...place}
      derived={derived}
      firstSort="expiry"
      summary={({ rows }) => {
        const now = new Date();
        const counts = countExpiries(rows.map((row) => expiryOf(row['not_valid_after'], now)));
        const noteworthy = (['expired', 'soon', 'unknown'] as const).filter(
          (state) => counts[state] > 0,
        );
        if (noteworthy.length === 0) return null;
        return (
          <Alert
            color={counts.expired > 0 ? 'crimson' : 'amber'}
            icon={<IconInfoCircle size={18} />}
            title={noteworthy
              .map((state) => t(`assets.expiry.count-${state}`, { count: counts[state] }))
              .join(t('assets.list-separator'))}
          />
        );
      }}
    />
  );
}

function KernelHint({ answer, endpoint }: { answer: PartRows; endpoint: Endpoint }) {
  const t = useT();
  const running =
    answer.rows.find(({ source }) => source === 'running')?.['version'] ?? endpoint.kernelVersion;
  const hint = kernelHintOf(running, installedKernelsOf(answer.rows));
  switch (hint.kind) {
    case 'current':
      return (
        <Alert
          color="moss"
          icon={<IconCircleCheck size={18} />}
          title={t('assets.kernel.current')}
        />
      );
    case 'restart-pending':
      return (
        <Alert
          color="amber"
          icon={<IconRefreshAlert size={18} />}
          title={t('assets.kernel.restart-title')}
        >
          {t('assets.kernel.restart-text', { running: hint.running, newest: hint.newest })}
        </Alert>
      );
    case 'running-not-installed':
      return (
        <Alert
          color="gray"
          icon={<IconInfoCircle size={18} />}
          title={t('assets.kernel.missing-title')}
        >
          {t('assets.kernel.missing-text', { running: hint.running })}
        </Alert>
      );
    case 'unknown':
      return (
        <Alert
          color="gray"
          icon={<IconInfoCircle size={18} />}
          title={t('assets.kernel.unknown')}
        />
      );
  }
}

/** Something to notice, counted; nothing when there is none of it. */
function countAlert(title: (count: number) => string, count: number, color: string): ReactNode {
  if (count === 0) return null;
  return <Alert color={color} icon={<IconInfoCircle size={18} />} title={title(count)} />;
}
