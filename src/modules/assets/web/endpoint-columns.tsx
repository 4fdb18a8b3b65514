import { Group } from '@mantine/core';
import { Age } from '../../../platform/web/age.tsx';
import type { Column } from '../../../platform/web/data-table.tsx';
import { type Format, useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { type Translate, useT } from '../../../platform/web/translate.ts';
import type { EndpointSummary } from '../api.ts';
import classes from './assets.module.css';
import {
  ClonedBadge,
  CriticalityLabel,
  PlatformIcon,
  PlatformLabel,
  PresenceLabel,
  Tags,
} from './labels.tsx';

/** Every fact of a list of endpoints, for all tables that list them. */
export function useEndpointColumns(): readonly Column<EndpointSummary>[] {
  return endpointColumns(useT(), useFormat());
}

function endpointColumns(t: Translate, format: Format): readonly Column<EndpointSummary>[] {
  const text = (
    id:
      | 'osName'
      | 'osVersion'
      | 'osBuild'
      | 'arch'
      | 'primaryAddress'
      | 'lastUser'
      | 'agentVersion',
    width: number,
    defaultHidden = false,
  ): Column<EndpointSummary> => ({
    id,
    titleKey: `assets.column.${id}`,
    width,
    defaultHidden,
    sortable: true,
    render: (row) => row[id] ?? <Dim>{t('assets.not-collected')}</Dim>,
  });
  return [
    {
      id: 'hostname',
      titleKey: 'assets.column.hostname',
      width: 200,
      sortable: true,
      render: (row) => (
        <Group gap={8} wrap="nowrap" component="span">
          <PlatformIcon platform={row.platform} />
          <span className={classes.oneLine}>{row.hostname}</span>
          {row.sharedHardwareUuid && <ClonedBadge compact />}
        </Group>
      ),
    },
    {
      id: 'presence',
      titleKey: 'assets.column.presence',
      width: 130,
      sortable: true,
      render: (row) => <PresenceLabel presence={row.presence} />,
    },
    {
      id: 'lastSeenAt',
      titleKey: 'assets.column.lastSeenAt',
      width: 120,
      sortable: true,
      render: (row) => <Age at={row.lastSeenAt} never={t('assets.presence.never')} />,
    },
    text('osName', 160),
    text('osVersion', 130),
    text('osBuild', 130, true),
    {
      id: 'platform',
      titleKey: 'assets.column.platform',
      width: 130,
      defaultHidden: true,
      sortable: true,
      render: (row) => <PlatformLabel platform={row.platform} />,
    },
    text('arch', 110, true),
    {
      id: 'scopeName',
      titleKey: 'assets.column.scopeName',
      width: 150,
      sortable: true,
      render: (row) => row.scopeName,
    },
    {
      id: 'criticality',
      titleKey: 'assets.column.criticality',
      width: 100,
      sortable: true,
      render: (row) => <CriticalityLabel criticality={row.criticality} />,
    },
    {
      id: 'owner',
      titleKey: 'assets.column.owner',
      width: 140,
      sortable: true,
      render: (row) => row.owner ?? <Dim>{t('assets.none-set')}</Dim>,
    },
    {
      id: 'tags',
      titleKey: 'assets.column.tags',
      width: 150,
      sortable: true,
      render: (row) => <Tags tags={row.tags} />,
    },
    text('primaryAddress', 140),
    text('lastUser', 130),
    {
      id: 'softwareCount',
      titleKey: 'assets.column.softwareCount',
      width: 110,
      align: 'right',
      sortable: true,
      render: (row) =>
        row.softwareCount === null ? (
          <Dim>{t('assets.not-collected')}</Dim>
        ) : (
          format.number(row.softwareCount)
        ),
    },
    text('agentVersion', 120, true),
    {
      id: 'firstSeenAt',
      titleKey: 'assets.column.firstSeenAt',
      width: 150,
      defaultHidden: true,
      sortable: true,
      render: (row) => <Age at={row.firstSeenAt} />,
    },
    {
      id: 'sharedHardwareUuid',
      titleKey: 'assets.column.sharedHardwareUuid',
      width: 110,
      defaultHidden: true,
      sortable: true,
      render: (row) =>
        row.sharedHardwareUuid ? <ClonedBadge /> : <Dim>{t('assets.filter.shared-no')}</Dim>,
    },
    {
      id: 'id',
      titleKey: 'assets.column.id',
      width: 300,
      defaultHidden: true,
      render: (row) => <span className={classes.mono}>{row.id}</span>,
    },
  ];
}
