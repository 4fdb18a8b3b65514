import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { AgentEnrolled } from '../../modules/agent-protocol/api.ts';
import { readIfThere, removeDurably, writeDurably } from './durable-file.ts';

/** Who this agent is at one server, and whose orders it obeys. */
export interface Identity extends AgentEnrolled {
  /** SHA-256 of the CA that speaks for the server: it may move to another name or port. */
  readonly server: string;
  /** The endpoint that the newest order was for. */
  readonly endpoint?: { readonly id: string; readonly issuedAt: string };
}

/** The agent's private folder: its keys, and what it was told to do. */
export class AgentState {
  readonly journalFolder: string;
  readonly workFolder: string;
  /** What osqueryd enrols with once the agent has enrolled. */
  readonly osquerySecretFile: string;
  readonly #identityFile: string;
  readonly #enrolledFile: string;
  readonly #server: string;
  #identity: Identity | undefined;

  constructor(folder: string, ca: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.journalFolder = join(folder, 'journal');
    this.workFolder = join(folder, 'work');
    this.osquerySecretFile = join(folder, 'osquery-secret');
    this.#identityFile = join(folder, 'identity.json');
    this.#enrolledFile = join(folder, 'osquery-enrolled');
    this.#server = createHash('sha256').update(ca.trim()).digest('hex');
    this.#identity = readIdentity(readIfThere(this.#identityFile), this.#server);
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** Throws when it cannot be written: then the agent has not enrolled. */
  enrolled(enrolled: AgentEnrolled): void {
    // First what osqueryd needs: with the identity on the disk nobody would ask for it again.
    writeDurably(this.osquerySecretFile, `${enrolled.osquerySecret}\n`);
    this.#write({ ...enrolled, server: this.#server });
  }

  /** The server does not know this agent any more. */
  forget(): void {
    this.#identity = undefined;
    removeDurably(this.#identityFile);
  }

  noteEndpoint(endpoint: { id: string; issuedAt: string }): void {
    const known = this.#identity?.endpoint;
    if (!this.#identity || (known && known.issuedAt >= endpoint.issuedAt)) return;
    this.#write({ ...this.#identity, endpoint });
  }

  /** Whether osqueryd has enrolled with the secret that it has now, as far as we saw. */
  get osqueryHasEnrolled(): boolean {
    return readIfThere(this.#enrolledFile) === this.#secretHash();
  }

  noteOsqueryEnrolled(): void {
    const hash = this.#secretHash();
    if (hash !== undefined && !this.osqueryHasEnrolled) writeDurably(this.#enrolledFile, hash);
  }

  #secretHash(): string | undefined {
    const secret = readIfThere(this.osquerySecretFile);
    return secret && createHash('sha256').update(secret).digest('hex');
  }

  #write(identity: Identity): void {
    writeDurably(this.#identityFile, JSON.stringify(identity));
    this.#identity = identity;
  }
}

/** Undefined: none, damaged, or of another server. All end in enrolling anew. */
function readIdentity(text: string | undefined, server: string): Identity | undefined {
  if (text === undefined) return undefined;
  try {
    const identity: unknown = JSON.parse(text);
    if (!Value.Check(AgentEnrolled, identity)) return undefined;
    const read = identity as Identity;
    return read.server === server ? read : undefined;
  } catch {
    return undefined;
  }
}
