import { ActionIcon, Badge, Button, Menu, Modal, Skeleton, Text, Tooltip } from '@mantine/core';
import { modals } from '@mantine/modals';
import {
  IconBuilding,
  IconDots,
  IconEdit,
  IconMapPin,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { Page, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Scope } from '../api.ts';
import classes from './assets.module.css';
import { ScopeForm, scopeQueryKeys } from './scope-form.tsx';
import { useScopes, useScopeTree } from './scope-select.tsx';
import { deleteRefusalOf, flattenScopes } from './scope-tree.ts';

type Editing = { scope: Scope } | { parent: Scope | null };

/** The organisation: companies, sites and suppliers, and how many endpoints each has. */
export function ScopesPage() {
  const t = useT();
  const format = useFormat();
  const mayAdminister = useHolds('assets:administer');
  const answer = useScopes();
  const scopes = answer.data?.items ?? [];
  const tree = useScopeTree(answer.data?.items);
  const [editing, setEditing] = useState<Editing | null>(null);
  useLive(['scopes', 'endpoints'], [['scopes']]);
  const close = () => setEditing(null);

  return (
    <Page
      titleKey="assets.scopes.title"
      subtitle={t('assets.scopes.subtitle')}
      actions={
        mayAdminister && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden="true" />}
            onClick={() => setEditing({ parent: null })}
          >
            {t('assets.scopes.add')}
          </Button>
        )
      }
    >
      {answer.error && (
        <ProblemAlert problem={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <Skeleton height={240} />}
      {answer.data && (
        <Section flush>
          <div className={classes.scroller}>
            <table className={classes.rows}>
              <thead>
                <tr>
                  <th scope="col">{t('assets.scopes.column.name')}</th>
                  <th scope="col">{t('assets.kind')}</th>
                  <th scope="col">{t('assets.relation')}</th>
                  <th scope="col" data-align="right">
                    {t('assets.scopes.column.own')}
                  </th>
                  <th scope="col" data-align="right">
                    {t('assets.scopes.column.all')}
                  </th>
                  {mayAdminister && <td />}
                </tr>
              </thead>
              <tbody>
                {flattenScopes(tree).map(({ scope, depth }) => (
                  <tr key={scope.id}>
                    <td>
                      <span className={classes.withIcon} style={{ paddingInlineStart: depth * 24 }}>
                        {scope.kind === 'company' ? (
                          <IconBuilding size={16} stroke={1.6} aria-hidden="true" />
                        ) : (
                          <IconMapPin size={16} stroke={1.6} aria-hidden="true" />
                        )}
                        {scope.name}
                        {scope.isDefault && (
                          <Tooltip label={t('assets.scopes.default-hint')}>
                            <Badge variant="outline" color="gray" className={classes.still}>
                              {t('assets.scopes.default')}
                            </Badge>
                          </Tooltip>
                        )}
                      </span>
                    </td>
                    <td>{t(`assets.kind.${scope.kind}`)}</td>
                    <td>{t(`assets.relation.${scope.relation}`)}</td>
                    <td data-align="right">
                      <AppLink href={`/endpoints?scopeId=${scope.id}`} inherit>
                        {format.number(scope.endpointCount)}
                      </AppLink>
                    </td>
                    <td data-align="right">
                      <AppLink href={`/endpoints?scopeId=${scope.id}&withDescendants=true`} inherit>
                        {format.number(scope.endpointCountWithDescendants)}
                      </AppLink>
                    </td>
                    {mayAdminister && (
                      <td data-align="right">
                        <ScopeMenu scope={scope} scopes={scopes} onEdit={setEditing} />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
      {answer.data && (
        <Text size="sm" c="dimmed">
          {scopes.length === 1 && `${t('assets.scopes.only-one')} `}
          {t('assets.overview.as-of')} <Age at={answer.data.asOf} />
        </Text>
      )}
      <Modal
        opened={editing !== null}
        onClose={close}
        title={t(
          editing && 'scope' in editing ? 'assets.scopes.edit-title' : 'assets.scopes.create-title',
        )}
      >
        {editing && <ScopeForm {...editing} scopes={scopes} tree={tree} onDone={close} />}
      </Modal>
    </Page>
  );
}

interface ScopeMenuProps {
  scope: Scope;
  scopes: readonly Scope[];
  onEdit: (editing: Editing) => void;
}

function ScopeMenu({ scope, scopes, onEdit }: ScopeMenuProps) {
  const t = useT();
  const remove = useApiAction({
    run: () => api.delete(`/api/scopes/${scope.id}`),
    invalidates: scopeQueryKeys,
    successKey: 'assets.scopes.deleted',
  });
  const askDelete = () => {
    const refusal = deleteRefusalOf(scope, scopes);
    if (refusal !== null) {
      modals.open({
        title: t('assets.scopes.refused-title', { name: scope.name }),
        children: (
          <Text size="sm">
            {t(`assets.scopes.refused.${refusal}`)}{' '}
            {refusal === 'has-endpoints' && (
              <AppLink
                href={`/endpoints?scopeId=${scope.id}`}
                size="sm"
                onClickCapture={() => modals.closeAll()}
              >
                {t('assets.scopes.show-endpoints')}
              </AppLink>
            )}
          </Text>
        ),
      });
      return;
    }
    modals.openConfirmModal({
      title: t('assets.scopes.delete-title', { name: scope.name }),
      children: <Text size="sm">{t('assets.scopes.delete-text')}</Text>,
      labels: { confirm: t('assets.scopes.delete'), cancel: t('shell.cancel') },
      confirmProps: { color: 'crimson' },
      onConfirm: () => remove.mutate(undefined),
    });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          loading={remove.isPending}
          aria-label={t('assets.scopes.actions', { name: scope.name })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPlus size={15} aria-hidden="true" />}
          onClick={() => onEdit({ parent: scope })}
        >
          {t('assets.scopes.add-below')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconEdit size={15} aria-hidden="true" />}
          onClick={() => onEdit({ scope })}
        >
          {t('assets.scopes.edit')}
        </Menu.Item>
        <Menu.Item
          color="crimson"
          leftSection={<IconTrash size={15} aria-hidden="true" />}
          onClick={askDelete}
        >
          {t('assets.scopes.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
