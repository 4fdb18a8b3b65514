import type { ReactNode } from 'react';
import type { Query } from './api-client.ts';

/** One column of a list. */
export interface Column<Row> {
  /** Also the name by which the server sorts. */
  id: string;
  titleKey: string;
  render: (row: Row) => ReactNode;
  sortable?: boolean;
  defaultHidden?: boolean;
  /** Pixels to begin with; default 160. Readers may drag the edge. */
  width?: number;
  align?: 'left' | 'right' | 'center';
}

/** A filter above the list; its id is the name in the API's query and in the address. */
export interface TableFilter {
  id: string;
  labelKey: string;
  /** The choices. Without them the filter only appears, removable, when a link has set it. */
  options?: readonly { value: string; label: string }[];
  /** How a value set by a link is written on its pill. */
  pill?: (value: string) => ReactNode;
}

export interface DataTableProps<Row> {
  /** Stable; the column choice is remembered under it. */
  id: string;
  /** The list's address: `/api/endpoints`. */
  path: string;
  queryKey: readonly unknown[];
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  /** Where a row leads; Enter and click open it. */
  rowHref?: (row: Row) => string;
  /** What to do with a row that leads nowhere else, e.g. open a drawer. */
  onRowOpen?: (row: Row) => void;
  filters?: readonly TableFilter[];
  /** Parameters that always go along and are not the reader's choice. */
  query?: Query;
  /** A search box; a key for its hint, or false. Default: a box. */
  searchKey?: string | false;
  /** The parameter that the search box sets. Default: `q`. */
  searchName?: string;
  /** Pixels of the search box. Default: 240. */
  searchWidthPx?: number;
  /** E.g. `-lastSeenAt`. */
  defaultSort?: string;
  selectable?: boolean;
  /** Shown while rows are selected. */
  bulkActions?: (ids: readonly string[], clear: () => void) => ReactNode;
  /** Shown when the list is empty without any filter: says what to do next. */
  emptyState?: ReactNode;
  /** File name of the export without its ending; none: no export. */
  csvName?: string;
  /** Further buttons at the right end of the tool bar. */
  toolbar?: ReactNode;
  /** Several tables on one page: goes before their names in the address. */
  searchPrefix?: string;
  /** Pixels of one row, for rows of several lines. Default: 40. */
  rowHeightPx?: number;
  /** Pixels; default: the rest of the page (with `<Page fill>`). */
  height?: number | string;
}
