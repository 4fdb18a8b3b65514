import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnrolmentSecret } from '../../modules/agent-protocol/public.ts';
import { defaultScopeId } from '../../modules/assets/public.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { prepareOsqueryd } from '../../testing/real-osqueryd.ts';

/**
 * Two servers in processes of their own, one database, a balancer before them, and a real osqueryd
 * that knows only the balancer.
 */
const entry = join(import.meta.dirname, '../cli/yojin.ts');
const waitFor = (check: () => unknown, timeout = 60_000) =>
  expect.poll(check, { timeout, interval: 100 });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Hands connections on to one server; switching cuts those that are open. */
async function startBalancer(first: number) {
  let target = first;
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    from.pipe(to).pipe(from);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    switchTo(port: number) {
      target = port;
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('two servers on one database', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'yojin-gateways-'));
  const children: ChildProcess[] = [];
  let osqueryd: Awaited<ReturnType<typeof prepareOsqueryd>>;
  beforeAll(async () => {
    osqueryd = await prepareOsqueryd();
    writeFileSync(join(folder, 'server.pem'), `${osqueryd.tls.cert}\n${osqueryd.tls.ca}`);
    writeFileSync(join(folder, 'server.key'), osqueryd.tls.key, { mode: 0o600 });
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await osqueryd[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** `like`: the server whose order key this one shares. */
  async function startGateway(
    name: string,
    databaseUrl: string,
    natsUrl: string | undefined,
    like?: string,
  ) {
    const home = join(folder, name);
    const [port, tlsPort] = [await freePort(), await freePort()];
    const child = spawn(
      process.execPath,
      [
        ...[entry, 'server', '--home', home, '--host', '127.0.0.1'],
        ...['--port', String(port), '--tls-port', String(tlsPort)],
        ...['--tls-cert', join(folder, 'server.pem'), '--tls-key', join(folder, 'server.key')],
      ],
      {
        cwd: '/',
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          LANG: 'C',
          DATABASE_URL: databaseUrl,
          ...(natsUrl !== undefined && { NATS_URL: natsUrl }),
          ...(like !== undefined && {
            YOJIN_ORDER_KEY: join(folder, like, 'keys', 'order-signing.pem'),
          }),
        },
      },
    );
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    await waitFor(() => {
      if (child.exitCode !== null) throw new Error(output);
      return output;
    }).toContain('Stop with Ctrl-C');
    const token = readFileSync(join(home, 'run', 'local-credential'), 'utf8').trim();
    return {
      tlsPort,
      child,
      // biome-ignore lint/suspicious/noExplicitAny: tests look at any body
      async api(path: string, body?: object): Promise<any> {
        const response = await fetch(`http://127.0.0.1:${port}/api${path}`, {
          method: body ? 'POST' : 'GET',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        });
        if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
        return response.json();
      },
    };
  }

  async function losesNothing(name: string, natsUrl: string | undefined) {
    await using db = await openTestDatabase();
    const dying = await startGateway(`${name}-1`, db.connectionString, natsUrl);
    const first = `${name}-1`;
    const staying = await startGateway(`${name}-2`, db.connectionString, natsUrl, first);
    const balancer = await startBalancer(dying.tlsPort);
    const { secret } = await createEnrolmentSecret(db, {
      name: 'test',
      scopeId: await defaultScopeId(db),
      createdBy: 'test',
      at: new Date(),
      expiresAt: null,
    });
    const daemon = osqueryd.start(name, balancer.port, secret);
    const heldAt = async (server: typeof dying) => {
      const { sections } = (await server.api('/state')) as {
        sections: readonly { rows: readonly { key: string; value: unknown }[] }[];
      };
      const rows = sections.flatMap((section) => section.rows);
      return rows.find(({ key }) => key === 'agents.held_reads')?.value;
    };
    await waitFor(() => heldAt(dying)).toBe(1);

    // Asked at one server, answered through the other.
    const ask = (sql: string) => staying.api('/questions', { sql, acceptWarnings: true });
    const quick = await ask('select name from os_version');
    const progressOf = async (id: number) => (await staying.api(`/questions/${id}`)).progress;
    await waitFor(() => progressOf(quick.id)).toMatchObject({ byOutcome: { answered: 1 } });

    // Killed while the endpoint is at it.
    await waitFor(() => heldAt(dying)).toBe(1);
    const slow = await ask(
      `with recursive n(x) as (select 1 union all select x + 1 from n where x < 20000000)
       select count(*) as counted, (select name from os_version) as os from n`,
    );
    await waitFor(() => progressOf(slow.id)).toMatchObject({ byOutcome: { delivered: 1 } });
    dying.child.kill('SIGKILL');
    balancer.switchTo(staying.tlsPort);
    await waitFor(() => progressOf(slow.id), 120_000).toMatchObject({
      targeted: 1,
      byOutcome: { answered: 1 },
      rows: 1,
    });
    const { items } = await staying.api(`/questions/${slow.id}/rows`);
    expect(items).toMatchObject([{ values: { counted: '20000000' }, endpointCount: 1 }]);
    expect((await staying.api(`/questions/${slow.id}`)).state).toBe('finished');
    await daemon.stop();
    staying.child.kill('SIGTERM');
    await once(staying.child, 'exit');
    balancer.close();
  }

  it('lose no answer when one is killed in the middle, over PostgreSQL', () =>
    losesNothing('postgresql', undefined));

  it('nor over NATS', async () => {
    const port = await freePort();
    const nats = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)]);
    children.push(nats);
    await waitFor(
      () =>
        new Promise((resolve) => {
          const socket = connect(port, '127.0.0.1', () => resolve(true));
          socket.on('error', () => resolve(false));
          socket.on('connect', () => socket.destroy());
        }),
    ).toBe(true);
    await losesNothing('nats', `nats://127.0.0.1:${port}`);
  });
});
