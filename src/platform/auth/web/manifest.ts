import { IconKey, IconUsers } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../web/page.ts';
import { messages } from './messages.ts';

export const authWeb: WebModule = {
  name: 'auth',
  messages,
  pages: [
    {
      path: '/sign-in',
      titleKey: 'auth.sign-in',
      component: lazy(() => import('./sign-in-page.tsx')),
      bare: true,
    },
    {
      path: '/setup',
      titleKey: 'auth.setup',
      component: lazy(() => import('./setup-page.tsx')),
      bare: true,
    },
    {
      path: '/account',
      titleKey: 'auth.account',
      component: lazy(() => import('./account-page.tsx')),
    },
    {
      path: '/users',
      titleKey: 'auth.users',
      component: lazy(() => import('./users-page.tsx')),
      nav: { group: 'system', order: 10, icon: IconUsers },
      permission: 'users:administer',
    },
    {
      path: '/tokens',
      titleKey: 'auth.tokens',
      component: lazy(() => import('./tokens-page.tsx')),
      nav: { group: 'system', order: 20, icon: IconKey },
    },
  ],
};
