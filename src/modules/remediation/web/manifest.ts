import { IconFlameOff } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

const permission = 'campaigns:read';
const acting = 'campaigns:respond';

/** The pages of campaigns and patch rules, and what others show of them. */
export const remediationWeb: WebModule = {
  name: 'remediation',
  messages,
  pages: [
    {
      path: '/campaigns',
      titleKey: 'remediation.title',
      component: lazy(() =>
        import('./campaigns-page.tsx').then((page) => ({ default: page.CampaignsPage })),
      ),
      nav: { group: 'watch', order: 16, icon: IconFlameOff },
      permission,
    },
    {
      path: '/campaigns/new',
      titleKey: 'remediation.compose.title',
      component: lazy(() =>
        import('./compose-page.tsx').then((page) => ({ default: page.ComposePage })),
      ),
      permission: acting,
    },
    {
      path: '/campaigns/$id',
      titleKey: 'remediation.campaign.title',
      component: lazy(() =>
        import('./campaign-page.tsx').then((page) => ({ default: page.CampaignPage })),
      ),
      permission,
    },
    {
      path: '/patch-rules',
      titleKey: 'remediation.rules.title',
      component: lazy(() =>
        import('./rules-page.tsx').then((page) => ({ default: page.RulesPage })),
      ),
      permission,
    },
  ],
  additions: [
    {
      place: 'endpoint.tabs',
      id: 'orders',
      titleKey: 'remediation.orders.title',
      order: 45,
      permission,
      component: lazy(() =>
        import('./endpoint-orders-tab.tsx').then((part) => ({ default: part.EndpointOrdersTab })),
      ),
    },
    {
      place: 'finding-list.head',
      id: 'plan',
      order: 20,
      permission: acting,
      component: lazy(() =>
        import('./finding-list-plan.tsx').then((part) => ({ default: part.FindingListPlan })),
      ),
    },
    {
      place: 'fix.actions',
      id: 'plan',
      order: 10,
      permission: acting,
      component: lazy(() => import('./fix-plan.tsx').then((part) => ({ default: part.FixPlan }))),
    },
    {
      place: 'finding.actions',
      id: 'plan',
      order: 10,
      permission: acting,
      component: lazy(() =>
        import('./fix-plan.tsx').then((part) => ({ default: part.FindingPlan })),
      ),
    },
  ],
};
