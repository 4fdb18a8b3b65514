import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ApiProblem, api, useApiAction } from '../../../platform/web/api-client.ts';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Scope, ScopeCreate } from '../api.ts';
import { possibleParentsOf, type ScopeNode, scopePathOf } from './scope-tree.ts';

const kinds = ['company', 'site'] as const;
const relations = ['headquarters', 'domestic', 'overseas', 'group', 'supplier'] as const;
/** Stands for "no parent" in a list of choices, which knows no null. */
const top = 'top';

export const scopeQueryKeys = [
  ['scopes'],
  ['endpoints'],
  ['endpoint'],
  ['assets-overview'],
] as const;

interface ScopeFormProps {
  /** The scope to change; none: a new one. */
  scope?: Scope;
  /** Where a new one is put at first. */
  parent?: Scope | null;
  scopes: readonly Scope[];
  tree: readonly ScopeNode[];
  onDone: () => void;
}

/** Makes a scope, renames it or moves it within the tree. */
export function ScopeForm({ scope, parent, scopes, tree, onDone }: ScopeFormProps) {
  const t = useT();
  const [name, setName] = useState(scope?.name ?? '');
  const [parentId, setParentId] = useState(scope ? scope.parentId : (parent?.id ?? null));
  const [kind, setKind] = useState<ScopeCreate['kind']>(scope?.kind ?? 'site');
  const [relation, setRelation] = useState<ScopeCreate['relation']>(
    scope?.relation ?? parent?.relation ?? 'domestic',
  );
  const [touched, setTouched] = useState(false);
  const save = useApiAction<ScopeCreate>({
    run: (fields) =>
      scope ? api.patch(`/api/scopes/${scope.id}`, fields) : api.post('/api/scopes', fields),
    invalidates: scopeQueryKeys,
    successKey: scope ? 'assets.scopes.changed' : 'assets.scopes.created',
    onSuccess: onDone,
    silentFailure: true,
  });

  const trimmed = name.normalize('NFC').trim();
  const taken = scopes.some(
    (other) => other.id !== scope?.id && other.parentId === parentId && other.name === trimmed,
  );
  const problem =
    trimmed === ''
      ? touched && t('assets.scopes.name-missing')
      : taken && t('assets.scopes.name-taken');
  const parents = scope ? possibleParentsOf(tree, scope.id) : possibleParentsOf(tree, '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (trimmed === '' || taken) return;
    save.mutate({ name: trimmed, parentId, kind, relation });
  };

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {save.error && <ProblemAlert problem={save.error as ApiProblem} />}
        <TextInput
          label={t('assets.scopes.name')}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={() => setTouched(name !== '')}
          error={problem}
          data-autofocus
        />
        <Select
          label={t('assets.scopes.parent')}
          searchable
          allowDeselect={false}
          data={[
            { value: top, label: t('assets.scopes.top') },
            ...parents.map((node) => ({
              value: node.scope.id,
              label: scopePathOf(scopes, node.scope.id),
            })),
          ]}
          value={parentId ?? top}
          onChange={(value) => setParentId(value === null || value === top ? null : value)}
        />
        <div>
          <Text size="sm" fw={500} mb={4} id="scope-kind">
            {t('assets.kind')}
          </Text>
          <SegmentedControl
            aria-labelledby="scope-kind"
            data={kinds.map((value) => ({ value, label: t(`assets.kind.${value}`) }))}
            value={kind}
            onChange={(value) => setKind(kinds.find((one) => one === value) ?? kind)}
          />
        </div>
        <Select
          label={t('assets.relation')}
          allowDeselect={false}
          data={relations.map((value) => ({ value, label: t(`assets.relation.${value}`) }))}
          value={relation}
          onChange={(value) => setRelation(relations.find((one) => one === value) ?? relation)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('shell.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
