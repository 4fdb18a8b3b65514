import { describe, expect, it } from 'vitest';
import { planRestart, postpone, restartCommand } from './restart.ts';

describe('planRestart', () => {
  const hours = 3600;
  it('restarts soon where nobody is signed in, and never after the deadline', () => {
    const plan = planRestart({ atMostSeconds: 4 * hours, deferrals: 3 }, 1000, false);
    expect(plan).toMatchObject({ dueAt: 1060, deadlineAt: 1000 + 4 * hours });
  });

  it('gives each deferral an equal share, and ends at the deadline', () => {
    let plan = planRestart({ atMostSeconds: 4 * hours, deferrals: 3 }, 0, true);
    const dues = [plan.dueAt];
    for (let count = 0; count < 5; count += 1) {
      plan = postpone(plan);
      dues.push(plan.dueAt);
    }
    expect(dues.map((due) => due / hours)).toEqual([1, 2, 3, 4, 4, 4]);
  });

  it('cannot be put off without a deferral', () => {
    const plan = planRestart({ atMostSeconds: hours, deferrals: 0 }, 0, true);
    expect(plan.dueAt).toBe(hours);
    expect(postpone(plan)).toEqual(plan);
  });
});

it('keeps the notice from being taken for an option', () => {
  expect(restartCommand('linux', '--no-wall')[1]).toEqual(['-r', '+1', 'Yojin: --no-wall']);
});
