import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { SearchBox } from '../../../platform/web/search-box.tsx';
import { type Translate, useLanguage, useT } from '../../../platform/web/translate.ts';
import type { PartRows } from '../api.ts';
import classes from './assets.module.css';
import { cellKindOf, compareCells } from './cells.ts';
import { PartCell } from './part-cell.tsx';
import { mainColumnsOf } from './part-tabs.ts';

export type PartRow = PartRows['rows'][number];

/** A column that is worked out from the row. */
export interface DerivedColumn {
  readonly id: string;
  /** The collected column that it explains and stands beside; default: before all of them. */
  readonly after?: string;
  readonly title: string;
  readonly render: (row: PartRow) => ReactNode;
  readonly compare: (a: PartRow, b: PartRow) => number;
}

interface PartRowsTableProps {
  answer: PartRows;
  derived?: readonly DerivedColumn[];
  /** Column that orders the rows at first; default: as collected. */
  firstSort?: string;
}

/** Enough to see what it is about, few enough that the next part is not far. */
const firstRows = 25;
const moreRows = 500;
/** A single row of more columns reads better downwards than across. */
const readableColumns = 6;

function fieldTitle(part: string, column: string, t: Translate): string {
  const key = [`assets.field.${part}.${column}`, `assets.field.${column}`].find(t.has);
  return key ? t(key) : column;
}

/** The rows of one part: search, order by any column, all columns on demand. */
export function PartRowsTable({ answer, derived = [], firstSort }: PartRowsTableProps) {
  const t = useT();
  const language = useLanguage();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState({ column: firstSort ?? '', descending: false });
  const [allColumns, setAllColumns] = useState(false);
  const [limit, setLimit] = useState(firstRows);
  const { part } = answer.state;
  const main = mainColumnsOf(part, answer.columns);
  const columns = allColumns ? answer.columns : main;
  const all = [
    ...derived.filter(({ after }) => after === undefined || !columns.includes(after)),
    ...columns.flatMap((column) => [column, ...derived.filter(({ after }) => after === column)]),
  ];

  const found = useMemo(() => {
    const words = search
      .toLocaleLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return answer.rows;
    return answer.rows.filter((row) => {
      const text = Object.values(row).join('\n').toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [answer.rows, search]);
  const collator = useMemo(() => new Intl.Collator(language, { numeric: true }), [language]);
  const own = derived.find(({ id }) => id === sort.column);
  const sorted =
    sort.column === ''
      ? found
      : [...found].sort((a, b) => {
          if (own) return sort.descending ? own.compare(b, a) : own.compare(a, b);
          const left = a[sort.column] ?? '';
          const right = b[sort.column] ?? '';
          const order = compareCells(cellKindOf(sort.column), left, right, collator);
          // What is empty stays last in both directions.
          return sort.descending && left !== '' && right !== '' ? -order : order;
        });
  const shown = sorted.slice(0, limit);

  const header = (id: string, title: string) => {
    const active = sort.column === id;
    const Sign = sort.descending ? IconChevronDown : IconChevronUp;
    return (
      <th
        key={id}
        scope="col"
        aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      >
        <UnstyledButton
          className={classes.sortButton}
          onClick={() => setSort({ column: id, descending: active && !sort.descending })}
        >
          {title}
          {active && <Sign size={13} aria-hidden="true" />}
        </UnstyledButton>
      </th>
    );
  };

  if (answer.rows.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="md">
        {t('assets.part.empty')}
      </Text>
    );
  }
  const [only] = answer.rows;
  if (answer.rows.length === 1 && only && answer.columns.length > readableColumns) {
    return (
      <dl className={`${classes.facts} ${classes.padded}`}>
        {answer.columns.map((column) => (
          <div key={column} className={classes.fact}>
            <dt>{fieldTitle(part, column, t)}</dt>
            <dd>
              <PartCell kind={cellKindOf(column)} value={only[column] ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return (
    <>
      <Group px="md" py="xs" gap="sm" justify="space-between">
        {answer.rows.length > firstRows ? (
          <SearchBox
            value={search}
            onChange={setSearch}
            label={t('assets.search.rows')}
            width={240}
          />
        ) : (
          <span />
        )}
        <Group gap="sm">
          <Text size="sm" c="dimmed" aria-live="polite">
            {t('assets.part.rows', { count: found.length })}
          </Text>
          {main.length < answer.columns.length && (
            <Button variant="subtle" size="compact-sm" onClick={() => setAllColumns(!allColumns)}>
              {t(allColumns ? 'assets.columns.main' : 'assets.columns.all')}
            </Button>
          )}
        </Group>
      </Group>
      {found.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {t('assets.part.no-match')}
        </Text>
      ) : (
        <div className={classes.scroller}>
          <table className={classes.rows}>
            <thead>
              <tr>
                {all.map((column) =>
                  typeof column === 'string'
                    ? header(column, fieldTitle(part, column, t))
                    : header(column.id, column.title),
                )}
              </tr>
            </thead>
            <tbody>
              {shown.map((row, place) => (
                // Rows of a part have no name of their own: their place in the answer is it.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <tr key={place}>
                  {all.map((column) =>
                    typeof column === 'string' ? (
                      <td key={column}>
                        <PartCell kind={cellKindOf(column)} value={row[column] ?? ''} />
                      </td>
                    ) : (
                      <td key={column.id} className={classes.nowrap}>
                        {column.render(row)}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sorted.length > limit && (
        <Group justify="center" p="xs">
          <Button variant="subtle" size="xs" onClick={() => setLimit(limit + moreRows)}>
            {t('assets.part.show-more', {
              count: Math.min(moreRows, sorted.length - limit),
            })}
          </Button>
        </Group>
      )}
    </>
  );
}
