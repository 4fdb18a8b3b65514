import {
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Problem } from '../http/problem.ts';
import { ApiProblem } from './api-problem.ts';
import { notifyFailure, notifySuccess } from './notify.ts';
import { useT } from './translate.ts';

export { ApiProblem } from './api-problem.ts';

export type QueryValue = string | number | boolean | null | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

let csrfToken: string | null = null;
let sessionLost: () => void = () => {};

/** The token that goes with every request that changes something; from the session's answer. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Called when the server no longer knows the session. */
export function onSessionLost(listener: () => void): void {
  sessionLost = listener;
}

/** `/api/…` with its query; empty and absent values are left out. */
export function apiUrl(path: string, query: Query = {}): string {
  const base = path.startsWith('/api/') ? path : `/api${path.startsWith('/') ? '' : '/'}${path}`;
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? base : `${base}${base.includes('?') ? '&' : '?'}${text}`;
}

async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiProblem({ status: 0, code: 'NO_ANSWER', title: 'The server does not answer' });
  }
  return answerOf<T>(url, response.status, response.statusText, await response.text());
}

function answerOf<T>(url: string, status: number, statusText: string, text: string): T {
  let parsed: unknown;
  try {
    parsed = text === '' ? undefined : JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (status >= 200 && status < 300) {
    if (text !== '' && parsed === undefined) {
      throw new ApiProblem({
        status,
        code: 'NOT_JSON',
        title: 'The server answered something else than JSON',
      });
    }
    return parsed as T;
  }
  const problem = problemOf(status, statusText, parsed);
  // A refused sign-in is an answer like any other; elsewhere 401 means the session is over.
  if (status === 401 && !url.startsWith('/api/session')) sessionLost();
  throw problem;
}

/**
 * Sends a file as the body. `onProgress` hears the share sent, 0 to 1: why this is not `fetch`,
 * which cannot tell. Throws an `ApiProblem`, or what `signal` was ended with.
 */
function upload<T>(
  path: string,
  file: Blob,
  { type, onProgress, signal }: UploadOptions,
): Promise<T> {
  const url = apiUrl(path);
  const sending = new XMLHttpRequest();
  return new Promise<string>((resolve, reject) => {
    sending.open('POST', url);
    sending.setRequestHeader('accept', 'application/json, application/problem+json');
    sending.setRequestHeader('content-type', type);
    if (csrfToken !== null) sending.setRequestHeader('x-csrf-token', csrfToken);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    sending.onload = () => resolve(sending.responseText);
    sending.onabort = () => reject(signal?.reason);
    sending.onerror = () =>
      reject(new ApiProblem({ status: 0, code: 'NO_ANSWER', title: 'The server does not answer' }));
    signal?.addEventListener('abort', () => sending.abort(), { once: true });
    sending.send(file);
  }).then((text) => answerOf<T>(url, sending.status, sending.statusText, text));
}

export interface UploadOptions {
  /** Content type, e.g. `application/gzip`. */
  type: string;
  onProgress: (share: number) => void;
  signal?: AbortSignal;
}

/** Reads a problem out of what an answer carried; anything else becomes `HTTP_<status>`. */
export function problemOf(status: number, statusText: string, body: unknown): ApiProblem {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
  return new ApiProblem({
    status,
    code: typeof given.code === 'string' ? given.code : `HTTP_${status}`,
    title: typeof given.title === 'string' ? given.title : statusText || `HTTP ${status}`,
    ...(typeof given.detail === 'string' ? { detail: given.detail } : {}),
    ...(Array.isArray(given.errors) ? { errors: given.errors } : {}),
  });
}

export const api = {
  get: <T>(path: string, query?: Query): Promise<T> => request<T>('GET', apiUrl(path, query)),
  post: <T>(path: string, body?: unknown): Promise<T> =>
    request<T>('POST', apiUrl(path), body ?? {}),
  patch: <T>(path: string, body: unknown): Promise<T> => request<T>('PATCH', apiUrl(path), body),
  put: <T>(path: string, body: unknown): Promise<T> => request<T>('PUT', apiUrl(path), body),
  delete: <T>(path: string): Promise<T> => request<T>('DELETE', apiUrl(path)),
  upload,
};

/**
 * One answer of the API, kept and refreshed. `path` null: not asked yet. The key of the query is
 * `[...queryKey, path, query]`, so that `useLive` and invalidation by `queryKey` reach it.
 * `refetchMs` is for what changes all the time and sends no news, such as the server's own state.
 */
export function useApi<T>(
  queryKey: QueryKey,
  path: string | null,
  query?: Query,
  options: { refetchMs?: number } = {},
): UseQueryResult<T, ApiProblem> {
  return useQuery<T, ApiProblem>({
    queryKey: [...queryKey, path, query ?? null],
    queryFn: () => api.get<T>(path ?? '', query),
    enabled: path !== null,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
}

export interface ApiAction<Input, Output> {
  /** Sends it, e.g. `(input) => api.patch(`/api/users/${id}`, input)`. */
  run: (input: Input) => Promise<Output>;
  /** Queries that are asked again after success. */
  invalidates?: readonly QueryKey[];
  /** What the notification says; none: silent success. */
  successKey?: string;
  onSuccess?: (output: Output, input: Input) => void;
  /** Set when the form shows the problem itself. */
  silentFailure?: boolean;
}

/** Something the user does; says in a notification whether it worked. */
export function useApiAction<Input = void, Output = unknown>(
  action: ApiAction<Input, Output>,
): UseMutationResult<Output, ApiProblem, Input> {
  const client = useQueryClient();
  const t = useT();
  return useMutation<Output, ApiProblem, Input>({
    mutationFn: action.run,
    onSuccess: async (output, input) => {
      if (action.successKey) notifySuccess(t(action.successKey));
      action.onSuccess?.(output, input);
      await Promise.all(
        (action.invalidates ?? []).map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
    onError: (problem) => {
      // The end of a session is answered by the sign-in page.
      if (!action.silentFailure && problem.status !== 401) notifyFailure(problem, t);
    },
  });
}
