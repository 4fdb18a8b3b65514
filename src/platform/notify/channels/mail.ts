import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { resolveAllowed } from '../addresses.ts';
import { DeliveryError } from '../delivery-error.ts';
import { abortable, failureOf } from '../request.ts';
import { plainText, shortened } from '../wording.ts';
import type { MessageSender } from './channel.ts';

const connectMs = 10_000;
const silenceMs = 20_000;

/** Mail by SMTP (RFC 5321), as plain text. A password goes out over TLS only. */
export const sendMail: MessageSender<'mail'> = async (message, reach) => {
  const { target, secrets, allowPrivate, signal, now } = reach;
  const { host, port, security, user, from, to } = target;
  const password = secrets['password'];
  if (user && password === undefined) {
    throw new DeliveryError('secret-missing', 'the password of the mail server is not set');
  }
  const plain = security === 'none';
  if (plain && user) {
    throw new DeliveryError('sign-in-refused', 'a password is not sent without encryption');
  }
  const [first] = await abortable(resolveAllowed(host, { allowPrivate, plain }), signal);
  const transport = createTransport({
    host: first!.address,
    // The certificate is the name's, not the address's.
    ...(isIP(host) === 0 && { servername: host }),
    tls: { minVersion: 'TLSv1.2' },
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: plain,
    ...(user && password !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await abortable(
      transport.sendMail({
        from: { name: 'Yojin', address: from },
        to: [...to],
        subject: shortened(`[Yojin] ${message.title}`, 200),
        text: plainText(message),
        date: now,
        // Mail readers show one of two with the same id: a repetition is not seen.
        messageId: `<${message.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
        headers: { 'auto-submitted': 'auto-generated' },
      }),
      signal,
    );
    const refused = sent.rejected.map(String);
    if (refused.length === 0) return {};
    return { problem: { code: 'some-recipients-refused', detail: refused.join(', ') } };
  } catch (error) {
    throw mailFailure(error, signal);
  } finally {
    transport.close();
  }
};

function mailFailure(error: unknown, signal: AbortSignal): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const {
    code = '',
    message = '',
    response,
  } = error as {
    readonly code?: string;
    readonly message?: string;
    readonly response?: string;
  };
  const detail = response ?? message;
  if (code === 'EAUTH') return new DeliveryError('sign-in-refused', detail);
  if (code === 'ETIMEDOUT') return new DeliveryError('timeout', detail);
  if (code === 'EENVELOPE') return new DeliveryError('mail-refused', detail);
  if (code === 'EMESSAGE')
    return new DeliveryError('mail-refused', detail, { wholeChannel: false });
  // Which kind of error it was below, nodemailer does not hand on.
  if (code === 'ETLS' || /certificate/i.test(message))
    return new DeliveryError('certificate', detail);
  return failureOf(error, signal);
}
