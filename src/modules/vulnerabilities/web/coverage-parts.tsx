import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Coverage } from '../api.ts';
import { honestShare } from './feed-states.ts';
import classes from './vulnerabilities.module.css';

/** What could not be assessed, why, and what to do about it. */
export function NotAssessedList({ reasons }: { reasons: Coverage['reasons'] }) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  return (
    <ul className={classes.reasons}>
      {reasons.map(({ reason, count, ecosystems, remedy }) => (
        <li key={reason} className={classes.reason}>
          <span className={classes.reasonCount}>{format.number(count)}</span>
          <span>
            {t(`vulnerabilities.reason.${reason}`)}
            {ecosystems.length > 0 && ` (${ecosystems.join(', ')})`}
            <div className={classes.remedy}>
              {reason === 'feed-never-imported' || reason === 'feed-too-old' ? (
                <AppLink href="/feeds" inherit>
                  {t(`vulnerabilities.remedy.${reason}`)}
                </AppLink>
              ) : (
                remedy[language]
              )}
            </div>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Part of a whole in large type; nothing to assess is not 0 %. */
export function Share({
  labelKey,
  part,
  whole,
}: {
  labelKey: string;
  part: number;
  whole: number;
}) {
  const t = useT();
  const format = useFormat();
  const percent = honestShare(part, whole);
  return (
    <div>
      <div className={classes.shareLabel}>{t(labelKey)}</div>
      <div className={classes.share}>{percent === null ? '—' : `${percent}%`}</div>
      <div className={classes.small}>
        {percent === null
          ? t('vulnerabilities.nothing-to-assess')
          : t('vulnerabilities.part-of', {
              part: format.number(part),
              whole: format.number(whole),
            })}
      </div>
    </div>
  );
}
