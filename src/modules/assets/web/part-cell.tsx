import { Badge } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import classes from './assets.module.css';
import { type CellKind, yesNoOf } from './cells.ts';
import { instantOf } from './instants.ts';

/** Longer values, in characters, would be squeezed to a column of syllables. */
const longText = 32;

/** What wants to be noticed among many alike. */
const alarming: Readonly<Record<string, string>> = {
  failed: 'crimson',
  empty: 'crimson',
  running: 'moss',
};

/** One value of a part as people read it; what cannot be read is shown as it came. */
export function PartCell({ kind, value }: { kind: CellKind; value: string }) {
  const t = useT();
  const format = useFormat();
  if (value === '') return <Dim>—</Dim>;
  switch (kind) {
    case 'bytes': {
      const bytes = Number(value);
      return Number.isFinite(bytes) ? format.bytes(bytes) : value;
    }
    case 'time': {
      const at = instantOf(value);
      return at ? <span className={classes.nowrap}>{format.time(at.toISOString())}</span> : value;
    }
    case 'yes-no': {
      const answer = yesNoOf(value);
      return answer === null ? value : t(answer ? 'assets.yes' : 'assets.no');
    }
    case 'state':
    case 'password': {
      const key = kind === 'state' ? `assets.state.${value}` : `assets.password.${value}`;
      const words = t.has(key) ? t(key) : value;
      const color = alarming[value];
      return color ? (
        <Badge variant="light" color={color} className={classes.still}>
          {words}
        </Badge>
      ) : (
        words
      );
    }
    case 'code':
      return (
        <span
          className={value.length > longText ? `${classes.mono} ${classes.long}` : classes.mono}
        >
          {value}
        </span>
      );
    default:
      return value.length > longText ? <span className={classes.long}>{value}</span> : value;
  }
}
