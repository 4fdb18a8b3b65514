import { IconBell } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../web/page.ts';
import { messages } from './messages.ts';

export const notifyWeb: WebModule = {
  name: 'notify',
  messages,
  pages: [
    {
      path: '/notifications',
      titleKey: 'notify.title',
      component: lazy(() => import('./notifications-page.tsx')),
      nav: { group: 'system', order: 25, icon: IconBell },
      permission: 'notices:read',
    },
  ],
};
