import { IconHistory } from '@tabler/icons-react';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import { ChangesTable } from './changes-table.tsx';
import { partNames } from './part-tabs.ts';

/** Changes of all endpoints as they come in, newest first. */
export function ChangesPage() {
  const t = useT();
  useLive(['endpoints', 'software', 'changes'], [['changes']]);
  return (
    <Page titleKey="assets.changes.title" fill>
      <ChangesTable
        id="assets.changes"
        path="/api/changes"
        queryKey={['changes']}
        parts={partNames}
        ofMany
        csvName="yojin-changes"
        emptyState={
          <EmptyState
            icon={<IconHistory size={40} stroke={1.3} aria-hidden="true" />}
            title={t('assets.changes.empty-title')}
            text={t('assets.changes.empty-text')}
          />
        }
      />
    </Page>
  );
}
