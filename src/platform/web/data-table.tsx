import { Button, Checkbox, Group, Skeleton, Text } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSelector } from '@tabler/icons-react';
import {
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { apiUrl, type Query } from './api-client.ts';
import { useLinkClick } from './app-link.tsx';
import classes from './data-table.module.css';
import { useSelection } from './data-table-selection.ts';
import { TableToolbar } from './data-table-toolbar.tsx';
import type { DataTableProps } from './data-table-types.ts';
import { selectionLimit, useListWindow, useTableMemory } from './data-table-window.ts';
import { notifyFailure } from './notify.ts';
import { useGo, useSearchState } from './page.ts';
import { EmptyState } from './parts.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import { useT } from './translate.ts';

export type { Column, DataTableProps, TableFilter } from './data-table-types.ts';

const features = tableFeatures({
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
});
// Rows stay outside of the table's model: it would want all of them, we hold a window.
const noRows: Record<string, unknown>[] = [];
const usualRowHeightPx = 40;
/** Browsers cannot lay out more than some 17 million pixels; beyond this one must search. */
const scrollableRows = 400_000;
const checkboxWidthPx = 44;

/** How far each list was scrolled in each entry of the browser's history. */
const places = new Map<string, number>();
const placeKey = (id: string) =>
  `${(window.history.state as { __TSR_key?: string } | null)?.__TSR_key ?? ''}/${id}`;

/**
 * A list of the server as a table: virtual rows, order and filters in the address, columns to
 * choose, export, selection, keyboard. See `DataTableProps`.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, path, queryKey, columns, rowId, rowHref, onRowOpen, filters = [] } = props;
  const { query: fixedQuery, searchKey, defaultSort = '', selectable = false } = props;
  const { searchName = 'q', rowHeightPx = usualRowHeightPx } = props;
  const prefix = props.searchPrefix ?? '';
  const t = useT();
  const go = useGo();
  const linkClick = useLinkClick();
  const gridId = useId();

  const [address, setAddress] = useSearchState<Record<string, string>>({
    [`${prefix}sort`]: defaultSort,
    [`${prefix}${searchName}`]: '',
    ...Object.fromEntries(filters.map((filter) => [`${prefix}${filter.id}`, ''])),
  });
  const chosenOf = (name: string) => address[`${prefix}${name}`] ?? '';
  const askedSort = chosenOf('sort');
  const sortable = columns.some(
    (column) => column.sortable && column.id === askedSort.replace(/^-/, ''),
  );
  const sort = sortable ? askedSort : defaultSort;
  const chosen: Query = {
    ...fixedQuery,
    ...(searchKey === false ? {} : { [searchName]: chosenOf(searchName) }),
    ...Object.fromEntries(filters.map((filter) => [filter.id, chosenOf(filter.id)])),
  };
  const query: Query = { ...chosen, sort };
  const identity = JSON.stringify([path, chosen]);
  const list = useListWindow<Row>(queryKey, path, query);
  const isFiltered =
    chosenOf(searchName) !== '' || filters.some((filter) => chosenOf(filter.id) !== '');

  const [memory, saveMemory] = useTableMemory(id);
  const table = useTable({
    features,
    data: noRows,
    columns: columns.map((column) => ({ id: column.id, size: column.width ?? 160, minSize: 56 })),
    initialState: {
      columnVisibility: {
        ...Object.fromEntries(columns.map((column) => [column.id, !column.defaultHidden])),
        ...memory.columnVisibility,
      },
      columnSizing: memory.columnSizing,
    },
    columnResizeMode: 'onChange',
  });
  const { columnVisibility, columnSizing } = table.state;
  useEffect(() => {
    saveMemory({ columnVisibility, columnSizing });
  }, [columnVisibility, columnSizing, saveMemory]);
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const byId = new Map(columns.map((column) => [column.id, column]));
  const shown = headers.flatMap((header) => {
    const column = byId.get(header.column.id);
    return column ? [{ header, column, width: header.column.getSize() }] : [];
  });
  const template = [
    ...(selectable ? [`${checkboxWidthPx}px`] : []),
    ...shown.map(({ width }) => `minmax(${width}px, ${width}fr)`),
  ].join(' ');
  const minWidth =
    shown.reduce((sum, { width }) => sum + width, 0) + (selectable ? checkboxWidthPx : 0);

  const scroller = useRef<HTMLDivElement>(null);
  const total = list.total ?? 0;
  const count = Math.min(total, scrollableRows);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollPaddingStart: rowHeightPx,
  });
  const items = virtualizer.getVirtualItems();
  const firstShown = items[0]?.index ?? 0;
  const lastShown = items.at(-1)?.index ?? 0;
  const { setRange } = list;
  useEffect(() => setRange(firstShown, lastShown), [setRange, firstShown, lastShown]);

  const [active, setActive] = useState<{ identity: string; index: number } | null>(null);
  const activeIndex = active?.identity === identity && active.index < count ? active.index : null;
  const setActiveIndex = (index: number) => {
    setActive({ identity, index });
    virtualizer.scrollToIndex(index, { align: 'auto' });
  };
  // Another filter is another list and begins at its top; going back finds the old place again.
  const isKnown = list.total !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: identity and sort are the reason to run
  useLayoutEffect(() => {
    if (isKnown) scroller.current?.scrollTo({ top: places.get(placeKey(id)) ?? 0 });
  }, [identity, sort, isKnown]);

  const selection = useSelection(identity, async (first, last) =>
    (await list.fetchSpan(first, last)).map(rowId),
  );
  const guarded = (work: Promise<void>) => {
    work.catch((problem) => notifyFailure(problem, t));
  };
  const open = (row: Row) => {
    if (rowHref) go(rowHref(row));
    else onRowOpen?.(row);
  };

  const move = (event: KeyboardEvent, index: number) => {
    event.preventDefault();
    if (count === 0) return;
    const next = Math.min(count - 1, Math.max(0, index));
    setActiveIndex(next);
    const row = list.rowAt(next);
    if (event.shiftKey && selectable && row) guarded(selection.toggle(rowId(row), next, true));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeightPx) - 2);
    const row = activeIndex === null ? undefined : list.rowAt(activeIndex);
    if (event.key === 'ArrowDown') move(event, (activeIndex ?? -1) + 1);
    else if (event.key === 'ArrowUp') move(event, (activeIndex ?? 1) - 1);
    else if (event.key === 'PageDown') move(event, (activeIndex ?? 0) + page);
    else if (event.key === 'PageUp') move(event, (activeIndex ?? 0) - page);
    else if (event.key === 'Home') move(event, 0);
    else if (event.key === 'End') move(event, count - 1);
    else if (event.key === 'Enter' && row) open(row);
    else if (event.key === ' ' && selectable && row && activeIndex !== null) {
      event.preventDefault();
      guarded(selection.toggle(rowId(row), activeIndex, false));
    } else if (event.key === 'Escape' && selection.ids.size > 0) selection.clear();
  };
  const onRowClick = (event: MouseEvent, row: Row, index: number) => {
    if (event.defaultPrevented) return;
    if ((event.target as Element).closest('a, button, input, label')) return;
    // Selecting text with the mouse is not opening the row.
    if (window.getSelection()?.toString()) return;
    setActive({ identity, index });
    open(row);
  };
  const sortBy = (columnId: string) => {
    const next = sort === columnId ? `-${columnId}` : sort === `-${columnId}` ? '' : columnId;
    setAddress({ [`${prefix}sort`]: next === '' ? defaultSort : next });
  };
  const clearFilters = () =>
    setAddress({
      [`${prefix}${searchName}`]: '',
      ...Object.fromEntries(filters.map((filter) => [`${prefix}${filter.id}`, ''])),
    });
  const allChosen = selection.ids.size > 0 && selection.ids.size >= Math.min(total, selectionLimit);
  const opens = rowHref !== undefined || onRowOpen !== undefined;
  const isLoading = list.total === null && list.problem === null;

  return (
    <div
      className={classes.frame}
      style={props.height === undefined ? undefined : { height: props.height, flex: 'none' }}
      data-fill={props.height === undefined || undefined}
    >
      {selectable && selection.ids.size > 0 ? (
        <Group className={classes.bulkBar} gap="sm" role="toolbar">
          <Text size="sm" fw={600} aria-live="polite">
            {t('shell.selected', { count: selection.ids.size })}
          </Text>
          {selection.ids.size >= selectionLimit && (
            <Text size="xs" c="dimmed">
              {t('shell.selection-limit', { limit: selectionLimit })}
            </Text>
          )}
          <Group gap="xs">{props.bulkActions?.([...selection.ids], selection.clear)}</Group>
          <Button variant="subtle" color="gray" size="xs" ml="auto" onClick={selection.clear}>
            {t('shell.clear-selection')}
          </Button>
        </Group>
      ) : (
        <TableToolbar
          filters={filters}
          chosenOf={chosenOf}
          setValue={(name, value, options) => setAddress({ [`${prefix}${name}`]: value }, options)}
          searchKey={searchKey}
          searchName={searchName}
          searchWidthPx={props.searchWidthPx ?? 240}
          slashKey={prefix === ''}
          total={list.total}
          totalIsAtLeast={list.totalIsAtLeast}
          asOf={list.asOf}
          csvHref={props.csvName ? apiUrl(path, { ...query, format: 'csv' }) : null}
          csvName={props.csvName ?? id}
          columns={columns}
          isVisible={(columnId) => columnVisibility[columnId] !== false}
          setVisible={(columnId, visible) =>
            table.setColumnVisibility((previous) => ({ ...previous, [columnId]: visible }))
          }
          resetColumns={() => {
            table.setColumnVisibility(
              Object.fromEntries(columns.map((column) => [column.id, !column.defaultHidden])),
            );
            table.setColumnSizing({});
          }}
          extra={props.toolbar}
        />
      )}
      {list.problem && <ProblemAlert problem={list.problem} onRetry={list.retry} />}
      {/* biome-ignore lint/a11y/useSemanticElements: virtual rows cannot be a <table> */}
      <div
        ref={scroller}
        className={classes.scroller}
        role="grid"
        tabIndex={0}
        aria-rowcount={list.total ?? -1}
        aria-busy={list.isFetching}
        aria-multiselectable={selectable}
        aria-activedescendant={activeIndex === null ? undefined : `${gridId}-${activeIndex}`}
        onKeyDown={onKeyDown}
        onScroll={(event) => places.set(placeKey(id), event.currentTarget.scrollTop)}
      >
        <div style={{ minWidth }}>
          {/* biome-ignore lint/a11y/useSemanticElements: see above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: focus is with the grid */}
          <div
            role="row"
            aria-rowindex={1}
            className={classes.head}
            style={{ gridTemplateColumns: template }}
          >
            {selectable && (
              // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: grid
              <div role="columnheader" className={classes.checkCell}>
                <Checkbox
                  size="xs"
                  aria-label={t('shell.select-all')}
                  checked={allChosen}
                  indeterminate={selection.ids.size > 0 && !allChosen}
                  disabled={total === 0}
                  onChange={() =>
                    allChosen
                      ? selection.clear()
                      : guarded(
                          list
                            .fetchSpan(0, Math.min(total, selectionLimit) - 1)
                            .then((rows) => selection.add(rows.map(rowId))),
                        )
                  }
                />
              </div>
            )}
            {shown.map(({ header, column }) => {
              const direction =
                sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : 'none';
              return (
                // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: grid
                <div
                  key={column.id}
                  role="columnheader"
                  className={classes.headCell}
                  data-align={column.align}
                  {...(column.sortable ? { 'aria-sort': direction } : {})}
                >
                  {column.sortable ? (
                    <button
                      type="button"
                      className={classes.sortButton}
                      onClick={() => sortBy(column.id)}
                    >
                      <span>{t(column.titleKey)}</span>
                      <SortSign direction={direction} />
                    </button>
                  ) : (
                    <span className={classes.headText}>{t(column.titleKey)}</span>
                  )}
                  <span
                    className={classes.resizer}
                    data-resizing={header.column.getIsResizing() || undefined}
                    onPointerDown={header.getResizeHandler()}
                    onDoubleClick={() => header.column.resetSize()}
                    aria-hidden="true"
                  />
                </div>
              );
            })}
          </div>
          {isLoading &&
            Array.from({ length: 12 }, (_, place) => (
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: twelve alike placeholders
                key={place}
                className={classes.row}
                style={{ gridTemplateColumns: template, height: rowHeightPx }}
                aria-hidden="true"
              >
                {selectable && <span />}
                {shown.map(({ column }) => (
                  <span key={column.id} className={classes.cell}>
                    <Skeleton height={10} width={`${45 + ((place * 17) % 40)}%`} />
                  </span>
                ))}
              </div>
            ))}
          <div
            style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
            data-outdated={list.isOutdated || undefined}
            className={classes.rows}
          >
            {items.map((item) => {
              const row = list.rowAt(item.index);
              const key = row === undefined ? `place-${item.index}` : rowId(row);
              const isSelected = row !== undefined && selection.has(key);
              const href = row !== undefined && rowHref ? rowHref(row) : null;
              return (
                // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: grid
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself takes the keys
                <div
                  key={key}
                  id={`${gridId}-${item.index}`}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={selectable ? isSelected : undefined}
                  className={classes.row}
                  data-active={activeIndex === item.index || undefined}
                  data-selected={isSelected || undefined}
                  data-opens={(opens && row !== undefined) || undefined}
                  style={{
                    gridTemplateColumns: template,
                    height: rowHeightPx,
                    position: 'absolute',
                    insetInline: 0,
                    transform: `translateY(${item.start}px)`,
                  }}
                  onClick={
                    row === undefined ? undefined : (event) => onRowClick(event, row, item.index)
                  }
                >
                  {selectable && (
                    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: grid
                    <div role="gridcell" className={classes.checkCell}>
                      {row !== undefined && (
                        <Checkbox
                          size="xs"
                          tabIndex={-1}
                          aria-label={t('shell.select-row')}
                          checked={isSelected}
                          onChange={() => {}}
                          onClick={(event) => {
                            // The keys go on from here: they belong to the grid.
                            scroller.current?.focus({ preventScroll: true });
                            setActive({ identity, index: item.index });
                            guarded(selection.toggle(key, item.index, event.shiftKey));
                          }}
                        />
                      )}
                    </div>
                  )}
                  {shown.map(({ column }, place) => (
                    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: grid
                    <div
                      key={column.id}
                      role="gridcell"
                      className={classes.cell}
                      data-align={column.align}
                    >
                      {row === undefined ? (
                        <Skeleton height={10} width="60%" />
                      ) : place === 0 && href !== null ? (
                        <a
                          href={href}
                          tabIndex={-1}
                          className={classes.rowLink}
                          onClick={linkClick}
                        >
                          {column.render(row)}
                        </a>
                      ) : (
                        column.render(row)
                      )}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
        {list.total === 0 && !list.isOutdated && (
          <div className={classes.empty}>
            {isFiltered ? (
              <EmptyState
                title={t('shell.no-match')}
                text={t('shell.no-match-text')}
                action={
                  <Button variant="default" onClick={clearFilters}>
                    {t('shell.clear-filters')}
                  </Button>
                }
              />
            ) : (
              (props.emptyState ?? <EmptyState title={t('shell.nothing-yet')} />)
            )}
          </div>
        )}
        {total > scrollableRows && (
          <Text size="xs" c="dimmed" p="sm" ta="center">
            {t('shell.too-many-rows', { rows: scrollableRows })}
          </Text>
        )}
      </div>
    </div>
  );
}

function SortSign({ direction }: { direction: 'ascending' | 'descending' | 'none' }) {
  if (direction === 'ascending') return <IconChevronUp size={14} aria-hidden="true" />;
  if (direction === 'descending') return <IconChevronDown size={14} aria-hidden="true" />;
  return <IconSelector size={14} className={classes.unsorted} aria-hidden="true" />;
}
