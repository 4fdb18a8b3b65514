import { MultiSelect, Select, Stack, Switch } from '@mantine/core';
import type { Static } from 'typebox';
import { useScopes } from '../../web/scopes.ts';
import { useT } from '../../web/translate.ts';
import type { RoleName } from '../api.ts';

export type Role = Static<typeof RoleName>;
export const roleNames: readonly Role[] = ['viewer', 'operator', 'administrator'];

export interface Reach {
  role: Role;
  /** Null: all scopes. */
  scopeIds: string[] | null;
}

interface ReachFieldsProps {
  value: Reach;
  onChange: (value: Reach) => void;
  /** Roles that may be given; default: all. */
  roles?: readonly Role[];
  error?: string | undefined;
}

/** What somebody (or a token) may do, and where. */
export function ReachFields({ value, onChange, roles = roleNames, error }: ReachFieldsProps) {
  const t = useT();
  const { options } = useScopes();
  return (
    <Stack gap="sm">
      <Select
        label={t('auth.role')}
        description={t(`auth.role-hint.${value.role}`)}
        data={roles.map((role) => ({ value: role, label: t(`shell.role.${role}`) }))}
        value={value.role}
        allowDeselect={false}
        onChange={(role) => role && onChange({ ...value, role: role as Role })}
      />
      <Switch
        label={t('shell.all-scopes')}
        checked={value.scopeIds === null}
        onChange={(event) =>
          onChange({ ...value, scopeIds: event.currentTarget.checked ? null : [] })
        }
      />
      {value.scopeIds !== null && (
        <MultiSelect
          label={t('auth.scopes')}
          description={t('auth.scopes-hint')}
          data={options}
          value={value.scopeIds}
          onChange={(scopeIds) => onChange({ ...value, scopeIds })}
          searchable
          error={error}
        />
      )}
    </Stack>
  );
}
