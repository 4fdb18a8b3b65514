import type { ChannelTarget, DeliveryProblem } from './api.ts';

/** Something that was not delivered, and whom it concerns. */
export class DeliveryError extends Error {
  readonly problem: DeliveryProblem;
  /** False: the other side is there and refuses only this message; others may go through. */
  readonly wholeChannel: boolean;
  /** What the other side asked for. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: DeliveryProblem['code'],
    detail: string,
    more: { readonly wholeChannel?: boolean; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(`${code}: ${detail}`);
    this.problem = { code, detail };
    this.wholeChannel = more.wholeChannel ?? true;
    this.retryAfterMs = more.retryAfterMs;
  }
}

const detailLength = 300;

/**
 * Everything by which somebody could know a secret of a channel: as it is, and in the forms in
 * which it goes over the wire.
 */
export function secretForms(
  target: ChannelTarget,
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  const user = 'user' in target ? target.user : undefined;
  const plain = Object.values(secrets).flatMap((secret) => {
    const pair = user ? [`${user}:${secret}`, `\0${user}\0${secret}`] : [];
    if (!URL.canParse(secret)) return [secret, ...pair];
    // A server knows only the path by which it was asked.
    const { pathname, search } = new URL(secret);
    return [secret, `${pathname}${search}`, pathname, search, ...pair];
  });
  const forms = plain.flatMap((text) => [
    text,
    encodeURIComponent(text),
    new URLSearchParams({ '': text }).toString().slice(1),
    Buffer.from(text).toString('base64'),
  ]);
  // The longest first: else what contains another would be left over in part.
  return [...new Set(forms)]
    .filter(({ length }) => length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
}

/** Shorter ones would blot out words of the message, `/` first of all. */
const shortestSecret = 4;

/** What may be kept and shown: one line, shortened, without any of `secrets` (`secretForms`). */
export function shownProblem(error: unknown, secrets: readonly string[]): DeliveryProblem {
  const problem: DeliveryProblem =
    error instanceof DeliveryError
      ? error.problem
      : { code: 'unexpected', detail: error instanceof Error ? error.message : String(error) };
  // Others echo what they were sent. Shortened last: half a secret would not be known for one.
  let { detail } = problem;
  for (const secret of secrets) detail = detail.replaceAll(secret, '[secret]');
  return {
    code: problem.code,
    detail: detail
      .replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
      .replaceAll(/ {2,}/g, ' ')
      .trim()
      .slice(0, detailLength)
      .toWellFormed(),
  };
}
