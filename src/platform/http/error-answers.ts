import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, ProblemError } from './problem.ts';

/** What an error becomes on the wire. `unexpected`: a bug or a broken part, to be logged. */
export interface ErrorAnswer {
  readonly problem: Problem;
  readonly unexpected: boolean;
  readonly retryAfterSeconds?: number;
}

const problem = (status: number, code: string, title: string, detail?: string): Problem => ({
  type: 'about:blank',
  status,
  code,
  title,
  ...(detail === undefined ? {} : { detail }),
});

/** Fastify's own refusals, by its error code. */
const refusals: Record<string, readonly [status: number, code: string, title: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'BODY_TOO_LARGE', 'The body is larger than allowed'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'MEDIA_TYPE_UNSUPPORTED', 'Send application/json'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'BODY_NOT_JSON', 'The body is not JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'BODY_NOT_JSON', 'The body is empty'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'BODY_LENGTH_WRONG',
    'The body is not as long as Content-Length says',
  ],
  FST_ERR_BAD_URL: [400, 'URL_INVALID', 'The address is not a valid URL'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'URL_TOO_LONG', 'A part of the address is too long'],
};

/** PostgreSQL's classes 08 and 57P, too many connections, and a transaction it gave up. */
const databaseAway = /^(57P0[1-5]|08[0-9A-Z]{3}|53300|25P0[34])$/;
/** Of node's sockets. A file that is not there (ENOENT) is no connection that is not there. */
const connectionLost = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/;
const databaseAwayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof ProblemError) return { problem: error.problem, unexpected: false };
  const { code, statusCode, message, syscall } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as { code?: unknown; statusCode?: unknown; message?: unknown; syscall?: unknown };
  const errorCode = typeof code === 'string' ? code : '';
  const refusal = refusals[errorCode];
  if (refusal) {
    const [status, problemCode, title] = refusal;
    // The parser's sentence names the place ("at position 12"), and nothing of ours.
    const detail = problemCode === 'BODY_NOT_JSON' ? String(message) : undefined;
    return { problem: problem(status, problemCode, title, detail), unexpected: false };
  }
  // PostgreSQL cannot store NUL or half a surrogate pair; only a request can have brought it.
  if (errorCode === '22021' || errorCode === '22P05') {
    return {
      problem: problem(
        400,
        'CHARACTER_INVALID',
        'The request has a character that cannot be stored',
      ),
      unexpected: false,
    };
  }
  const away =
    databaseAway.test(errorCode) ||
    databaseAwayMessages.test(String(message)) ||
    (connectionLost.test(errorCode) && /^(connect|read|write)$/.test(String(syscall)));
  if (away) {
    return {
      problem: problem(
        503,
        'DATABASE_UNAVAILABLE',
        'The database does not answer',
        'Try again shortly.',
      ),
      unexpected: true,
      retryAfterSeconds: 5,
    };
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const title = STATUS_CODES[statusCode] ?? 'The request was refused';
    return { problem: problem(statusCode, `HTTP_${statusCode}`, title), unexpected: false };
  }
  return {
    problem: problem(500, 'INTERNAL_ERROR', 'Something went wrong in the server'),
    unexpected: true,
  };
}

/** RFC 9457, for everything below /api. */
export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  return reply
    .code(body.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(body));
}

/**
 * `{"error": "<reason>"}`: an osquery agent deletes its buffered logs on an empty answer and on
 * any other JSON object, whatever the status.
 */
export function sendEndpointError(reply: FastifyReply, body: Problem): FastifyReply {
  const error = body.detail === undefined ? body.title : `${body.title}: ${body.detail}`;
  return reply
    .code(body.status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error }));
}

/** An error handler that logs what nobody expected, once, and answers in the given form. */
export function errorHandler(
  send: (reply: FastifyReply, body: Problem) => FastifyReply,
): (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const { problem: body, unexpected, retryAfterSeconds } = answerOf(error);
    reply.removeHeader('content-disposition'); // Of the file that it is not.
    if (!unexpected) return send(reply, body);
    const place = {
      method: request.method,
      route: request.routeOptions.url,
      requestId: request.id,
    };
    request.log.error({ err: error, ...place }, 'request failed');
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    const detail = body.detail ?? `The server's log has the cause under request ${request.id}.`;
    return send(reply, { ...body, detail });
  };
}

export function notFoundProblem(request: FastifyRequest): Problem {
  return problem(
    404,
    'NOT_FOUND',
    'There is nothing at this address',
    `${request.method} ${request.url.split('?', 1)[0]?.slice(0, 200) ?? ''}`,
  );
}
