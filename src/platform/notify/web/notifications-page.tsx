import { Button, Drawer, Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useLive } from '../../web/live.ts';
import { useSearchState } from '../../web/page.ts';
import { Page } from '../../web/parts.tsx';
import { useHolds } from '../../web/session.tsx';
import { useT } from '../../web/translate.ts';
import type { Channel } from '../api.ts';
import { ChannelForm } from './channel-form.tsx';
import { ChannelTable } from './channel-table.tsx';
import { NoticeTable } from './notice-table.tsx';

export default function NotificationsPage() {
  const t = useT();
  const administers = useHolds('notices:administer');
  const [{ tab }, setSearch] = useSearchState({ tab: 'notices' });
  const [edited, setEdited] = useState<Channel | 'new' | null>(null);
  useLive(['notices'], [['notices'], ['notification-channels']]);
  const shown = administers && tab === 'channels' ? 'channels' : 'notices';
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      {t('notify.add')}
    </Button>
  );
  return (
    <Page
      titleKey="notify.title"
      subtitle={t('notify.subtitle')}
      fill
      actions={administers ? add : undefined}
    >
      {administers && (
        <Tabs value={shown} onChange={(value) => setSearch({ tab: value ?? 'notices' })} mb="sm">
          <Tabs.List>
            <Tabs.Tab value="notices">{t('notify.tab.notices')}</Tabs.Tab>
            <Tabs.Tab value="channels">{t('notify.tab.channels')}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
      )}
      {shown === 'channels' ? (
        <ChannelTable onOpen={setEdited} add={add} />
      ) : (
        <NoticeTable administers={administers} />
      )}
      <Drawer
        opened={edited !== null}
        onClose={() => setEdited(null)}
        position="right"
        size={520}
        title={t(edited === 'new' ? 'notify.add' : 'notify.edit')}
      >
        {edited !== null && (
          <ChannelForm
            channel={edited === 'new' ? null : edited}
            onDone={(made) => {
              setEdited(null);
              if (made) setSearch({ tab: 'channels' });
            }}
          />
        )}
      </Drawer>
    </Page>
  );
}
