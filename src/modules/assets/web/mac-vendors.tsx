import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useMemo } from 'react';
import { apiUrl, useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { PartState } from '../api.ts';
import type { MacVendorItem, MacVendorList } from '../mac/api.ts';
import type { DerivedColumn, PartRow } from './part-rows.tsx';
import { PartSection, usePartRows } from './part-section.tsx';

/** More than these are asked about in no endpoint; the server takes 500. */
const mostMacs = 500;

/** Network interfaces, each with the maker that its MAC address tells. */
export function Interfaces(place: { endpointId: string; state: PartState }) {
  const t = useT();
  const { data: answer } = usePartRows(place.endpointId, place.state);
  const macs = useMemo(
    () => [...new Set((answer?.rows ?? []).map(({ mac = '' }) => mac))].filter((mac) => mac !== ''),
    [answer],
  );
  const vendors = useApi<MacVendorList>(
    ['mac-vendors'],
    macs.length === 0 ? null : apiUrl('/api/mac-vendors', { mac: macs.slice(0, mostMacs).join() }),
  );
  useLive(['feeds'], [['mac-vendors']]);
  const byMac = useMemo(
    () => new Map(vendors.data?.items.map((item) => [item.mac, item])),
    [vendors.data],
  );
  const derived = useMemo<readonly DerivedColumn[]>(() => {
    const textOf = (row: PartRow) => {
      const item = byMac.get(row['mac'] ?? '');
      return item ? (item.vendor ?? t(`assets.mac.${item.kind as Unvendored}`)) : '';
    };
    return [
      {
        id: 'vendor',
        after: 'mac',
        title: t('assets.mac.vendor'),
        render: (row) => {
          const item = byMac.get(row['mac'] ?? '');
          return item?.kind === 'vendor' ? item.vendor : <Dim>{textOf(row) || '—'}</Dim>;
        },
        compare: (a, b) => textOf(a).localeCompare(textOf(b)),
      },
    ];
  }, [byMac, t]);
  return (
    <PartSection
      {...place}
      derived={derived}
      summary={() =>
        vendors.data?.assessed === false && (
          <Alert
            color="gray"
            icon={<IconInfoCircle size={18} />}
            title={t('assets.mac.no-feed-title')}
          >
            {t('assets.mac.no-feed-text')}{' '}
            <AppLink href="/feeds">{t('assets.mac.to-feeds')}</AppLink>
          </Alert>
        )
      }
    />
  );
}

type Unvendored = Exclude<MacVendorItem['kind'], 'vendor'>;
