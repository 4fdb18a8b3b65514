import { Skeleton, Text, Title } from '@mantine/core';
import { Additions } from '../../../platform/web/additions.tsx';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useParam } from '../../../platform/web/page.ts';
import { EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { ApplicationDetails, ComponentDifferences } from '../sbom/api.ts';
import { Share } from './coverage-parts.tsx';
import classes from './vulnerabilities.module.css';

/** One application: how much of it was assessed, what changed with its newest version, findings. */
export function ApplicationPage() {
  const t = useT();
  const id = useParam('id');
  const application = useApi<ApplicationDetails>(
    ['applications', id],
    `/api/applications/${encodeURIComponent(id)}`,
  );
  useLive(['findings', 'feeds'], [['applications', id]]);
  const breadcrumbs = [{ label: t('vulnerabilities.applications.title'), href: '/applications' }];
  const { data, error } = application;
  if (!data) {
    return (
      <Page titleKey="vulnerabilities.application.title" breadcrumbs={breadcrumbs}>
        {error?.status === 404 || error?.status === 400 ? (
          <EmptyState
            title={t('vulnerabilities.application.gone-title')}
            action={
              <AppLink href="/applications">{t('vulnerabilities.applications.title')}</AppLink>
            }
          />
        ) : error ? (
          <ProblemAlert problem={error} onRetry={() => void application.refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={[data.name, data.version.version].filter((text) => text !== null).join(' ')}
      breadcrumbs={breadcrumbs}
      actions={
        <>
          <AppLink href="/components" size="sm">
            {t('vulnerabilities.application.where')}
          </AppLink>
          <AppLink href="/vex" size="sm">
            {t('vulnerabilities.applications.statements')}
          </AppLink>
        </>
      }
      subtitle={
        <span className={classes.noteLine}>
          <span>{data.scopeName}</span>
          <span>{data.version.format}</span>
          <span>
            {t('vulnerabilities.application.imported')} <Age at={data.version.importedAt} />
          </span>
        </span>
      }
    >
      <div className={classes.cards}>
        <AssessedSection application={data} />
        <VersionsSection application={data} />
      </div>
      {data.differences && <DifferencesSection differences={data.differences} />}
      <Title order={2}>{t('vulnerabilities.application.findings')}</Title>
      <Additions place="application.findings" subjectId={data.id} />
    </Page>
  );
}

function AssessedSection({ application }: { application: ApplicationDetails }) {
  const t = useT();
  const format = useFormat();
  const { assessedAt, assessedCount, notAssessed, version } = application;
  return (
    <Section title={t('vulnerabilities.assessment')}>
      {assessedAt === null ? (
        <Text size="sm">
          {t('vulnerabilities.application.never-assessed')}{' '}
          <AppLink href="/feeds" inherit>
            {t('vulnerabilities.note.import')}
          </AppLink>
        </Text>
      ) : (
        <Share
          labelKey="vulnerabilities.application.assessed"
          part={assessedCount}
          whole={version.componentCount}
        />
      )}
      {notAssessed.length > 0 && (
        <ul className={classes.reasons}>
          {notAssessed.map(({ reason, count }) => {
            const key = `vulnerabilities.reason.${reason}`;
            return (
              <li key={reason} className={classes.reason}>
                <span className={classes.reasonCount}>{format.number(count)}</span>
                <span>{t.has(key) ? t(key) : reason}</span>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

function VersionsSection({ application }: { application: ApplicationDetails }) {
  const t = useT();
  const format = useFormat();
  return (
    <Section flush title={t('vulnerabilities.application.versions')}>
      <div className={classes.scroller}>
        <table className={classes.rows}>
          <thead>
            <tr>
              <th scope="col">{t('vulnerabilities.application.version')}</th>
              <th scope="col" data-align="right">
                {t('vulnerabilities.application.components')}
              </th>
              <th scope="col">{t('vulnerabilities.application.imported')}</th>
            </tr>
          </thead>
          <tbody>
            {application.versions.map((version) => (
              <tr key={version.id}>
                <td>{version.version ?? '—'}</td>
                <td data-align="right">{format.number(version.componentCount)}</td>
                <td>
                  <Age at={version.importedAt} />{' '}
                  <span className={classes.small}>{version.importedBy}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

const shownAtMost = 50;

/** What the newest version has that the one before had not, and the other way round. */
function DifferencesSection({ differences }: { differences: ComponentDifferences }) {
  const t = useT();
  const format = useFormat();
  const { added, removed, changed } = differences;
  const written = (version: string | null) => version ?? '—';
  const lines = [
    ...changed.map(({ name, from, to }) => ({
      sign: '→',
      text: `${name} ${from.map(written).join(', ')} → ${to.map(written).join(', ')}`,
    })),
    ...added.map(({ name, version }) => ({ sign: '+', text: `${name} ${written(version)}` })),
    ...removed.map(({ name, version }) => ({ sign: '−', text: `${name} ${written(version)}` })),
  ];
  return (
    <Section
      title={t('vulnerabilities.application.differences')}
      actions={
        <Text size="sm" c="dimmed">
          {t('vulnerabilities.application.difference-counts', {
            changed: format.number(changed.length),
            added: format.number(added.length),
            removed: format.number(removed.length),
          })}
        </Text>
      }
    >
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('vulnerabilities.application.no-difference')}
        </Text>
      ) : (
        <ul className={classes.reasons}>
          {lines.slice(0, shownAtMost).map(({ sign, text }) => (
            <li key={`${sign} ${text}`} className={classes.line}>
              <span className={classes.sign}>{sign}</span>
              {text}
            </li>
          ))}
        </ul>
      )}
      {lines.length > shownAtMost && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('vulnerabilities.application.more', { count: lines.length - shownAtMost })}
        </Text>
      )}
    </Section>
  );
}
