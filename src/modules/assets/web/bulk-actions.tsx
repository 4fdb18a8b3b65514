import { Button, Chip, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconSitemap, IconTag, IconUser } from '@tabler/icons-react';
import { type FormEvent, useId, useState } from 'react';
import { useT } from '../../../platform/web/translate.ts';
import { type Before, type Change, cleanTags } from './bulk-change.ts';
import { CriticalitySelect } from './criticality-select.tsx';
import { ScopeSelect } from './scope-select.tsx';
import { useChangeEndpoints } from './use-change-endpoints.tsx';

const kinds = [
  { kind: 'scope', icon: IconSitemap },
  { kind: 'owner', icon: IconUser },
  { kind: 'criticality', icon: IconAlertTriangle },
  { kind: 'tags', icon: IconTag },
] as const;
type Kind = (typeof kinds)[number]['kind'];

/** The API takes at most so many tags to add, and as many to remove, at once. */
const mostTags = 20;

interface BulkActionsProps {
  /** The chosen endpoints as they are now. */
  chosen: readonly Before[];
  clear: () => void;
}

/** What can be done to several endpoints at once; each can be undone. */
export function BulkActions({ chosen, clear }: BulkActionsProps) {
  const t = useT();
  const [kind, setKind] = useState<Kind | null>(null);
  return (
    <>
      {kinds.map(({ kind: one, icon: Icon }) => (
        <Button
          key={one}
          size="xs"
          variant="default"
          leftSection={<Icon size={14} aria-hidden="true" />}
          onClick={() => setKind(one)}
        >
          {t(`assets.bulk.${one}`)}
        </Button>
      ))}
      <Modal
        opened={kind !== null}
        onClose={() => setKind(null)}
        title={kind === null ? '' : t(`assets.bulk.${kind}`)}
      >
        {kind !== null && (
          <BulkForm
            kind={kind}
            chosen={chosen}
            onDone={() => {
              setKind(null);
              clear();
            }}
            onCancel={() => setKind(null)}
          />
        )}
      </Modal>
    </>
  );
}

interface BulkFormProps {
  kind: Kind;
  chosen: readonly Before[];
  onDone: () => void;
  onCancel: () => void;
}

function BulkForm({ kind, chosen, onDone, onCancel }: BulkFormProps) {
  const t = useT();
  const changeEndpoints = useChangeEndpoints();
  const [busy, setBusy] = useState(false);
  const [scopeId, setScopeId] = useState<string | null>(null);
  const [owner, setOwner] = useState('');
  const [criticality, setCriticality] = useState<Before['criticality'] | null>(null);
  const [addTags, setAddTags] = useState<string[]>([]);
  const [removeTags, setRemoveTags] = useState<string[]>([]);
  const presentTags = [...new Set(chosen.flatMap(({ tags }) => tags))].sort();

  const changeOf = (): Change | null => {
    if (kind === 'scope') return scopeId === null ? null : { scopeId };
    if (kind === 'owner') return { owner: owner.trim() === '' ? null : owner.trim() };
    if (kind === 'criticality') return criticality === null ? null : { criticality };
    const added = cleanTags(addTags);
    const removed = removeTags;
    if (added.length === 0 && removed.length === 0) return null;
    return {
      ...(added.length > 0 ? { addTags: added } : {}),
      ...(removed.length > 0 ? { removeTags: removed } : {}),
    };
  };
  const change = changeOf();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change === null || busy) return;
    setBusy(true);
    void changeEndpoints(chosen, change)
      .then((done) => {
        if (done) onDone();
      })
      .finally(() => setBusy(false));
  };

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {kind === 'scope' && <ScopeSelect value={scopeId} onChange={setScopeId} data-autofocus />}
        {kind === 'owner' && (
          <TextInput
            label={t('assets.column.owner')}
            description={t('assets.bulk.owner-hint')}
            value={owner}
            maxLength={200}
            onChange={(event) => setOwner(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {kind === 'criticality' && (
          <CriticalitySelect value={criticality} onChange={setCriticality} />
        )}
        {kind === 'tags' && (
          <>
            <TagsInput
              label={t('assets.bulk.add-tags')}
              description={t('assets.bulk.tags-hint')}
              value={addTags}
              onChange={setAddTags}
              maxTags={mostTags}
              maxLength={60}
              acceptValueOnBlur
              data-autofocus
            />
            <RemovableTags tags={presentTags} chosen={removeTags} onChange={setRemoveTags} />
          </>
        )}
        <Text size="sm" c="dimmed">
          {t('assets.bulk.for', { count: chosen.length })}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('shell.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={change === null}>
            {t('assets.bulk.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface RemovableTagsProps {
  /** Tags that at least one of the chosen endpoints bears: others cannot be taken off. */
  tags: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function RemovableTags({ tags, chosen, onChange }: RemovableTagsProps) {
  const t = useT();
  const labelId = useId();
  return (
    <div>
      <Text size="sm" fw={500} mb={6} id={labelId}>
        {t('assets.bulk.remove-tags')}
      </Text>
      {tags.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('assets.bulk.no-tags')}
        </Text>
      ) : (
        <Group
          gap={6}
          mah={160}
          style={{ overflowY: 'auto' }}
          role="group"
          aria-labelledby={labelId}
        >
          <Chip.Group multiple value={[...chosen]} onChange={onChange}>
            {tags.map((tag) => (
              <Chip
                key={tag}
                value={tag}
                size="xs"
                disabled={chosen.length >= mostTags && !chosen.includes(tag)}
              >
                {tag}
              </Chip>
            ))}
          </Chip.Group>
        </Group>
      )}
    </div>
  );
}
