import { createHash, createPublicKey, verify } from 'node:crypto';
import { Value } from 'typebox/value';
import { Order, orderDomain, SignedOrder } from '../../modules/agent-protocol/api.ts';

/** Why an order is not begun. Stable; goes to the server as the report's reason. */
export type Refusal =
  | 'MALFORMED'
  | 'UNKNOWN_KEY'
  | 'BAD_SIGNATURE'
  | 'OTHER_AGENT'
  | 'OTHER_ENDPOINT'
  | 'EXPIRED'
  | 'REPLAYED'
  | 'SCRIPTS_DISABLED'
  | 'HASH_MISMATCH';

/** What an order is held against. */
export interface Holder {
  readonly agentId: string;
  /** Ed25519, SPKI in PEM. */
  readonly verifyKey: string;
  readonly keyId: string;
  /** Scripts were enabled on this machine, by whoever runs the agent. */
  readonly scripts: boolean;
  /** The endpoint that the newest order so far was for; undefined: none so far. */
  readonly endpoint: { readonly id: string; readonly issuedAt: string } | undefined;
}

export type Verdict =
  | { readonly ok: true; readonly order: Order }
  | {
      readonly ok: false;
      readonly reason: Refusal;
      readonly detail: string;
      /** As it says itself, and signed by nobody we know perhaps. Undefined: it says none. */
      readonly orderId: string | undefined;
    };

/**
 * Whether an order, as it came over the wire, may be kept: signed by the server that this agent
 * enrolled with, of the contract's shape, for this agent. Neither expiry nor replay is looked at.
 */
export function judgeOrder(candidate: unknown, holder: Holder): Verdict {
  if (!Value.Check(SignedOrder, candidate)) {
    return refused('MALFORMED', 'not a signed order', undefined);
  }
  const parsed = parse(candidate.text);
  const said = (parsed as { id?: unknown } | undefined)?.id;
  const orderId = Value.Check(Order.properties.id, said) ? said : undefined;
  if (candidate.keyId !== holder.keyId) {
    return refused('UNKNOWN_KEY', `signed with ${candidate.keyId}, not ${holder.keyId}`, orderId);
  }
  const bytes = Buffer.from(orderDomain + candidate.text, 'utf8');
  const signature = Buffer.from(candidate.signature, 'base64');
  if (!verify(null, bytes, createPublicKey(holder.verifyKey), signature)) {
    return refused('BAD_SIGNATURE', 'the signature is not of this text', orderId);
  }
  if (!Value.Check(Order, parsed)) {
    const first = Value.Errors(Order, parsed)[0];
    const detail = `${first?.instancePath || '/'}: ${first?.message ?? 'not of the contract'}`;
    return refused('MALFORMED', detail, orderId);
  }
  if (parsed.agentId !== holder.agentId) {
    return refused('OTHER_AGENT', `for the agent ${parsed.agentId}`, parsed.id);
  }
  // A machine can become another endpoint (forgotten, then enrolled anew). What was ordered for the
  // one of before is not for this one.
  const { endpoint } = holder;
  if (
    endpoint &&
    endpoint.id !== parsed.endpointId &&
    Date.parse(parsed.issuedAt) < Date.parse(endpoint.issuedAt)
  ) {
    return refused('OTHER_ENDPOINT', `for the endpoint ${parsed.endpointId}`, parsed.id);
  }
  const { action } = parsed;
  if (action.type === 'script') {
    if (!holder.scripts) {
      return refused('SCRIPTS_DISABLED', 'scripts are not enabled on this machine', parsed.id);
    }
    const hash = createHash('sha256').update(action.text, 'utf8').digest('hex');
    if (hash !== action.sha256) {
      return refused('HASH_MISMATCH', `the text has the hash ${hash}`, parsed.id);
    }
  }
  return { ok: true, order: parsed };
}

/** Not begun from this moment on. `now`: the server's clock, not this machine's. */
export function isExpired({ expiresAt }: Pick<Order, 'expiresAt'>, now: Date): boolean {
  return now.getTime() >= Date.parse(expiresAt);
}

/** Reads an order back that was judged before and kept on this machine's own disk. */
export function parseKept(text: string): Order | undefined {
  const parsed = parse(text);
  return Value.Check(Order, parsed) ? parsed : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const refused = (reason: Refusal, detail: string, orderId: string | undefined): Verdict => ({
  ok: false,
  reason,
  detail,
  orderId,
});
