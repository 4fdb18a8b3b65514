import type { ReactNode } from 'react';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import classes from './findings.module.css';

/** Label, value, and what is said instead of a value that is absent (default: unknown). */
export type Fact = readonly [label: string, value: ReactNode, absent?: string];

export function FactList({ facts }: { facts: readonly Fact[] }) {
  const t = useT();
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value, absent]) => (
        <div key={label} className={classes.fact}>
          <dt>{label}</dt>
          <dd>
            {value === null || value === '' ? <Dim>{absent ?? t('findings.unknown')}</Dim> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
