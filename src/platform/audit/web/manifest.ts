import { IconListCheck } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../web/page.ts';
import { messages } from './messages.ts';

export const auditWeb: WebModule = {
  name: 'audit',
  messages,
  pages: [
    {
      path: '/audit',
      titleKey: 'audit.title',
      component: lazy(() => import('./audit-page.tsx')),
      nav: { group: 'system', order: 30, icon: IconListCheck },
      permission: 'audit:administer',
    },
  ],
};
