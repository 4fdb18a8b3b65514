import { IconBox, IconFileCertificate, IconMapPinSearch, IconRss } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

const permission = 'vulnerabilities:read';

/** Feeds, applications, VEX, where components are; and what was not assessed, on pages of others. */
export const vulnerabilitiesWeb: WebModule = {
  name: 'vulnerabilities',
  messages,
  pages: [
    {
      path: '/feeds',
      titleKey: 'vulnerabilities.feeds.title',
      component: lazy(() =>
        import('./feeds-page.tsx').then((page) => ({ default: page.FeedsPage })),
      ),
      nav: { group: 'manage', order: 30, icon: IconRss },
      permission,
    },
    {
      path: '/applications',
      titleKey: 'vulnerabilities.applications.title',
      component: lazy(() =>
        import('./applications-page.tsx').then((page) => ({ default: page.ApplicationsPage })),
      ),
      nav: { group: 'watch', order: 35, icon: IconBox },
      permission,
    },
    {
      path: '/applications/$id',
      titleKey: 'vulnerabilities.application.title',
      component: lazy(() =>
        import('./application-page.tsx').then((page) => ({ default: page.ApplicationPage })),
      ),
      permission,
    },
    {
      path: '/components',
      titleKey: 'vulnerabilities.components.title',
      component: lazy(() =>
        import('./components-page.tsx').then((page) => ({ default: page.ComponentsPage })),
      ),
      nav: { group: 'watch', order: 36, icon: IconMapPinSearch },
      permission,
    },
    {
      path: '/vex',
      titleKey: 'vulnerabilities.vex.title',
      component: lazy(() => import('./vex-page.tsx').then((page) => ({ default: page.VexPage }))),
      nav: { group: 'manage', order: 31, icon: IconFileCertificate },
      permission,
    },
    {
      path: '/vex/$id',
      titleKey: 'vulnerabilities.vex.document-title',
      component: lazy(() =>
        import('./vex-document-page.tsx').then((page) => ({ default: page.VexDocumentPage })),
      ),
      permission,
    },
  ],
  additions: [
    {
      place: 'overview.finding-tiles',
      id: 'assessed',
      order: 10,
      permission,
      component: lazy(() =>
        import('./assessed-tile.tsx').then((part) => ({ default: part.AssessedTile })),
      ),
    },
    {
      place: 'finding-list.head',
      id: 'coverage',
      order: 10,
      permission,
      component: lazy(() =>
        import('./coverage-note.tsx').then((part) => ({ default: part.CoverageNote })),
      ),
    },
    {
      place: 'endpoint.findings',
      id: 'assessment',
      order: 10,
      permission,
      component: lazy(() =>
        import('./endpoint-assessment.tsx').then((part) => ({
          default: part.EndpointAssessmentSection,
        })),
      ),
    },
  ],
};
