import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Mark } from '../../web/brand.tsx';
import { useSession } from '../../web/session.tsx';
import { LanguageMenu, SchemeMenu } from '../../web/shell-header.tsx';
import { useT } from '../../web/translate.ts';
import classes from './gate.module.css';

/** The frame of the pages before the door: sign-in and set-up. */
export function Gate({ children }: { children: ReactNode }) {
  const t = useT();
  const { version } = useSession();
  return (
    <div className={classes.gate}>
      <aside className={classes.aside}>
        <div className={classes.lockup}>
          <Mark size={44} />
          <div>
            <ruby className={classes.kanji} lang="ja">
              用心<rt>ようじん</rt>
            </ruby>
            <div className={classes.latin}>Yojin</div>
          </div>
        </div>
        <div>
          <p className={classes.motto}>{t('auth.motto')}</p>
          <p className={classes.mottoText}>{t('auth.motto-text')}</p>
        </div>
        <p className={classes.version}>{version}</p>
      </aside>
      <main className={classes.main}>
        <Group gap={4} className={classes.controls}>
          <LanguageMenu />
          <SchemeMenu />
        </Group>
        <div className={classes.form}>{children}</div>
        <Text size="xs" c="dimmed" className={classes.foot}>
          {t('auth.open-source')}
        </Text>
      </main>
    </div>
  );
}
