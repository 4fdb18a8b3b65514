import { IconDevices, IconHistory, IconHome, IconPackages, IconSitemap } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

const permission = 'assets:read';

/** The pages of assets: overview, endpoints, software, changes, scopes. */
export const assetsWeb: WebModule = {
  name: 'assets',
  messages,
  pages: [
    {
      path: '/',
      titleKey: 'assets.overview.title',
      component: lazy(() =>
        import('./overview-page.tsx').then((page) => ({ default: page.OverviewPage })),
      ),
      nav: { group: 'watch', order: 10, icon: IconHome },
      permission,
    },
    {
      path: '/endpoints',
      titleKey: 'assets.endpoints.title',
      component: lazy(() =>
        import('./endpoints-page.tsx').then((page) => ({ default: page.EndpointsPage })),
      ),
      nav: { group: 'watch', order: 20, icon: IconDevices },
      permission,
    },
    {
      path: '/endpoints/$id',
      titleKey: 'assets.endpoint.title',
      component: lazy(() =>
        import('./endpoint-page.tsx').then((page) => ({ default: page.EndpointPage })),
      ),
      permission,
    },
    {
      path: '/software',
      titleKey: 'assets.software.title',
      component: lazy(() =>
        import('./software-page.tsx').then((page) => ({ default: page.SoftwarePage })),
      ),
      nav: { group: 'watch', order: 30, icon: IconPackages },
      permission,
    },
    {
      path: '/software/$id',
      titleKey: 'assets.software-detail.title',
      component: lazy(() =>
        import('./software-detail-page.tsx').then((page) => ({
          default: page.SoftwareDetailPage,
        })),
      ),
      permission,
    },
    {
      path: '/changes',
      titleKey: 'assets.changes.title',
      component: lazy(() =>
        import('./changes-page.tsx').then((page) => ({ default: page.ChangesPage })),
      ),
      nav: { group: 'watch', order: 40, icon: IconHistory },
      permission,
    },
    {
      path: '/scopes',
      titleKey: 'assets.scopes.title',
      component: lazy(() =>
        import('./scopes-page.tsx').then((page) => ({ default: page.ScopesPage })),
      ),
      nav: { group: 'manage', order: 10, icon: IconSitemap },
      permission,
    },
  ],
};
