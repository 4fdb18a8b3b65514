import { Alert, Skeleton } from '@mantine/core';
import { IconClockPause, IconInfoCircle } from '@tabler/icons-react';
import { Fragment } from 'react';
import { Additions } from '../../../platform/web/additions.tsx';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useParam } from '../../../platform/web/page.ts';
import { Dim, EmptyState, Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useScopes } from '../../../platform/web/scopes.ts';
import { useHolds } from '../../../platform/web/session.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { FindingDetails } from '../api.ts';
import { ChangeFindings } from './change-findings.tsx';
import { DecisionSection } from './decision-section.tsx';
import { evidenceGroups } from './evidence.ts';
import { FactList } from './fact-list.tsx';
import { assetHref } from './finding-columns.tsx';
import classes from './findings.module.css';
import { dayAsTime } from './instants.ts';
import {
  ExploitedBadge,
  SeverityBadge,
  StateLabel,
  useEpssText,
  useTitleOf,
  worded,
} from './labels.tsx';
import { ReferenceSection } from './reference-list.tsx';

/** One weakness on one asset: what was seen, why it is due when, what happened to it. */
export function FindingPage() {
  const t = useT();
  const id = useParam('id');
  const mayWrite = useHolds('findings:write');
  const titleOf = useTitleOf();
  const language = useLanguage();
  const finding = useApi<FindingDetails>(
    ['finding', id],
    `/api/findings/${encodeURIComponent(id)}`,
  );
  useLive(['findings'], [['finding', id]]);
  const breadcrumbs = [{ label: t('findings.title'), href: '/findings' }];
  const { data, error } = finding;
  if (!data) {
    return (
      <Page titleKey="findings.finding.title" breadcrumbs={breadcrumbs}>
        {error?.status === 404 || error?.status === 400 ? (
          <EmptyState
            title={t('findings.gone-title')}
            text={t('findings.gone-text')}
            action={<AppLink href="/findings">{t('findings.all')}</AppLink>}
          />
        ) : error ? (
          <ProblemAlert problem={error} onRetry={() => void finding.refetch()} />
        ) : (
          <Skeleton height={360} />
        )}
      </Page>
    );
  }
  const { weakness } = data;
  return (
    <Page
      title={`${weakness.key} · ${data.assetName}`}
      breadcrumbs={breadcrumbs}
      subtitle={
        <>
          {titleOf(weakness)}
          <div className={classes.subtitle}>
            <StateLabel finding={data} />
            <SeverityBadge severity={weakness.severity} score={weakness.cvssScore} />
            {weakness.exploited && <ExploitedBadge ransomware={weakness.ransomware} />}
          </div>
        </>
      }
      actions={
        <>
          <Additions place="finding.actions" subjectId={String(data.id)} />
          {mayWrite && data.state !== 'closed' && <ChangeFindings ids={[data.id]} variant="page" />}
        </>
      }
    >
      <Notes finding={data} />
      <p className={classes.words}>{data.why[language]}</p>
      <div className={classes.columns}>
        <div className={classes.column}>
          <EvidenceSection finding={data} />
          <FactSection finding={data} />
          <HistorySection finding={data} />
        </div>
        <div className={`${classes.column} ${classes.first}`}>
          <DecisionSection finding={data} />
          <ReferenceSection urls={data.references} />
        </div>
      </div>
    </Page>
  );
}

/** What one must know before reading on. */
function Notes({ finding }: { finding: FindingDetails }) {
  const t = useT();
  const format = useFormat();
  const { state, stateReason, stateSource, exceptedUntil, stale } = finding;
  const said = (
    <>
      {stateReason !== null && worded(t, `findings.vex-reason.${stateReason}`, stateReason)}
      {stateReason !== null && stateSource !== null && ' — '}
      {stateSource !== null && <SourceText source={stateSource} />}
    </>
  );
  return (
    <>
      {stale && (
        <Alert
          color="amber"
          icon={<IconClockPause size={18} />}
          title={t('findings.note.stale-title')}
        >
          {t('findings.stale-hint')}
        </Alert>
      )}
      {state === 'excepted' && exceptedUntil !== null && (
        <Alert
          color="gray"
          icon={<IconInfoCircle size={18} />}
          title={t('findings.note.excepted', { date: format.date(dayAsTime(exceptedUntil)) })}
        >
          {said}{' '}
          {finding.exceptionId !== null && (
            <AppLink href={`/exceptions/${finding.exceptionId}`} inherit>
              {t('findings.exceptions.number', { id: finding.exceptionId })}
            </AppLink>
          )}
        </Alert>
      )}
      {(state === 'not-affected' ||
        state === 'fixed-claimed' ||
        state === 'under-investigation') && (
        <Alert
          color="gray"
          icon={<IconInfoCircle size={18} />}
          title={t(`findings.state-hint.${state}`)}
        >
          {said}
        </Alert>
      )}
      {state === 'closed' && (
        <Alert
          color="moss"
          icon={<IconInfoCircle size={18} />}
          title={t('findings.note.closed', { time: format.time(finding.closedAt) })}
        >
          {finding.closedBecause !== null &&
            worded(t, `findings.closed.${finding.closedBecause}`, finding.closedBecause)}
        </Alert>
      )}
    </>
  );
}

/** Who says so: a supplier's document by its page, anybody else by name. */
function SourceText({ source }: { source: string }) {
  const t = useT();
  const document = /^vex:(.+)$/.exec(source)?.[1];
  if (document === undefined) return source;
  return (
    <AppLink href={`/vex/${encodeURIComponent(document)}`} inherit>
      {t('findings.vex-document')}
    </AppLink>
  );
}

