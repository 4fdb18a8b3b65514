import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import type { Column } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Software } from '../api.ts';
import { sourceName } from './labels.tsx';

/** Every fact of a list of software, for all tables that list it. */
export function useSoftwareColumns(): readonly Column<Software>[] {
  const t = useT();
  const format = useFormat();
  const plain = (
    id: 'version' | 'arch' | 'sourceName' | 'sourceVersion' | 'vendor' | 'identifier' | 'host',
    width: number,
    defaultHidden = false,
    sortable = true,
  ): Column<Software> => ({
    id,
    titleKey: `assets.software.${id}`,
    width,
    defaultHidden,
    sortable,
    render: (row) => row[id] || <Dim>—</Dim>,
  });
  return [
    {
      id: 'name',
      titleKey: 'assets.software.name',
      width: 260,
      sortable: true,
      render: (row) => row.name,
    },
    plain('version', 200),
    {
      id: 'source',
      titleKey: 'assets.software.source',
      width: 160,
      sortable: true,
      render: (row) => sourceName(row.source, t),
    },
    {
      id: 'endpointCount',
      titleKey: 'assets.software.endpointCount',
      width: 100,
      align: 'right',
      sortable: true,
      render: (row) => (
        <AppLink href={`/endpoints?softwareId=${row.id}`} inherit>
          {format.number(row.endpointCount)}
        </AppLink>
      ),
    },
    plain('vendor', 220),
    plain('arch', 110, true),
    plain('sourceName', 180, true),
    plain('sourceVersion', 180, true),
    plain('identifier', 240, true, false),
    plain('host', 120, true, false),
    {
      id: 'firstSeenAt',
      titleKey: 'assets.software.firstSeenAt',
      width: 130,
      sortable: true,
      render: (row) => <Age at={row.firstSeenAt} />,
    },
  ];
}
