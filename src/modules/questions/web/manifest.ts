import { IconMessageQuestion } from '@tabler/icons-react';
import { lazy } from 'react';
import type { WebModule } from '../../../platform/web/page.ts';
import { messages } from './messages.ts';

const permission = 'questions:read';
const asking = 'questions:respond';

/** The pages of live questions: what was asked, the composer, one question, library, schedules. */
export const questionsWeb: WebModule = {
  name: 'questions',
  messages,
  pages: [
    {
      path: '/questions',
      titleKey: 'questions.title',
      component: lazy(() =>
        import('./questions-page.tsx').then((page) => ({ default: page.QuestionsPage })),
      ),
      nav: { group: 'watch', order: 18, icon: IconMessageQuestion },
      permission,
    },
    {
      path: '/questions/new',
      titleKey: 'questions.compose.title',
      component: lazy(() =>
        import('./compose-page.tsx').then((page) => ({ default: page.ComposePage })),
      ),
      permission: asking,
    },
    {
      path: '/questions/library',
      titleKey: 'questions.library.title',
      component: lazy(() =>
        import('./library-page.tsx').then((page) => ({ default: page.LibraryPage })),
      ),
      permission,
    },
    {
      path: '/questions/schedules',
      titleKey: 'questions.schedules.title',
      component: lazy(() =>
        import('./schedules-page.tsx').then((page) => ({ default: page.SchedulesPage })),
      ),
      permission,
    },
    {
      path: '/questions/$id',
      titleKey: 'questions.question.title',
      component: lazy(() =>
        import('./question-page.tsx').then((page) => ({ default: page.QuestionPage })),
      ),
      permission,
    },
  ],
  additions: [
    {
      place: 'endpoint.tabs',
      id: 'ask',
      titleKey: 'questions.endpoint.title',
      order: 40,
      permission: asking,
      component: lazy(() =>
        import('./endpoint-ask-tab.tsx').then((part) => ({ default: part.EndpointAskTab })),
      ),
    },
  ],
};
