import { IconFlame } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

const permission = 'findings:read';

/** The pages of findings: the list, one finding, one weakness; and what others show of them. */
export const findingsWeb: WebModule = {
  name: 'findings',
  messages,
  pages: [
    {
      path: '/findings',
      titleKey: 'findings.title',
      component: lazy(() =>
        import('./findings-page.tsx').then((page) => ({ default: page.FindingsPage })),
      ),
      nav: { group: 'watch', order: 15, icon: IconFlame },
      permission,
    },
    {
      path: '/findings/$id',
      titleKey: 'findings.finding.title',
      component: lazy(() =>
        import('./finding-page.tsx').then((page) => ({ default: page.FindingPage })),
      ),
      permission,
    },
    {
      path: '/weaknesses/$id',
      titleKey: 'findings.weakness.title',
      component: lazy(() =>
        import('./weakness-page.tsx').then((page) => ({ default: page.WeaknessPage })),
      ),
      permission,
    },
  ],
  additions: [
    {
      place: 'overview.tiles',
      id: 'findings',
      order: 10,
      permission,
      component: lazy(() =>
        import('./overview-tiles.tsx').then((part) => ({ default: part.OverviewTiles })),
      ),
    },
    {
      place: 'application.findings',
      id: 'findings',
      order: 10,
      permission,
      component: lazy(() =>
        import('./endpoint-findings-tab.tsx').then((part) => ({
          default: part.ApplicationFindings,
        })),
      ),
    },
    {
      place: 'endpoint.tabs',
      id: 'findings',
      titleKey: 'findings.title',
      order: 10,
      permission,
      component: lazy(() =>
        import('./endpoint-findings-tab.tsx').then((part) => ({
          default: part.EndpointFindingsTab,
        })),
      ),
    },
  ],
};
