import { useMemo } from 'react';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim, Section } from '../../../platform/web/parts.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import { useWorkText } from './action-words.ts';
import classes from './remediation.module.css';

/** What was agreed on: the work, whom it concerns, when, and who said so. */
export function CampaignFacts({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const workText = useWorkText();
  const { work, selector, window, createdBy, createdAt, approvedBy, startedAt, endedAt } = campaign;
  const dayNames = useMemo(() => {
    const day = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
    // 4 January 1970 was a Sunday.
    return Array.from({ length: 7 }, (_, at) => day.format((at + 3) * 86_400_000));
  }, [language]);
  const script = work.kind === 'action' && work.action.type === 'script' ? work.action : null;
  return (
    <Section title={t('remediation.facts.title')}>
      <dl className={classes.facts}>
        <div>
          <dt>{t('remediation.facts.work')}</dt>
          <dd>
            {work.kind === 'fix' ? (
              <AppLink href={`/findings?fixId=${work.fixId}`} inherit>
                {workText(work)}
              </AppLink>
            ) : (
              workText(work)
            )}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.compose.where')}</dt>
          <dd>
            {selector.trim() === '' ? (
              <Dim>{t('remediation.facts.no-selector')}</Dim>
            ) : (
              <span className={classes.mono}>{selector}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.facts.window')}</dt>
          <dd>
            {window === null ? (
              <Dim>{t('remediation.facts.no-window')}</Dim>
            ) : (
              t('remediation.facts.window-text', {
                days: [...window.days]
                  .sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
                  .map((day) => dayNames[day] ?? '')
                  .join(t('remediation.list-separator')),
                from: window.from,
                to: window.to,
              })
            )}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.column.deadline')}</dt>
          <dd>{format.time(campaign.deadlineAt)}</dd>
        </div>
        <div>
          <dt>{t('remediation.column.created-by')}</dt>
          <dd>
            {createdBy} <Dim>{format.time(createdAt)}</Dim>
          </dd>
        </div>
        <div>
          <dt>{t('remediation.facts.approved-by')}</dt>
          <dd>{approvedBy ?? <Dim>—</Dim>}</dd>
        </div>
        <div>
          <dt>{t('remediation.facts.started')}</dt>
          <dd>
            {startedAt === null ? (
              <Dim>{t('remediation.facts.not-started')}</Dim>
            ) : (
              format.time(startedAt)
            )}
          </dd>
        </div>
        <div>
          <dt>{t('remediation.facts.ended')}</dt>
          <dd>
            {endedAt === null ? (
              <Dim>{t('remediation.facts.not-ended')}</Dim>
            ) : (
              format.time(endedAt)
            )}
          </dd>
        </div>
      </dl>
      {script && (
        <>
          <h3 className={classes.subhead} style={{ marginTop: 16 }}>
            {t('remediation.field.script')} · SHA-256{' '}
            <span className={classes.mono}>{script.sha256}</span>
          </h3>
          <pre className={classes.output}>{script.text}</pre>
        </>
      )}
    </Section>
  );
}
