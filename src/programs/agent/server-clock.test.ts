import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock.ts';

function clocks(wallMs: number) {
  const state = { wallMs, steadyMs: 1000 };
  const clock = new ServerClock({ wallMs: () => state.wallMs, steadyMs: () => state.steadyMs });
  const pass = (ms: number) => {
    state.wallMs += ms;
    state.steadyMs += ms;
  };
  return { state, clock, pass };
}
const at = (text: string) => Date.parse(text);

describe('ServerClock', () => {
  it('knows nothing before it heard something it can read', () => {
    const { clock } = clocks(0);
    clock.hear(undefined);
    clock.hear('yesterday');
    expect(clock.now()).toBeUndefined();
  });

  it('goes by the server although the machine is years behind', () => {
    const { clock, pass } = clocks(at('2020-01-01T00:00:00Z'));
    clock.hear('Sat, 21 Nov 2026 10:00:00 GMT');
    pass(5_000);
    expect(clock.now()).toEqual(new Date('2026-11-21T10:00:05Z'));
    expect(clock.wrongBySeconds()).toBeLessThan(-200_000_000);
  });

  it('does not call a clock wrong for a minute', () => {
    const { clock } = clocks(at('2026-11-21T10:01:00Z'));
    clock.hear('Sat, 21 Nov 2026 10:00:00 GMT');
    expect(clock.wrongBySeconds()).toBeUndefined();
  });

  it.each([
    ['was set back', -3_600_000, 0],
    ['slept', 3_600_000, 0],
  ])('knows nothing any more when the machine %s, until the next answer', (_, wall, steady) => {
    const { clock, state } = clocks(at('2026-11-21T10:00:00Z'));
    clock.hear('Sat, 21 Nov 2026 10:00:00 GMT');
    state.wallMs += wall;
    state.steadyMs += steady;
    expect(clock.now()).toBeUndefined();
    clock.hear('Sat, 21 Nov 2026 11:00:00 GMT');
    expect(clock.now()).toEqual(new Date('2026-11-21T11:00:00Z'));
  });
});
