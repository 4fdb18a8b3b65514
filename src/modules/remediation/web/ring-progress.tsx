import { useFormat } from '../../../platform/web/format.ts';
import { Dim, Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Campaign } from '../api.ts';
import { isCounted } from './draft.ts';
import classes from './remediation.module.css';
import { ringStateOf } from './ring-state.ts';
import { StateBar } from './state-parts.tsx';

/** Where the server counts the states of each ring. */
interface RingWithCounts {
  byState?: Readonly<Record<string, number>>;
}

/** The rings one below the other: which is over, which is under way, which waits and for what. */
export function RingProgress({ campaign }: { campaign: Campaign }) {
  const t = useT();
  const format = useFormat();
  const { rings } = campaign;
  return (
    <Section title={t('remediation.rings.title')}>
      <ol className={classes.rings}>
        {rings.map((ring, place) => {
          const state = ringStateOf(campaign, place);
          const { byState: counts } = ring as RingWithCounts;
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, places do not
              key={`${place} ${ring.name}`}
              className={classes.ring}
              data-ring={place}
              data-ring-state={state}
            >
              <span className={classes.ringMark} aria-hidden="true">
                {state === 'ended' ? '✓' : place + 1}
              </span>
              <span>
                <span className={classes.ringName}>{ring.name}</span>{' '}
                <Dim>
                  {isCounted(ring)
                    ? t('remediation.ring.count', { count: ring.atLeast ?? 0 })
                    : t('remediation.ring.percent', {
                        percent: format.percent(ring.percent / 100),
                      })}
                </Dim>
                {ring.selector && (
                  <div className={`${classes.mono} ${classes.second}`}>{ring.selector}</div>
                )}
              </span>
              <span className={classes.number}>
                {t('remediation.endpoints', {
                  count: ring.endpoints,
                  number: format.number(ring.endpoints),
                })}
              </span>
              <span />
              <Dim>
                {state === 'ended' &&
                  t('remediation.ring.ended', { time: format.time(ring.endedAt) })}
                {state === 'running' &&
                  t('remediation.ring.running', { time: format.time(ring.startedAt) })}
                {state === 'soaking' &&
                  t('remediation.ring.soaking', { time: format.duration(ring.soakMinutes * 60) })}
                {state === 'to-come' && t('remediation.ring.to-come')}
              </Dim>
              {counts && ring.endpoints > 0 && (
                <span className={classes.ringBar}>
                  <StateBar by="target" counts={counts} />
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
