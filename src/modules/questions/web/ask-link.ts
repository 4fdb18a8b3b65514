/** What a link to the composer may bring along. */
export interface AskLink {
  /** Key of a question of the library. */
  library?: string;
  sql?: string;
  /** A selector. */
  where?: string;
  /** One endpoint, by id. */
  endpoint?: string;
  /** An earlier question, by id: begin with its text and target. */
  from?: number;
}

/** The address of the composer, filled in. */
export function askHref({ library, sql, where, endpoint, from }: AskLink): string {
  const params = new URLSearchParams();
  if (library) params.set('library', library);
  if (sql) params.set('sql', sql);
  if (where) params.set('where', where);
  if (endpoint) params.set('endpoint', endpoint);
  if (from !== undefined) params.set('from', String(from));
  const text = params.toString();
  return text === '' ? '/questions/new' : `/questions/new?${text}`;
}

/** Reads the search of an address; what makes no sense is left out. */
export function readAskLink(search: string): AskLink {
  const params = new URLSearchParams(search);
  const text = (name: string) => {
    const value = params.get(name)?.trim() ?? '';
    return value === '' ? undefined : value;
  };
  const library = text('library');
  const sql = text('sql');
  const where = text('where');
  const endpoint = text('endpoint');
  const from = text('from');
  return {
    // A question of the library goes before a statement: the link cannot mean both.
    ...(library ? { library } : sql ? { sql: sql.slice(0, 20_000) } : {}),
    ...(where ? { where: where.slice(0, 4000) } : {}),
    ...(endpoint && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(endpoint)
      ? { endpoint }
      : {}),
    ...(from && /^\d{1,15}$/.test(from) ? { from: Number(from) } : {}),
  };
}
