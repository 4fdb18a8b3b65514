import type { Column } from '../../../platform/web/data-table.tsx';
import classes from './questions.module.css';
import { columnWidthOf } from './row-columns.ts';

/**
 * Columns of answers, as the statement calls them; the server sorts by the same names, except where
 * they are those of our own columns (`taken`). An absent value is not an empty one.
 */
export function valueColumns<Row extends { values: Readonly<Record<string, string>> }>(
  names: readonly string[],
  taken: readonly string[] | 'unsorted',
): Column<Row>[] {
  return names.map((name) => {
    const sortable = taken !== 'unsorted' && !taken.includes(name);
    return {
      id: sortable ? name : `values.${name}`,
      // Not a key of ours: a name that has no words stands for itself.
      titleKey: name,
      width: columnWidthOf(name),
      sortable,
      render: (row) => {
        const value = row.values[name];
        if (value === undefined) return <span aria-hidden="true">—</span>;
        return (
          <span className={classes.oneLine} title={value.length > 24 ? value : undefined}>
            {value}
          </span>
        );
      },
    };
  });
}
