import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { Dim, Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import classes from './findings.module.css';
import { referencesOf } from './references.ts';

const shownAtFirst = 8;

/** What others have written about it. Links leave the console and do not say from where. */
export function ReferenceSection({ urls }: { urls: readonly string[] }) {
  const t = useT();
  const [showAll, setShowAll] = useState(false);
  const references = referencesOf(urls);
  const shown = showAll ? references : references.slice(0, shownAtFirst);
  return (
    <Section title={t('findings.references')}>
      {references.length === 0 ? (
        <Dim>{t('findings.references-none')}</Dim>
      ) : (
        <ul className={classes.list}>
          {shown.map(({ text, href }) => (
            <li key={text}>
              {href === null ? (
                text
              ) : (
                <Anchor href={href} target="_blank" rel="noreferrer noopener" inherit>
                  {text}
                </Anchor>
              )}
            </li>
          ))}
        </ul>
      )}
      {references.length > shown.length && (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setShowAll(true)}>
          {t('findings.references-more', { count: references.length - shown.length })}
        </Button>
      )}
    </Section>
  );
}
