import { Badge, Skeleton, Switch, Tabs, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useT } from '../../../platform/web/translate.ts';
import type { SqlProblem } from '../api.ts';
import { type Draft, type PlatformName, platformNames } from './draft.ts';
import { platformLabel } from './question-parts.tsx';
import { marksOf } from './sql-marks.ts';
import { useOsqueryTables } from './use-questions.ts';

const SqlEditor = lazy(() =>
  import('./sql-editor.tsx').then((part) => ({ default: part.SqlEditor })),
);

interface SqlFieldsProps {
  draft: Draft;
  onChange: (patch: Partial<Draft>) => void;
  problems: readonly SqlProblem[];
  onSubmit: () => void;
}

/** One editor for all platforms, or one for each. */
export function SqlFields({ draft, onChange, problems, onSubmit }: SqlFieldsProps) {
  const t = useT();
  const tables = useOsqueryTables();
  const [tab, setTab] = useState<PlatformName>('linux');
  const name = draft.split ? tab : 'all';
  const text = draft.sql[name];
  const marks = useMemo(
    () => marksOf(problems, draft.split ? tab : null, text),
    [problems, draft.split, tab, text],
  );
  const usable = useMemo(
    () => (draft.split ? tables.filter(({ platforms }) => platforms.includes(tab)) : tables),
    [tables, draft.split, tab],
  );
  const setText = (value: string) => onChange({ sql: { ...draft.sql, [name]: value } });
  const setSplit = (split: boolean) => {
    const { all } = draft.sql;
    if (split) {
      const empty = platformNames.every((one) => draft.sql[one].trim() === '');
      onChange({
        split,
        ...(empty ? { sql: { all, linux: all, darwin: all, windows: all } } : {}),
      });
    } else onChange({ split, sql: { ...draft.sql, all: draft.sql[tab] || all } });
  };
  const editor = (
    <Suspense fallback={<Skeleton height={168} />}>
      <SqlEditor
        // Each statement has its own history of changes.
        key={name}
        value={text}
        onChange={setText}
        label={
          draft.split
            ? t('questions.editor.label-of', { platform: platformLabel(tab) })
            : t('questions.editor.label')
        }
        hint={draft.split ? t('questions.editor.not-asked') : t('questions.editor.hint')}
        tables={usable}
        marks={marks}
        onSubmit={onSubmit}
      />
    </Suspense>
  );
  return (
    <div>
      <Switch
        size="xs"
        mb="sm"
        label={t('questions.editor.split')}
        checked={draft.split}
        onChange={(event) => setSplit(event.currentTarget.checked)}
      />
      {draft.split ? (
        <Tabs
          value={tab}
          onChange={(next) => setTab(platformNames.find((one) => one === next) ?? 'linux')}
          keepMounted={false}
        >
          <Tabs.List mb="xs">
            {platformNames.map((one) => (
              <Tabs.Tab
                key={one}
                value={one}
                rightSection={<TabNote problems={problems} platform={one} draft={draft} />}
              >
                {platformLabel(one)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={tab}>{editor}</Tabs.Panel>
        </Tabs>
      ) : (
        editor
      )}
      <Text size="xs" c="dimmed" mt={6}>
        {t('questions.editor.keys')}
      </Text>
    </div>
  );
}

/** That a platform is not asked, or that its statement has errors. */
function TabNote({
  problems,
  platform,
  draft,
}: {
  problems: readonly SqlProblem[];
  platform: PlatformName;
  draft: Draft;
}) {
  const t = useT();
  if (draft.sql[platform].trim() === '') {
    return (
      <Text span size="xs" c="dimmed">
        {t('questions.editor.none')}
      </Text>
    );
  }
  const errors = problems.filter(
    (problem) => problem.platform === platform && problem.level === 'error',
  ).length;
  if (errors === 0) return null;
  return (
    <Badge size="sm" color="crimson" aria-label={t('questions.editor.errors', { count: errors })}>
      {errors}
    </Badge>
  );
}
