import { Badge } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { type Translate, useT } from '../../../platform/web/translate.ts';
import type { FindingDetails } from '../api.ts';
import classes from './findings.module.css';
import { dayAsTime } from './instants.ts';
import { DueLabel, worded } from './labels.tsx';

/** How its due date came about, one input after the other; what was unknown is marked. */
export function DecisionSection({ finding }: { finding: FindingDetails }) {
  const t = useT();
  const format = useFormat();
  const { profile, outcome, clockStartedOn, days, path } = finding.decision;
  return (
    <Section title={t('findings.decision')}>
      <ol className={classes.steps}>
        {path.map(({ input, value, unknown }) => (
          <li key={input} className={classes.step} data-unknown={unknown || undefined}>
            <span>{worded(t, `findings.input.${input}`, input)}</span>
            <span className={classes.stepValue}>
              {unknown ? (
                <Badge variant="outline" className={classes.still}>
                  {t('findings.unknown')}
                </Badge>
              ) : (
                valueText(value, t)
              )}
            </span>
            {unknown && (
              <span className={classes.stepNote}>{unknownText(finding, input, value, t)}</span>
            )}
          </li>
        ))}
        <li className={classes.step}>
          <span>{t('findings.decision.outcome')}</span>
          <span className={classes.stepValue}>
            {worded(t, `findings.outcome.${outcome}`, outcome)}
          </span>
          <span className={classes.stepNote}>
            {worded(t, `findings.profile.${profile}`, profile)}
          </span>
        </li>
        {days !== null && (
          <li className={classes.step}>
            <span>{t('findings.decision.clock')}</span>
            <span className={classes.stepValue}>{format.date(dayAsTime(clockStartedOn))}</span>
            <span className={classes.stepNote}>
              {t(
                finding.weakness.kevListedOn === clockStartedOn
                  ? 'findings.decision.clock-kev'
                  : 'findings.decision.clock-detected',
              )}
            </span>
          </li>
        )}
        <li className={classes.step} data-outcome>
          <span>{t('findings.column.due')}</span>
          <span className={classes.stepValue}>
            <DueLabel finding={finding} inline />
          </span>
        </li>
      </ol>
    </Section>
  );
}

function valueText(value: string, t: Translate): string {
  return worded(t, `findings.value.${value}`, value);
}

/** What an unknown input was taken for. */
function unknownText(
  { decision }: FindingDetails,
  input: string,
  value: string,
  t: Translate,
): string {
  if (input === 'exposed') return t('findings.unknown.exposed');
  const bothUnknown = ['automatable', 'technical-impact'].every((name) =>
    decision.path.some((step) => step.input === name && step.unknown),
  );
  // Not in KEV and neither known: the rule of 60 days, and no value was assumed.
  if (bothUnknown && decision.outcome === '60-days') return t('findings.unknown.both');
  return t('findings.unknown.taken-as', { value: valueText(value, t) });
}
