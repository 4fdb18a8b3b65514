import { IconHeartbeat } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../web/page.ts';
import { messages } from './messages.ts';

export const stateWeb: WebModule = {
  name: 'state',
  messages,
  pages: [
    {
      path: '/system',
      titleKey: 'state.title',
      component: lazy(() => import('./state-page.tsx')),
      nav: { group: 'system', order: 40, icon: IconHeartbeat },
      permission: 'state:read',
    },
  ],
};
