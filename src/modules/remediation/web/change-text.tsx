import { Text } from '@mantine/core';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import { type Change, changesOf, hasChanged } from './change-list.ts';
import classes from './remediation.module.css';

type Values = Readonly<Record<string, string | null>>;

/** One change as one reads it: `openssl 3.0.11 → 3.0.15`. */
function ChangeLine({ change }: { change: Change }) {
  const t = useT();
  const { name, before, after } = change;
  const absent = t('remediation.change.absent');
  return (
    <span className={classes.change}>
      {name} {before ?? absent} →{' '}
      {after === undefined ? (
        <Dim>{t('remediation.change.unknown')}</Dim>
      ) : hasChanged(change) ? (
        <span className={classes.changeTo}>{after ?? absent}</span>
      ) : (
        <Dim>{t('remediation.change.same')}</Dim>
      )}
    </span>
  );
}

/** For a cell: the first change over two lines, and how many more there are. */
export function ChangeCell({ before, after }: { before: Values; after: Values }) {
  const t = useT();
  const changes = changesOf(before, after);
  const [first] = changes;
  if (first === undefined) return <Dim>—</Dim>;
  const absent = t('remediation.change.absent');
  return (
    <span className={classes.twoLines}>
      <span className={classes.oneLine}>
        {first.name}
        {changes.length > 1 && <strong> +{changes.length - 1}</strong>}
      </span>
      <span className={`${classes.second} ${classes.mono}`}>
        {first.before ?? absent}
        {first.after !== undefined && (
          <>
            {' → '}
            {hasChanged(first) ? (
              <span className={classes.changeTo}>{first.after ?? absent}</span>
            ) : (
              t('remediation.change.same')
            )}
          </>
        )}
      </span>
    </span>
  );
}

/** All of it. */
export function ChangeList({ before, after }: { before: Values; after: Values }) {
  const t = useT();
  const changes = changesOf(before, after);
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('remediation.change.none')}
      </Text>
    );
  }
  return (
    <ul className={classes.plainList}>
      {changes.map((change) => (
        <li key={change.name} className={classes.countRow}>
          <ChangeLine change={change} />
        </li>
      ))}
    </ul>
  );
}
