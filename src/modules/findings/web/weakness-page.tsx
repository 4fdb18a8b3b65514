import { Skeleton, Title } from '@mantine/core';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useParam } from '../../../platform/web/page.ts';
import { EmptyState, NumberTile, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { WeaknessDetails } from '../api.ts';
import { FactList } from './fact-list.tsx';
import classes from './findings.module.css';
import { FindingsTable } from './findings-table.tsx';
import { dayAsTime } from './instants.ts';
import { ExploitedBadge, SeverityBadge, useEpssText, useTitleOf } from './labels.tsx';
import { ReferenceSection } from './reference-list.tsx';

/** One weakness, by any of its ids: what is known of it, and where it was found. */
export function WeaknessPage() {
  const t = useT();
  const id = useParam('id');
  const titleOf = useTitleOf();
  const weakness = useApi<WeaknessDetails>(
    ['weakness', id],
    `/api/weaknesses/${encodeURIComponent(id)}`,
  );
  useLive(['findings'], [['weakness', id], ['findings']]);
  const breadcrumbs = [{ label: t('findings.title'), href: '/findings' }];
  const { data, error } = weakness;
  if (!data) {
    return (
      <Page
        {...(error ? { title: id } : { titleKey: 'findings.weakness.title' })}
        breadcrumbs={breadcrumbs}
      >
        {error?.status === 404 || error?.status === 400 ? (
          <EmptyState
            title={t('findings.weakness.gone-title')}
            text={t('findings.weakness.gone-text', { id })}
            action={<AppLink href="/findings">{t('findings.all')}</AppLink>}
          />
        ) : error ? (
          <ProblemAlert problem={error} onRetry={() => void weakness.refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.key}
      breadcrumbs={breadcrumbs}
      subtitle={
        <>
          {titleOf(data)}
          <div className={classes.subtitle}>
            <span>{t(`findings.kind.${data.kind}`)}</span>
            <SeverityBadge severity={data.severity} score={data.cvssScore} />
            {data.exploited && <ExploitedBadge ransomware={data.ransomware} />}
          </div>
        </>
      }
    >
      <div className={classes.columns}>
        <KnownSection weakness={data} />
        <div className={classes.column}>
          <div className={classes.tilesTwo}>
            <NumberTile
              labelKey="findings.weakness.active"
              value={data.activeFindings}
              href={`/findings?${new URLSearchParams({ weakness: data.key, class: 'any' })}`}
            />
            <NumberTile
              labelKey="findings.weakness.closed"
              value={data.closedFindings}
              href={`/findings?${new URLSearchParams({ weakness: data.key, class: 'any', state: 'closed' })}`}
              hint={t('findings.weakness.closed-hint')}
            />
          </div>
          <ReferenceSection urls={data.references} />
        </div>
      </div>
      <section>
        <Title order={2} mb="sm">
          {t('findings.weakness.where')}
        </Title>
        <FindingsTable
          id="findings.of-weakness"
          of="weakness"
          query={{ weakness: data.key, class: 'any' }}
          csvName={`yojin-${data.key.replaceAll(/[^A-Za-z0-9.-]/g, '_')}`}
          height={440}
          emptyState={<EmptyState title={t('findings.weakness.nowhere')} />}
        />
      </section>
    </Page>
  );
}

function KnownSection({ weakness }: { weakness: WeaknessDetails }) {
  const t = useT();
  const format = useFormat();
  const epssText = useEpssText();
  const day = (text: string | null) => (text === null ? null : format.date(dayAsTime(text)));
  return (
    <Section title={t('findings.known')}>
      <FactList
        facts={[
          [
            t('findings.all-ids'),
            <span key="ids" className={classes.mono}>
              {weakness.ids.join(', ')}
            </span>,
          ],
          [
            t('findings.cvss-vector'),
            weakness.cvssVector && (
              <span key="vector" className={classes.mono}>
                {weakness.cvssVector}
              </span>
            ),
          ],
          [
            t('findings.exploited'),
            weakness.kevListedOn === null
              ? t('findings.not-listed-long')
              : t('findings.listed-on', { date: day(weakness.kevListedOn) }),
          ],
          ...(weakness.kevListedOn === null
            ? []
            : ([
                [t('findings.kev-due'), day(weakness.kevDueOn)],
                [
                  t('findings.ransomware'),
                  weakness.ransomware === null
                    ? null
                    : t(`findings.ransomware.${weakness.ransomware ? 'known' : 'not-known'}`),
                ],
              ] as const)),
          [t('findings.column.epss'), epssText(weakness.epss)],
          [
            t('findings.input.automatable'),
            weakness.automatable === null
              ? null
              : t(`findings.value.${weakness.automatable ? 'yes' : 'no'}`),
          ],
          [
            t('findings.input.technical-impact'),
            weakness.technicalImpact && t(`findings.value.${weakness.technicalImpact}`),
          ],
          [t('findings.published'), weakness.publishedAt && format.date(weakness.publishedAt)],
          [t('findings.modified'), weakness.modifiedAt && format.date(weakness.modifiedAt)],
        ]}
      />
    </Section>
  );
}
