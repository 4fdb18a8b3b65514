import { Skeleton } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { Page } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Question } from '../api.ts';
import { readAskLink } from './ask-link.ts';
import { Composer } from './composer.tsx';
import { draftOfQuestion, emptyDraft } from './draft.ts';
import { questionsKey } from './use-questions.ts';

/** Where a question is put together: what, of whom, and what asking it will mean. */
export function ComposePage() {
  const t = useT();
  const search = useRouterState({ select: (state) => state.location.searchStr });
  // Read once: from here on the reader writes.
  const [link] = useState(() => readAskLink(search));
  const [{ library, mode }] = useSearchState({ library: '', mode: '' });
  const earlier = useApi<Question>(
    questionsKey,
    link.from === undefined ? null : `/api/questions/${link.from}`,
  );
  const start = link.from === undefined ? null : earlier.data;
  const breadcrumbs = [{ label: t('questions.title'), href: '/questions' }];
  return (
    <Page
      titleKey="questions.compose.title"
      subtitle={t('questions.compose.subtitle')}
      breadcrumbs={breadcrumbs}
    >
      {earlier.error && (
        <ProblemAlert problem={earlier.error} onRetry={() => void earlier.refetch()} />
      )}
      {start === undefined && !earlier.error ? (
        <Skeleton height={360} />
      ) : (
        <Composer
          initial={
            start
              ? draftOfQuestion(start)
              : {
                  ...emptyDraft,
                  sql: { ...emptyDraft.sql, all: link.sql ?? '' },
                  selector: link.where ?? '',
                  endpointIds: link.endpoint === undefined ? null : [link.endpoint],
                }
          }
          libraryKey={library}
          mode={
            library !== '' || mode === 'library'
              ? 'library'
              : mode === 'sql' || link.sql !== undefined
                ? 'sql'
                : null
          }
        />
      )}
    </Page>
  );
}
