import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useGo } from '../../../platform/web/page.ts';
import { Page } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import { askHref } from './ask-link.ts';
import { LibraryBrowser } from './library-browser.tsx';
import { QuestionPlaces } from './question-parts.tsx';

/** The ready questions, to choose one and ask. */
export function LibraryPage() {
  const t = useT();
  const go = useGo();
  return (
    <Page
      titleKey="questions.library.title"
      subtitle={t('questions.library.subtitle')}
      actions={
        <Button
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden="true" />}
          onClick={() => go('/questions/new?mode=sql')}
        >
          {t('questions.write-sql')}
        </Button>
      }
    >
      <QuestionPlaces here="library" />
      <LibraryBrowser hrefOf={({ key }) => askHref({ library: key })} slashKey />
    </Page>
  );
}
