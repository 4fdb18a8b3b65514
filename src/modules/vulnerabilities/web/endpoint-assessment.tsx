import { Alert, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { EndpointAssessment } from '../api.ts';
import { NotAssessedList, Share } from './coverage-parts.tsx';
import classes from './vulnerabilities.module.css';

/** What of an endpoint was assessed; what was not, why, and what to do. */
export function EndpointAssessmentSection({ subjectId }: { subjectId: string }) {
  const t = useT();
  const language = useLanguage();
  const assessment = useApi<EndpointAssessment>(
    ['assessment', subjectId],
    `/api/endpoints/${encodeURIComponent(subjectId)}/assessment`,
  );
  useLive(['feeds', 'findings'], [['assessment', subjectId]]);
  const { data } = assessment;
  if (!data) {
    return assessment.error ? (
      <ProblemAlert problem={assessment.error} onRetry={() => void assessment.refetch()} />
    ) : (
      <Skeleton height={140} />
    );
  }
  if (data.assessedAt === null) {
    return (
      <Section title={t('vulnerabilities.assessment')}>
        <EmptyState
          title={t('vulnerabilities.endpoint.never-title')}
          text={t('vulnerabilities.endpoint.never-text')}
          action={<AppLink href="/feeds">{t('vulnerabilities.note.import')}</AppLink>}
        />
      </Section>
    );
  }
  const { state, remedy } = data.support;
  return (
    <>
      {(state === 'ended' || state === 'lts-only' || state === 'extended-only') && (
        <Alert
          color={state === 'ended' ? 'crimson' : 'amber'}
          icon={<IconAlertTriangle size={18} />}
          title={t(`vulnerabilities.support.${state}`)}
        >
          {t(`vulnerabilities.support-text.${state}`)}
        </Alert>
      )}
      <Section
        title={t('vulnerabilities.assessment')}
        actions={
          <span className={classes.small}>
            <Age at={data.assessedAt} />
          </span>
        }
      >
        <div className={classes.shares}>
          <Share
            labelKey="vulnerabilities.assessed-software"
            part={data.assessedCount}
            whole={data.softwareCount}
          />
          <div>
            <div className={classes.shareLabel}>{t('vulnerabilities.support')}</div>
            <div>{state === null ? '—' : t(`vulnerabilities.support.${state}`)}</div>
            {remedy && <div className={classes.small}>{remedy[language]}</div>}
          </div>
          <div>
            <div className={classes.shareLabel}>{t('vulnerabilities.matched-with')}</div>
            <div>
              {data.ecosystems.length === 0
                ? '—'
                : data.ecosystems
                    .map(({ ecosystem, count }) => `${ecosystem} (${count})`)
                    .join(', ')}
            </div>
          </div>
        </div>
        {data.notAssessed.length > 0 && (
          <div style={{ marginTop: 14 }}>
            <strong>{t('vulnerabilities.not-assessed')}</strong>
            <NotAssessedList reasons={data.notAssessed} />
          </div>
        )}
      </Section>
    </>
  );
}
