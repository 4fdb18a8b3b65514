import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import classes from './findings.module.css';
import { classNames } from './labels.tsx';

interface ClassTabsProps {
  chosen: string;
  /** Absent: not known. */
  counts: Readonly<Record<string, number | undefined>>;
  hrefOf: (name: string) => string;
}

/** What counts, and what is kept apart: each one click away, with how many there are. */
export function ClassTabs({ chosen, counts, hrefOf }: ClassTabsProps) {
  const t = useT();
  const format = useFormat();
  const onClick = useLinkClick();
  return (
    <nav aria-label={t('findings.column.class')}>
      <ul className={classes.classes}>
        {classNames.map((name) => (
          <li key={name}>
            <a
              href={hrefOf(name)}
              onClick={onClick}
              className={classes.class}
              aria-current={chosen === name}
              title={t(`findings.class-hint.${name}`)}
            >
              {t(`findings.class.${name}`)}
              <span className={classes.classCount}>{format.number(counts[name])}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
