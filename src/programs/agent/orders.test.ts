import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Action, type Order, orderDomain } from '../../modules/agent-protocol/api.ts';
import { type Holder, isExpired, judgeOrder } from './orders.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519').privateKey;
const keyId = '0123456789abcdef';
const agentId = randomUUID();
const endpointId = randomUUID();
const holder: Holder = {
  agentId,
  verifyKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  keyId,
  scripts: false,
  endpoint: undefined,
};
const order: Order = {
  version: 1,
  id: randomUUID(),
  agentId,
  endpointId,
  issuedAt: '2026-11-21T10:00:00.000Z',
  expiresAt: '2026-11-22T10:00:00.000Z',
  dryRun: false,
  action: { type: 'package-upgrade', manager: 'apt', packages: [{ name: 'openssl' }] },
};
const text = 'echo hello\n';
const script = (sha256: string): Action => ({
  type: 'script',
  interpreter: 'sh',
  sha256,
  text,
  atMostSeconds: 5,
});
const hash = createHash('sha256').update(text).digest('hex');

function signed(content: unknown, key = privateKey, domain = orderDomain) {
  const json = typeof content === 'string' ? content : JSON.stringify(content);
  const signature = sign(null, Buffer.from(domain + json), key).toString('base64');
  return { text: json, signature, keyId };
}

describe('judgeOrder', () => {
  it('takes what the server signed for this agent', () => {
    expect(judgeOrder(signed(order), holder)).toEqual({ ok: true, order });
  });

  it.each`
    because                             | candidate                                                                                                            | reason
    ${'not an object'}                  | ${'order'}                                                                                                           | ${'MALFORMED'}
    ${'a member too many'}              | ${{ ...signed(order), more: 1 }}                                                                                     | ${'MALFORMED'}
    ${'signed by somebody else'}        | ${signed(order, stranger)}                                                                                           | ${'BAD_SIGNATURE'}
    ${'the text alone is signed'}       | ${signed(order, privateKey, '')}                                                                                     | ${'BAD_SIGNATURE'}
    ${'changed after it was signed'}    | ${{ ...signed(order), text: JSON.stringify({ ...order, dryRun: true }) }}                                            | ${'BAD_SIGNATURE'}
    ${'another key is named'}           | ${{ ...signed(order), keyId: 'fedcba9876543210' }}                                                                   | ${'UNKNOWN_KEY'}
    ${'not JSON'}                       | ${signed('{')}                                                                                                       | ${'MALFORMED'}
    ${'another version'}                | ${signed({ ...order, version: 2 })}                                                                                  | ${'MALFORMED'}
    ${'an unknown action'}              | ${signed({ ...order, action: { type: 'format-disk' } })}                                                             | ${'MALFORMED'}
    ${'a name that would be an option'} | ${signed({ ...order, action: { ...order.action, packages: [{ name: '-oAPT::x' }] } })}                               | ${'MALFORMED'}
    ${'a path that climbs'}             | ${signed({ ...order, action: { type: 'set-value', path: '/etc/../root/x', key: 'a', value: 'b', separator: '=' } })} | ${'MALFORMED'}
    ${'for another agent'}              | ${signed({ ...order, agentId: randomUUID() })}                                                                       | ${'OTHER_AGENT'}
    ${'a script where none may run'}    | ${signed({ ...order, action: script(hash) })}                                                                        | ${'SCRIPTS_DISABLED'}
  `('refuses: $because', ({ candidate, reason }) => {
    expect(judgeOrder(candidate, holder)).toMatchObject({ ok: false, reason });
  });

  it('names the order that it refuses, if it has a name', () => {
    expect(judgeOrder(signed(order, stranger), holder)).toMatchObject({ orderId: order.id });
    expect(judgeOrder(signed({ id: '../../etc' }, stranger), holder)).toMatchObject({
      orderId: undefined,
    });
  });

  it('runs a script only with the hash that was approved', () => {
    const open = { ...holder, scripts: true };
    expect(judgeOrder(signed({ ...order, action: script(hash) }), open)).toMatchObject({
      ok: true,
    });
    expect(judgeOrder(signed({ ...order, action: script('0'.repeat(64)) }), open)).toMatchObject({
      reason: 'HASH_MISMATCH',
    });
  });

  it('refuses what was ordered for the endpoint that this machine was before', () => {
    const now = { id: randomUUID(), issuedAt: '2026-11-21T12:00:00.000Z' };
    expect(judgeOrder(signed(order), { ...holder, endpoint: now })).toMatchObject({
      reason: 'OTHER_ENDPOINT',
    });
    const earlier = { ...now, issuedAt: '2026-11-21T09:00:00.000Z' };
    expect(judgeOrder(signed(order), { ...holder, endpoint: earlier }).ok).toBe(true);
  });
});

describe('isExpired', () => {
  it('is so from the very moment on', () => {
    const at = Date.parse(order.expiresAt);
    expect(isExpired(order, new Date(at - 1))).toBe(false);
    expect(isExpired(order, new Date(at))).toBe(true);
  });
});
