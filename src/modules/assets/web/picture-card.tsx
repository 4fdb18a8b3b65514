import { Text } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import classes from './assets.module.css';
import { honestPercent, pictureOf } from './picture.ts';

const shades = [
  { freshness: 'fresh', color: 'var(--mantine-color-moss-filled)' },
  { freshness: 'stale', color: 'var(--mantine-color-amber-filled)' },
  { freshness: 'failed', color: 'var(--mantine-color-crimson-filled)' },
  { freshness: 'never', color: 'var(--mantine-color-gray-5)' },
] as const;

/** How much of what should be known is known; what is unknown takes its own room in the bar. */
export function PictureCard({ byFreshness }: { byFreshness: Readonly<Record<string, number>> }) {
  const t = useT();
  const format = useFormat();
  const picture = pictureOf(byFreshness);
  const notApplicable = byFreshness['not-applicable'] ?? 0;
  return (
    <Section title={t('assets.overview.picture')}>
      {picture.freshPercent === null ? (
        <Text size="sm" c="dimmed">
          {t('assets.overview.picture-none')}
        </Text>
      ) : (
        <>
          <div className={classes.pictureHead}>
            <span className={classes.pictureShare}>{picture.freshPercent}%</span>
            <Text span size="sm" c="dimmed">
              {t('assets.overview.picture-share')}
            </Text>
          </div>
          <div className={classes.pictureBar} aria-hidden="true">
            {shades.map(({ freshness, color }) => {
              const count = byFreshness[freshness] ?? 0;
              return count === 0 ? null : (
                <span key={freshness} style={{ flexGrow: count, backgroundColor: color }} />
              );
            })}
          </div>
          <dl className={classes.legend}>
            {shades.map(({ freshness, color }) => {
              const count = byFreshness[freshness] ?? 0;
              return (
                <div key={freshness}>
                  <dt>
                    <span
                      className={classes.swatch}
                      style={{ backgroundColor: color }}
                      aria-hidden="true"
                    />
                    {t(`shell.freshness.${freshness}`)}
                  </dt>
                  <dd>
                    {format.number(count)}
                    <Text span size="xs" c="dimmed" fw={400}>
                      {' '}
                      ({honestPercent(count, picture.expected)}%)
                    </Text>
                  </dd>
                </div>
              );
            })}
            <div>
              <dt>
                <span className={classes.swatch} data-hollow aria-hidden="true" />
                {t('shell.freshness.not-applicable')}
              </dt>
              <dd>{format.number(notApplicable)}</dd>
            </div>
          </dl>
        </>
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {t('assets.overview.picture-hint')}
      </Text>
    </Section>
  );
}
