import { IconPlugConnected, IconShieldQuestion } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

export const agentProtocolWeb: WebModule = {
  name: 'agents',
  messages,
  pages: [
    {
      path: '/enrolment',
      titleKey: 'agents.enrolment',
      component: lazy(() => import('./enrolment-page.tsx')),
      nav: { group: 'manage', order: 30, icon: IconPlugConnected },
      permission: 'agents:read',
    },
    {
      path: '/rejections',
      titleKey: 'agents.rejections',
      component: lazy(() => import('./rejections-page.tsx')),
      nav: { group: 'system', order: 50, icon: IconShieldQuestion },
      permission: 'agents:read',
    },
  ],
};
