import { IconBox, IconRss } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

const permission = 'vulnerabilities:read';

/** The page of feeds, and what was not assessed and why, on the pages of others. */
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
  ],
  additions: [
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
