import { createServer } from 'node:net';
import { errnoOf, LaunchFailure } from './failure.ts';

/**
 * Proves that we can listen there, before anything else is started. Port 0 (any) always can.
 * @throws LaunchFailure port-taken, port-forbidden, address-unknown
 */
export async function requireFreePort(
  host: string,
  port: number,
  option: '--port' | '--tls-port',
): Promise<void> {
  const error = await tryToListen(host, port);
  if (error === undefined) return;
  const code = errnoOf(error);
  if (code === 'EADDRINUSE') {
    const suggestion = await freePortNear(host, port + 1);
    throw new LaunchFailure('port-taken', { host, port, option, suggestion }, error);
  }
  if (code === 'EACCES') {
    const suggestion = await freePortNear(host, port + 8000);
    throw new LaunchFailure('port-forbidden', { host, port, option, suggestion }, error);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    throw new LaunchFailure('address-unknown', { host }, error);
  }
  throw error;
}

async function freePortNear(host: string, from: number): Promise<number> {
  const first = Math.max(1024, Math.min(from, 65_000));
  for (let port = first; port < first + 100; port += 1) {
    if ((await tryToListen(host, port)) === undefined) return port;
  }
  return 0;
}

function tryToListen(host: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
