import pg from 'pg';
import { errnoOf, LaunchFailure } from './failure.ts';

const oldestMajor = 15;

/**
 * Checks that DATABASE_URL leads to a PostgreSQL that we can work with; returns its version.
 * @throws LaunchFailure database-url-wrong, database-unreachable, database-refused, database-too-old
 */
export async function checkDatabase(connectionString: string): Promise<{ version: string }> {
  const shown = withoutPassword(connectionString);
  let client: pg.Client;
  try {
    if (!/^(postgres|postgresql):\/\//.test(connectionString)) throw new Error('postgresql://…');
    client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  } catch (error) {
    throw new LaunchFailure('database-url-wrong', { url: shown, reason: reasonOf(error) }, error);
  }
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ number: string; version: string; create: boolean }>(
      `select current_setting('server_version_num') as number,
              current_setting('server_version')     as version,
              has_database_privilege(current_database(), 'create') as create`,
    );
    const { number, version, create } = rows[0]!;
    if (Number(number) < oldestMajor * 10_000) {
      throw new LaunchFailure('database-too-old', { found: version, wanted: oldestMajor });
    }
    if (!create) {
      const reason = 'permission denied: create schema';
      throw new LaunchFailure('database-refused', { url: shown, reason });
    }
    return { version };
  } catch (error) {
    if (error instanceof LaunchFailure) throw error;
    // A SQLSTATE has five characters: the server was there and said no.
    const code = /^[0-9A-Z]{5}$/.test(errnoOf(error) ?? '') && !errnoOf(error)?.startsWith('E');
    throw new LaunchFailure(
      code ? 'database-refused' : 'database-unreachable',
      { url: shown, reason: reasonOf(error) },
      error,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of several addresses tried, Node puts the reasons into `errors` and leaves the message empty. */
function reasonOf(error: unknown): string {
  const { message, errors } = error as Error & { errors?: Error[] };
  return message || errors?.map((each) => each.message).join('; ') || String(error);
}

/** The address as it may be shown: the password belongs to nobody's terminal. */
export function withoutPassword(connectionString: string): string {
  return connectionString
    .replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:…@')
    .replace(/([?&]password=)[^&]*/, '$1…');
}
