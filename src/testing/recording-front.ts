import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { AgentServer } from './agent-server.ts';

export interface RecordedRequest {
  readonly path: string;
  /** In the `Authorization` header. */
  readonly key: string | undefined;
  readonly body: Record<string, unknown>;
  readonly bytes: number;
  readonly status: number;
  readonly reply: Record<string, unknown>;
}

/**
 * A TLS listener before a server under test: hands every request on, records it, and answers by
 * itself where `instead` says so. Tests see what the real agent sends, and play a broken server.
 */
export async function startRecordingFront(
  tls: { readonly key: string; readonly cert: string },
  server: { current: AgentServer },
) {
  const requests: RecordedRequest[] = [];
  const front = {
    requests,
    port: 0,
    instead: (
      _path: string,
      _body: Record<string, unknown>,
    ): { status: number; body: string } | undefined => undefined,
    of: (path: string) => requests.filter((request) => request.path === path),
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      await new Promise((resolve) => https.close(resolve));
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const payload = Buffer.concat(chunks);
    const { url = '', headers } = request;
    const text = headers['content-encoding'] === 'gzip' ? gunzipSync(payload) : payload;
    const body = JSON.parse(text.toString()) as Record<string, unknown>;
    const made = front.instead(url, body);
    const answer = made ?? (await pass(url, headers, payload));
    let reply: Record<string, unknown> = {};
    try {
      reply = JSON.parse(answer.body) as Record<string, unknown>;
    } catch {
      // What a broken proxy says.
    }
    requests.push({
      path: url,
      key: headers.authorization?.replace('NodeKey ', ''),
      body,
      bytes: payload.length,
      status: answer.status,
      reply,
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }

  async function pass(url: string, headers: IncomingMessage['headers'], payload: Buffer) {
    const { 'content-length': _, ...rest } = headers;
    const answer = await server.current.app.inject({
      method: 'POST',
      url,
      headers: rest as never,
      payload,
    });
    return { status: answer.statusCode, body: answer.body };
  }

  const https = createServer(tls, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  front.port = (https.address() as AddressInfo).port;
  return front;
}
