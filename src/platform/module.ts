import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerBase } from 'fastify';
import type { AuditLog } from './audit/public.ts';
import type { Bus } from './bus/bus.ts';
import type { Database } from './db/queryable.ts';
import type { Facets } from './facets/public.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { Logger } from './log.ts';
import type { StateRow } from './state/state-row.ts';

export type { StateRow };

/** A Fastify instance whose handlers are typed by their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerBase,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What every module gets from the server that it is plugged into. */
export interface ModuleContext {
  readonly db: Database;
  readonly log: Logger;
  readonly audit: AuditLog;
  readonly live: LiveFeed;
  /** Notices to the other servers of this installation. */
  readonly bus: Bus;
  /** The selector language; modules register what they know of endpoints. */
  readonly facets: Facets;
  /** Now. Time is an argument, so that tests can move it. */
  readonly clock: () => Date;
}

/** A job that the server runs by itself; see platform/jobs. */
export interface Job {
  /** Unique, e.g. `assets/prune-history`. */
  readonly name: string;
  /** Five-field cron expression in UTC, for jobs that repeat. */
  readonly cron?: string;
  /** At-least-once: a job that was killed runs again. `signal` asks it to stop. */
  readonly run: (payload: unknown, signal: AbortSignal) => Promise<void>;
}

/** One domain of the product, as the server plugs it in. */
export interface ServerModule {
  readonly name: string;
  /** Registered below `/api` on the console's listeners. */
  readonly routes?: (app: App) => Promise<void> | void;
  /** Registered at the root of the endpoints' TLS listener. */
  readonly endpointRoutes?: (app: App) => Promise<void> | void;
  readonly jobs?: readonly Job[];
  readonly state?: () => Promise<readonly StateRow[]>;
  /** After the routes stopped taking requests: finish and let go. */
  readonly close?: () => Promise<void>;
}
