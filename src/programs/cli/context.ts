import { languageOf, terminalLanguage } from '../../platform/i18n/language.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type ConnectionOptions, connectionOf } from './connection.ts';
import { type Column, columnsThatFit, renderTable } from './table.ts';
import { type CliTexts, cliTexts } from './texts.ts';

/** Options that every command takes. */
export interface GlobalOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly lang?: string;
}

/** What a command works with: the server, the texts, and where to write. */
export interface Context {
  readonly texts: CliTexts;
  readonly json: boolean;
  readonly options: GlobalOptions;
  readonly now: Date;
  /** Columns of the terminal; undefined when the output goes to a file or a pipe. */
  readonly terminalColumns: number | undefined;
  api(): ApiClient;
  print(text: string): void;
  printJson(value: unknown): void;
  printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void;
  /** To standard error: what is about the output and not in it. */
  note(text: string): void;
}

export function createContext(options: GlobalOptions): Context {
  const texts = cliTexts(languageOf(options.lang) ?? terminalLanguage(undefined, process.env));
  const terminalColumns = process.stdout.isTTY ? process.stdout.columns : undefined;
  let client: ApiClient | undefined;
  const print = (text: string) => void process.stdout.write(text);
  return {
    texts,
    json: options.json === true,
    options,
    now: new Date(),
    terminalColumns,
    api() {
      client ??= createApiClient(connectionOf(options, process.env));
      return client;
    },
    print,
    printJson: (value) => print(`${JSON.stringify(value, null, 2)}\n`),
    printTable(columns, rows) {
      const fitting = columnsThatFit(columns, rows, terminalColumns);
      print(renderTable(fitting, rows, terminalColumns));
      if (fitting.length === columns.length) return;
      const titles = columns
        .filter((column) => !fitting.includes(column))
        .map(({ title }) => title);
      this.note(texts('list.left-out', { columns: titles.join(texts('list.comma')) }));
    },
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** What all lists answer; see platform/http/list.ts. */
export interface ListOf<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly asOf: string;
}

export interface ListOptions {
  readonly limit: number;
  readonly offset: number;
  readonly sort?: string;
  readonly csv?: boolean;
}

/** Fetches one window of a list and shows it: as JSON, as CSV (the whole list), or as a table. */
export async function showList<Item>(
  context: Context,
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
  { limit, offset, sort, csv }: ListOptions,
  columns: readonly Column<Item>[],
): Promise<void> {
  const api = context.api();
  if (csv) {
    context.print(await api.getText(path, { ...query, sort, format: 'csv' }));
    return;
  }
  const list = await api.get<ListOf<Item>>(path, { ...query, limit, offset, sort });
  if (context.json) {
    context.printJson(list);
    return;
  }
  if (list.items.length > 0) context.printTable(columns, list.items);
  const { texts } = context;
  const last = offset + list.items.length;
  if (list.total === 0) context.note(texts('list.empty'));
  else if (list.items.length === 0)
    context.note(texts('list.beyond', { total: list.total, offset }));
  else if (last < list.total || offset > 0) {
    const values = { from: offset + 1, to: last, total: list.total, next: last };
    context.note(texts(last < list.total ? 'list.window-more' : 'list.window', values));
  }
}
