import {
  IconApps,
  IconBox,
  IconDevices,
  IconFlame,
  IconFlameOff,
  IconMapPinSearch,
  IconMessageQuestion,
} from '@tabler/icons-react';
import type { EndpointSummary, Software } from '../../modules/assets/api.ts';
import type { Finding } from '../../modules/findings/api.ts';
import type { Question } from '../../modules/questions/api.ts';
import type { Campaign } from '../../modules/remediation/api.ts';
import type { Application, ComponentPlace } from '../../modules/vulnerabilities/sbom/api.ts';
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
  {
    // By its id in full: CVE-2024-3094, whatever else it is called.
    id: 'weaknesses',
    groupKey: 'findings.weakness.title',
    path: '/api/findings',
    queryName: 'weakness',
    query: { state: 'any', class: 'any' },
    permission: 'findings:read',
    icon: IconFlame,
    hitOf: (row) => {
      const { key, title } = (row as Finding).weakness;
      return {
        id: key,
        label: key,
        description: title,
        href: `/weaknesses/${encodeURIComponent(key)}`,
      };
    },
  },
  {
    id: 'applications',
    groupKey: 'vulnerabilities.applications.title',
    path: '/api/applications',
    permission: 'vulnerabilities:read',
    icon: IconBox,
    hitOf: (row) => {
      const { id, name, version, scopeName } = row as Application;
      return {
        id,
        label: [name, version.version].filter(Boolean).join(' '),
        description: scopeName,
        href: `/applications/${id}`,
      };
    },
  },
  {
    // Software of endpoints has its own group above; here is who else has it, and where.
    id: 'components',
    groupKey: 'vulnerabilities.components.title',
    path: '/api/components',
    permission: 'vulnerabilities:read',
    icon: IconMapPinSearch,
    hitOf: (row) => {
      const { name, source } = row as ComponentPlace;
      return {
        id: name,
        label: name,
        description: source ?? '',
        href: `/components?q=${encodeURIComponent(name)}`,
      };
    },
  },
  {
    id: 'questions',
    groupKey: 'questions.title',
    path: '/api/questions',
    permission: 'questions:read',
    icon: IconMessageQuestion,
    hitOf: (row) => {
      const { id, title, askedBy, selector } = row as Question;
      return {
        id: String(id),
        label: title,
        description: [askedBy, selector].filter((text) => text !== '').join(' · '),
        href: `/questions/${id}`,
      };
    },
  },
  {
    id: 'campaigns',
    groupKey: 'remediation.title',
    path: '/api/campaigns',
    permission: 'campaigns:read',
    icon: IconFlameOff,
    hitOf: (row) => {
      const { id, title, createdBy, selector } = row as Campaign;
      return {
        id: String(id),
        label: title,
        description: [createdBy, selector].filter((text) => text !== '').join(' · '),
        href: `/campaigns/${id}`,
      };
    },
  },
];
