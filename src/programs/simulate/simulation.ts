import { setTimeout as sleep } from 'node:timers/promises';
import { Counts, type Snapshot } from './counts.ts';
import { Host, type Population } from './host.ts';
import { Random } from './random.ts';
import { type Misbehaviour, misbehaviours, SimulatedAgent } from './simulated-agent.ts';
import { Statements } from './statements.ts';
import { type Target, Transport } from './transport.ts';

export interface SimulationOptions {
  readonly population: Population;
  readonly target: Target;
  /** Enrolment secret. */
  readonly secret: string;
  readonly sockets: 1 | 3;
  readonly connectionsPerSecond: number;
  /** Share of the time that an endpoint is not there, 0 to below 1. */
  readonly offline: number;
  /** Share of the endpoints that misbehave, 0 to 1. */
  readonly misbehaving: number;
  /** Changes of the inventory of one endpoint in a day. */
  readonly changesPerDay: number;
}

export interface Simulation {
  readonly options: SimulationOptions;
  snapshot(): Snapshot;
  /** Closes all connections; resolves when every simulated endpoint has ended. */
  stop(): Promise<void>;
}

/** Endpoints that have not sent their first inventory yet; the next wait until it is taken. */
const mostStarting = 60;
/** An endpoint that does not get through holds up the others no longer than this. */
const patienceMs = 60_000;

/** Starts so many osquery clients in this process; they enrol one after another. */
export function startSimulation(options: SimulationOptions): Simulation {
  const { population, secret, sockets, offline, changesPerDay } = options;
  const { seed, endpoints } = population;
  const counts = new Counts();
  const transport = new Transport(options.target, {
    connectionsPerSecond: options.connectionsPerSecond,
    counts,
  });
  const statements = new Statements();
  const world = { transport, statements, counts, seed, secret, sockets, offline, changesPerDay };
  const stopping = new AbortController();
  const { signal } = stopping;
  const running: Promise<void>[] = [];

  async function startAll(): Promise<void> {
    let starting = 0;
    for (let index = 0; index < endpoints && !signal.aborted; index += 1) {
      while (starting >= mostStarting && !signal.aborted) await sleep(20);
      const host = new Host(population, index);
      const agent = new SimulatedAgent(host, world, misbehaviourOf(options, index));
      starting += 1;
      let isStarting = true;
      const started = () => {
        clearTimeout(patience);
        if (isStarting) starting -= 1;
        isStarting = false;
      };
      const patience = setTimeout(started, patienceMs);
      counts.started += 1;
      running.push(agent.run(signal, started).finally(started));
      await sleep(1000 / options.connectionsPerSecond);
    }
  }
  const started = startAll();

  return {
    options,
    snapshot: () => counts.snapshot(endpoints),
    async stop() {
      stopping.abort();
      await started;
      await Promise.all(running);
      transport.close();
      statements.close();
    },
  };
}

/** Which endpoints misbehave, and how, follows from the seed. */
export function misbehaviourOf(
  { population: { seed }, misbehaving }: Pick<SimulationOptions, 'population' | 'misbehaving'>,
  index: number,
): Misbehaviour | undefined {
  const random = new Random(seed, 'misbehaviour', index);
  return random.chance(misbehaving) ? random.pick(misbehaviours) : undefined;
}
