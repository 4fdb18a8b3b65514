import { Badge, Button, Drawer } from '@mantine/core';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../web/age.tsx';
import { type Column, DataTable } from '../../web/data-table.tsx';
import { useLive } from '../../web/live.ts';
import { EmptyState, Page } from '../../web/parts.tsx';
import { useScopes } from '../../web/scopes.ts';
import { useT } from '../../web/translate.ts';
import type { User } from '../api.ts';
import { UserForm } from './user-form.tsx';

export default function UsersPage() {
  const t = useT();
  const { namesOf } = useScopes();
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  // Whatever is done to users leaves a record, and records are news.
  useLive(['audit'], [['users']]);
  const columns: readonly Column<User>[] = [
    {
      id: 'displayName',
      titleKey: 'auth.display-name',
      width: 200,
      sortable: true,
      render: (user) => user.displayName,
    },
    {
      id: 'login',
      titleKey: 'auth.login',
      width: 180,
      sortable: true,
      render: (user) => user.login,
    },
    {
      id: 'role',
      titleKey: 'auth.role',
      width: 130,
      sortable: true,
      render: (user) => t(`shell.role.${user.role}`),
    },
    {
      id: 'scopeIds',
      titleKey: 'auth.scopes',
      width: 240,
      render: (user) => namesOf(user.scopeIds),
    },
    {
      id: 'lastSignInAt',
      titleKey: 'auth.last-sign-in',
      width: 150,
      sortable: true,
      render: (user) => <Age at={user.lastSignInAt} never={t('auth.never')} />,
    },
    {
      id: 'disabledAt',
      titleKey: 'auth.state',
      width: 110,
      render: (user) =>
        user.disabledAt === null ? (
          <Badge variant="light" color="moss">
            {t('auth.active')}
          </Badge>
        ) : (
          <Badge variant="outline" color="gray">
            {t('auth.disabled')}
          </Badge>
        ),
    },
    {
      id: 'createdAt',
      titleKey: 'auth.created',
      width: 140,
      sortable: true,
      defaultHidden: true,
      render: (user) => <Age at={user.createdAt} />,
    },
  ];
  return (
    <Page
      titleKey="auth.users"
      subtitle={t('auth.users-text')}
      fill
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
          {t('auth.create-user')}
        </Button>
      }
    >
      <DataTable<User>
        id="users"
        path="/api/users"
        queryKey={['users']}
        columns={columns}
        rowId={(user) => user.id}
        onRowOpen={setEdited}
        searchKey={false}
        defaultSort="displayName"
        csvName="users"
        emptyState={
          <EmptyState
            icon={<IconUsers size={36} stroke={1.4} />}
            title={t('shell.nothing-yet')}
            text={t('auth.users-text')}
          />
        }
      />
      <Drawer
        opened={edited !== null}
        onClose={() => setEdited(null)}
        position="right"
        size={460}
        title={edited === 'new' ? t('auth.create-user') : t('auth.edit-user')}
      >
        {edited !== null && (
          <UserForm user={edited === 'new' ? null : edited} onDone={() => setEdited(null)} />
        )}
      </Drawer>
    </Page>
  );
}
