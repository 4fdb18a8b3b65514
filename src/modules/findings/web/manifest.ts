import { IconCalendarDue, IconChartBar, IconFlame, IconShieldOff } from '@tabler/icons-react';
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
      path: '/exceptions',
      titleKey: 'findings.exceptions.title',
      component: lazy(() =>
        import('./exceptions-page.tsx').then((page) => ({ default: page.ExceptionsPage })),
      ),
      nav: { group: 'manage', order: 15, icon: IconShieldOff },
      permission,
    },
    {
      path: '/exceptions/new',
      titleKey: 'findings.exceptions.ask',
      component: lazy(() =>
        import('./exceptions-ask-page.tsx').then((page) => ({ default: page.ExceptionAskPage })),
      ),
      permission: 'findings:write',
    },
    {
      path: '/exceptions/$id',
      titleKey: 'findings.exceptions.one',
      component: lazy(() =>
        import('./exceptions-detail-page.tsx').then((page) => ({ default: page.ExceptionPage })),
      ),
      permission,
    },
    {
      path: '/deadlines',
      titleKey: 'findings.sla.title',
      component: lazy(() => import('./sla-page.tsx').then((page) => ({ default: page.SlaPage }))),
      nav: { group: 'watch', order: 17, icon: IconCalendarDue },
      permission,
    },
    {
      path: '/measures',
      titleKey: 'findings.measures.title',
      component: lazy(() =>
        import('./sla-measures-page.tsx').then((page) => ({ default: page.MeasuresPage })),
      ),
      nav: { group: 'watch', order: 45, icon: IconChartBar },
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
