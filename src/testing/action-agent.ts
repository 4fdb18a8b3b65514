import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderKey } from '../modules/agent-protocol/actions/order-key.ts';
import { isSignedBy } from '../modules/agent-protocol/actions/order-key.ts';
import { openOrderKey } from '../modules/agent-protocol/actions/order-key-store.ts';
import {
  type AgentEnrolled,
  type AgentPoll,
  type AgentSelf,
  actionPaths,
  agentPaths,
  type Order,
  type OrderReport,
  type SignedOrder,
  uploadHeaders,
} from '../modules/agent-protocol/api.ts';
import type { Database } from '../platform/db/queryable.ts';
import { type AgentServer, enrolmentBody, type TestHost } from './agent-server.ts';

export const testSelf: AgentSelf = {
  version: '0.0.0-test',
  platform: 'linux',
  managers: ['apt'],
  timeZone: 'Asia/Tokyo',
  privileged: true,
  scripts: false,
};

/** The key of an installation whose home is made for the moment. */
export async function testOrderKey(db: Database): Promise<OrderKey> {
  const { rows } = await db.query(`select from agent_protocol.order_keys where retired_at is null`);
  if (rows.length > 0) throw new Error('the database has a key: hand on the one there is');
  const home = mkdtempSync(join(tmpdir(), 'yojin-order-key-'));
  try {
    return await openOrderKey(db, { home, at: new Date() });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export interface AgentReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any body
  readonly body: any;
}

/** An agent of ours as the server sees it: it does nothing, and says what the test wants. */
export class ActionAgent {
  server: AgentServer;
  readonly enrolled: AgentEnrolled;
  readonly #sequences = new Map<string, number>();

  constructor(server: AgentServer, enrolled: AgentEnrolled) {
    this.server = server;
    this.enrolled = enrolled;
  }

  static async enrol(
    server: AgentServer,
    secret: string,
    self: Partial<AgentSelf> = {},
  ): Promise<ActionAgent> {
    const { status, body } = await server.post(actionPaths.enrol, {
      secret,
      self: { ...testSelf, ...self },
    });
    if (status !== 200) throw new Error(`not enrolled: ${JSON.stringify(body)}`);
    return new ActionAgent(server, body as unknown as AgentEnrolled);
  }

  get id(): string {
    return this.enrolled.agentId;
  }

  /** Its osqueryd enrols; answers the node key. */
  enrolOsquery(host: TestHost = {}): Promise<string> {
    return this.server.enrol(this.enrolled.osquerySecret, host);
  }

  async post(
    path: string,
    payload: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<AgentReply> {
    const response = await this.server.app.inject({
      method: 'POST',
      url: path,
      remoteAddress: '192.0.2.7',
      headers: {
        host: 'localhost',
        'content-type': 'application/json',
        authorization: `AgentKey ${this.enrolled.agentKey}`,
        ...headers,
      },
      payload:
        typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
    });
    return { status: response.statusCode, body: JSON.parse(response.body) };
  }

  poll(body: AgentPoll = {}): Promise<AgentReply> {
    return this.post(actionPaths.poll, body);
  }

  /** Polls and answers the orders, whose signatures it checks. */
  async orders(body: AgentPoll = {}): Promise<Order[]> {
    const { status, body: answer } = await this.poll(body);
    if (status !== 200) throw new Error(JSON.stringify(answer));
    return (answer.orders as SignedOrder[]).map((signed) => {
      if (!isSignedBy(this.enrolled.verifyKey, signed)) throw new Error('forged');
      return JSON.parse(signed.text) as Order;
    });
  }

  reportOf(
    orderId: string,
    state: OrderReport['state'],
    more: Partial<OrderReport> = {},
  ): OrderReport {
    const sequence = more.sequence ?? (this.#sequences.get(orderId) ?? -1) + 1;
    this.#sequences.set(orderId, sequence);
    return { orderId, state, sequence, at: new Date().toISOString(), ...more };
  }

  report(...reports: readonly OrderReport[]): Promise<AgentReply> {
    return this.post(actionPaths.report, { reports });
  }

  /** Says this of an order. */
  say(
    orderId: string,
    state: OrderReport['state'],
    more: Partial<OrderReport> = {},
  ): Promise<AgentReply> {
    return this.report(this.reportOf(orderId, state, more));
  }

  upload(
    orderId: string,
    content: Buffer,
    more: { readonly uploadId?: string; readonly sha256?: string; readonly name?: string } = {},
  ): Promise<AgentReply> {
    return this.post(actionPaths.upload, content, {
      'content-type': 'application/octet-stream',
      [uploadHeaders.order]: orderId,
      [uploadHeaders.upload]: more.uploadId ?? randomUUID(),
      [uploadHeaders.sha256]: more.sha256 ?? createHash('sha256').update(content).digest('hex'),
      [uploadHeaders.name]: encodeURIComponent(more.name ?? 'bundle.tar'),
    });
  }
}

/** The endpoint of the node key of a host that has enrolled by this name. */
export async function endpointNamed(db: Database, hostname: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `select id from assets.endpoint_view where hostname = $1`,
    [hostname],
  );
  if (rows.length !== 1) throw new Error(`${rows.length} endpoints are called ${hostname}`);
  return rows[0]!.id;
}

/** What `osqueryd` sends to enrol, for tests that look at the refusal. */
export const osqueryEnrolment = (server: AgentServer, secret: string, host: TestHost = {}) =>
  server.post(agentPaths.enrol, enrolmentBody(secret, host));
