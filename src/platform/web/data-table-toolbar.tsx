import { ActionIcon, Button, Group, Menu, Pill, Select, Text, Tooltip } from '@mantine/core';
import { IconColumns3, IconDownload, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Age } from './age.tsx';
import classes from './data-table.module.css';
import type { TableFilter } from './data-table-types.ts';
import { useFormat } from './format.ts';
import type { GoOptions } from './page.ts';
import { SearchBox } from './search-box.tsx';
import { useT } from './translate.ts';

interface TableToolbarProps {
  filters: readonly TableFilter[];
  chosenOf: (name: string) => string;
  setValue: (name: string, value: string, options?: GoOptions) => void;
  searchKey: string | false | undefined;
  searchName: string;
  searchWidthPx: number;
  slashKey: boolean;
  total: number | null;
  totalIsAtLeast: boolean;
  asOf: string | null;
  csvHref: string | null;
  csvName: string;
  columns: readonly { id: string; titleKey: string }[];
  isVisible: (columnId: string) => boolean;
  setVisible: (columnId: string, visible: boolean) => void;
  resetColumns: () => void;
  extra: ReactNode;
}

/** Search, filters, how many rows there are and of when, export and column choice. */
export function TableToolbar(props: TableToolbarProps) {
  const { filters, chosenOf, setValue, searchKey, searchName, columns, isVisible } = props;
  const t = useT();
  const format = useFormat();
  const choices = filters.filter((filter) => filter.options !== undefined);
  const pills = filters.filter(
    (filter) => filter.options === undefined && chosenOf(filter.id) !== '',
  );
  const visibleCount = columns.filter(({ id }) => isVisible(id)).length;
  return (
    <div className={classes.toolbar}>
      <Group gap="xs" className={classes.toolbarFilters}>
        {searchKey !== false && (
          <SearchBox
            value={chosenOf(searchName)}
            onChange={(value) => setValue(searchName, value, { replace: true })}
            slashKey={props.slashKey}
            width={props.searchWidthPx}
            {...(searchKey ? { label: t(searchKey) } : {})}
          />
        )}
        {choices.map((filter) => (
          <Select
            key={filter.id}
            w={126}
            comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
            aria-label={t(filter.labelKey)}
            placeholder={t(filter.labelKey)}
            data={[...(filter.options ?? [])]}
            value={chosenOf(filter.id) === '' ? null : chosenOf(filter.id)}
            onChange={(value) => setValue(filter.id, value ?? '')}
            clearable
            searchable={(filter.options?.length ?? 0) > 8}
            data-chosen={chosenOf(filter.id) !== '' || undefined}
            classNames={{ input: classes.filterInput ?? '' }}
          />
        ))}
        {pills.map((filter) => (
          <Pill
            key={filter.id}
            size="md"
            withRemoveButton
            onRemove={() => setValue(filter.id, '')}
            removeButtonProps={{
              'aria-label': t('shell.remove-filter'),
              icon: <IconX size={12} />,
            }}
            className={classes.pill ?? ''}
          >
            {t(filter.labelKey)}
            {filter.pill ? ': ' : ''}
            {filter.pill?.(chosenOf(filter.id))}
          </Pill>
        ))}
      </Group>
      <Group gap="xs" className={classes.toolbarEnd}>
        <Text size="sm" c="dimmed" component="div" className={classes.total}>
          <span aria-live="polite">
            {props.total === null
              ? ''
              : t('shell.rows', {
                  count: props.total,
                  number: `${format.number(props.total)}${props.totalIsAtLeast ? '+' : ''}`,
                })}
          </span>
          {props.asOf && (
            <>
              {' · '}
              <Age at={props.asOf} />
            </>
          )}
        </Text>
        {props.extra}
        {props.csvHref && (
          <Tooltip label={t('shell.csv-hint')}>
            <Button
              component="a"
              href={props.csvHref}
              download={`${props.csvName}-${new Date().toISOString().slice(0, 10)}.csv`}
              variant="default"
              leftSection={<IconDownload size={15} aria-hidden="true" />}
            >
              CSV
            </Button>
          </Tooltip>
        )}
        <Menu position="bottom-end" closeOnItemClick={false} width={240}>
          <Menu.Target>
            <Tooltip label={t('shell.columns')}>
              <ActionIcon variant="default" size={36} aria-label={t('shell.columns')}>
                <IconColumns3 size={17} />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
            <Menu.Label>{t('shell.columns')}</Menu.Label>
            {columns.map(({ id, titleKey }) => {
              const visible = isVisible(id);
              // The last column stays: a table without columns cannot be repaired by its reader.
              const isLast = visible && visibleCount === 1;
              return (
                <Menu.CheckboxItem
                  key={id}
                  disabled={isLast}
                  checked={visible}
                  onChange={(checked) => props.setVisible(id, checked)}
                >
                  {t(titleKey)}
                </Menu.CheckboxItem>
              );
            })}
            <Menu.Divider />
            <Menu.Item onClick={props.resetColumns}>{t('shell.columns-reset')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </div>
  );
}
