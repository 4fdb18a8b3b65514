import { SegmentedControl } from '@mantine/core';
import { IconFlame } from '@tabler/icons-react';
import { Additions } from '../../../platform/web/additions.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useGo, useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { SelectorBox } from '../../../platform/web/selector-box.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { FindingsOverview } from '../api.ts';
import { ClassTabs } from './class-tabs.tsx';
import { DueRules } from './due-rules.tsx';
import classes from './findings.module.css';
import { FindingsTable } from './findings-table.tsx';
import { FixesTable } from './fixes-table.tsx';
import { classNames } from './labels.tsx';

/** All findings, by urgency or by what removes them. */
export function FindingsPage() {
  const t = useT();
  const go = useGo();
  const [{ group, class: findingClass, scopeId, where }, setSearch] = useSearchState({
    group: 'urgency',
    class: 'normal',
    scopeId: '',
    where: '',
  });
  useLive(['findings'], [['findings']]);
  const overview = useApi<FindingsOverview>(['findings', 'overview'], '/api/findings/overview', {
    scopeId,
  });
  const byFix = group === 'fix';
  const isAssessed = overview.data === undefined || overview.data.active !== null;
  const withScope = (params: Record<string, string>) => {
    const text = new URLSearchParams({
      ...params,
      ...(scopeId === '' ? {} : { scopeId }),
      ...(where === '' ? {} : { where }),
    }).toString();
    return text === '' ? '/findings' : `/findings?${text}`;
  };
  return (
    <Page
      titleKey="findings.title"
      subtitle={t('findings.only-observation')}
      actions={<DueRules />}
      fill
    >
      <Additions place="finding-list.head" />
      <div className={classes.views}>
        <SegmentedControl
          size="sm"
          aria-label={t('findings.group')}
          value={byFix ? 'fix' : 'urgency'}
          onChange={(value) => go(withScope(value === 'fix' ? { group: 'fix' } : {}))}
          data={[
            { value: 'urgency', label: t('findings.group.urgency') },
            { value: 'fix', label: t('findings.group.fix') },
          ]}
        />
        {!byFix && (
          <ClassTabs
            chosen={findingClass}
            counts={countsOf(overview.data)}
            hrefOf={(name) => withScope(name === 'normal' ? {} : { class: name })}
          />
        )}
      </div>
      <SelectorBox
        value={where}
        onChange={(next) => setSearch({ where: next })}
        label={t('findings.where')}
      />
      {byFix ? (
        <FixesTable />
      ) : (
        <FindingsTable
          // Columns and filters are the same; what is counted apart has a list of its own.
          key={findingClass}
          id="findings.list"
          query={{ class: findingClass, where }}
          csvName="yojin-findings"
          emptyState={
            where !== '' ? undefined : (
              <EmptyState
                icon={<IconFlame size={40} stroke={1.3} aria-hidden="true" />}
                title={t(isAssessed ? 'findings.empty-title' : 'findings.unassessed-title')}
                text={t(isAssessed ? 'findings.empty-text' : 'findings.unassessed-text')}
              />
            )
          }
        />
      )}
    </Page>
  );
}

/** Each class with its number, zero included; nothing while nothing was assessed. */
function countsOf(overview: FindingsOverview | undefined): Record<string, number> {
  if (overview === undefined || overview.active === null) return {};
  return Object.fromEntries(classNames.map((name) => [name, overview.byClass[name] ?? 0]));
}
