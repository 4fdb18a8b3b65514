import classes from './brand.module.css';
import { useT } from './translate.ts';

/** The mark: a lantern's flame in a seal. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#c8431c" />
      <path
        d="M16.6 5.2c.5 3.6-1.2 5.4-3 7.4-1.9 2.1-3.8 4.3-3.8 7.6 0 4 2.8 6.8 6.3 6.8 3.7 0 6.4-2.8 6.4-6.7 0-2.4-1-4.4-2.2-5.9-.2 1.4-.8 2.4-1.8 3 .4-4.6-.6-9-1.9-12.2Z"
        fill="#fff"
      />
      <path
        d="M16.2 17.6c-1.3 1.3-2.5 2.5-2.5 4.4 0 1.6 1.1 2.8 2.5 2.8s2.5-1.2 2.5-2.8c0-1.8-1.2-3-2.5-4.4Z"
        fill="#f06c40"
      />
    </svg>
  );
}

/** Mark and name. The reading stands beside the characters for those who do not know them. */
export function Brand({ size = 28 }: { size?: number }) {
  const t = useT();
  return (
    <span className={classes.brand} title={t('shell.brand-reading')}>
      <Mark size={size} />
      <span className={classes.kanji} lang="ja">
        用心
      </span>
      <span className={classes.latin}>Yojin</span>
    </span>
  );
}