function EvidenceSection({ finding }: { finding: FindingDetails }) {
  const t = useT();
  return (
    <Section flush title={t('findings.evidence')}>
      {evidenceGroups(finding.evidence).map((group) => (
        <div key={`${group.advisoryId} ${group.matched}`} className={classes.evidence}>
          <div className={classes.evidenceHead}>
            {group.seen.map(({ softwareId, component, version }) =>
              softwareId === null ? (
                <strong key={`${component} ${version}`}>
                  {component} {version}
                </strong>
              ) : (
                <AppLink key={softwareId} href={`/software/${softwareId}`} fw={600} inherit>
                  {component} {version}
                </AppLink>
              ),
            )}
          </div>
          <FactList
            facts={[
              [t('findings.evidence.advisory'), `${group.advisoryId} (${group.source})`],
              [t('findings.evidence.ecosystem'), group.ecosystem],
              [
                t('findings.evidence.matched'),
                <span key="matched">
                  <span className={classes.mono}>{group.matched}</span>
                  {group.matched.endsWith('; hotpatches not known') && (
                    <div>
                      <Dim>{t('findings.evidence.hotpatches-unknown')}</Dim>
                    </div>
                  )}
                </span>,
              ],
              [
                t('findings.evidence.fixed'),
                group.fixedVersion && (
                  <span key="fixed" className={classes.mono}>
                    {group.fixedVersion}
                  </span>
                ),
                t('findings.no-fix'),
              ],
            ]}
          />
        </div>
      ))}
      {finding.evidence.length === 0 && (
        <div className={classes.evidence}>
          <Dim>{t('findings.evidence.none')}</Dim>
        </div>
      )}
    </Section>
  );
}

function FactSection({ finding }: { finding: FindingDetails }) {
  const t = useT();
  const format = useFormat();
  const epssText = useEpssText();
  const { namesOf } = useScopes();
  const { weakness, fix, fixes } = finding;
  const yesNo = (value: boolean | null) =>
    value === null ? null : t(`findings.value.${value ? 'yes' : 'no'}`);
  return (
    <Section title={t('findings.facts')}>
      <FactList
        facts={[
          [
            t('findings.weakness.title'),
            <AppLink key="weakness" href={weaknessHref(weakness.key)} inherit>
              {weakness.key}
            </AppLink>,
          ],
          [
            t('findings.ids'),
            <span key="ids">
              {finding.ids.filter((id) => id !== weakness.key).join(', ') || '—'}
            </span>,
          ],
          [
            t('findings.column.asset'),
            <AppLink key="asset" href={assetHref(finding)} inherit>
              {finding.assetName}
            </AppLink>,
          ],
          [t('findings.filter.scope'), namesOf([finding.scopeId])],
          [
            t('findings.column.fix'),
            fix &&
              fixes.map(({ id, name, version }) => (
                <div key={id}>
                  <AppLink href={`/findings?fixId=${id}`} inherit>
                    {name} {version ?? t('findings.no-fix')}
                  </AppLink>
                </div>
              )),
            t('findings.no-fix'),
          ],
          [t('findings.column.class'), t(`findings.class.${finding.class}`)],
          [t('findings.column.epss'), epssText(weakness.epss)],
          [
            t('findings.cvss-vector'),
            finding.cvssVector && (
              <span key="vector" className={classes.mono}>
                {finding.cvssVector}
              </span>
            ),
          ],
          [t('findings.reachable'), yesNo(finding.reachable)],
          [t('findings.column.owner'), finding.owner, t('findings.no-owner')],
          [t('findings.column.firstSeen'), format.time(finding.firstSeenAt)],
          [
            t('findings.column.lastConfirmed'),
            finding.lastConfirmedAt && <Age key="confirmed" at={finding.lastConfirmedAt} />,
            t('findings.never-confirmed'),
          ],
          [t('findings.reopened'), format.number(finding.reopenedCount)],
        ]}
      />
    </Section>
  );
}

const places = ['first', 'second', 'third', 'fourth'] as const;

export const weaknessHref = (key: string): string => `/weaknesses/${encodeURIComponent(key)}`;

function HistorySection({ finding }: { finding: FindingDetails }) {
  const t = useT();
  const format = useFormat();
  return (
    <Section flush title={t('findings.history')}>
      <ul className={classes.events}>
        {finding.history.map(({ at, event, details }) => {
          const text = (name: string) =>
            typeof details[name] === 'string' && details[name] !== '' ? details[name] : null;
          const cause = text('cause');
          const [by, reason, source] = [text('by'), text('reason'), text('source')];
          const until = text('exceptedUntil');
          const owner = 'owner' in details ? (text('owner') ?? t('findings.no-owner')) : null;
          return (
            <li key={`${at} ${event}`} className={classes.event}>
              <Dim>
                <span className={classes.number}>{format.time(at)}</span>
              </Dim>
              <div className={classes.eventWords}>
                {worded(t, `findings.event.${event}`, event)}
                {until !== null &&
                  ` (${t('findings.until', { date: format.date(dayAsTime(until)) })})`}
                {owner !== null && `: ${owner}`}{' '}
                <Dim>
                  {[
                    cause !== null && worded(t, `findings.cause.${cause}`, cause),
                    by !== null && <SourceText source={by} />,
                    reason !== null && worded(t, `findings.vex-reason.${reason}`, reason),
                    source !== null && <SourceText source={source} />,
                  ]
                    .filter((part) => part !== false)
                    .map((part, place) => (
                      <Fragment key={places[place]}>
                        {place > 0 && ' · '}
                        {part}
                      </Fragment>
                    ))}
                </Dim>
              </div>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
