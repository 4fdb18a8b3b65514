import { IconApps, IconDevices } from '@tabler/icons-react';
import type { EndpointSummary, Software } from '../../modules/assets/api.ts';
import type { SearchSource } from '../../platform/web/page.ts';

/** What the search of the header finds by name, besides pages. */
export const searchSources: readonly SearchSource[] = [
  {
    id: 'endpoints',
    groupKey: 'assets.endpoints.title',
    path: '/api/endpoints',
    permission: 'assets:read',
    icon: IconDevices,
    hitOf: (row) => {
      const { id, hostname, osName, osVersion, scopeName } = row as EndpointSummary;
      return {
        id,
        label: hostname,
        description: [[osName, osVersion].filter(Boolean).join(' '), scopeName]
          .filter((text) => text !== '')
          .join(' · '),
        href: `/endpoints/${id}`,
      };
    },
  },
  {
    id: 'software',
    groupKey: 'assets.software.title',
    path: '/api/software',
    permission: 'assets:read',
    icon: IconApps,
    hitOf: (row) => {
      const { id, name, version, arch, source } = row as Software;
      return {
        id: String(id),
        label: `${name} ${version}`,
        description: [source, arch].filter((text) => text !== '').join(' · '),
        href: `/software/${id}`,
      };
    },
  },
];
