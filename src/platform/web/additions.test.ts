import { describe, expect, it } from 'vitest';
import { additionsFor } from './additions.tsx';
import type { WebAddition, WebModule } from './page.ts';

const addition = (id: string, over: Partial<WebAddition> = {}): WebAddition => ({
  place: 'overview.tiles',
  id,
  order: 10,
  component: () => null,
  ...over,
});
const module = (...additions: WebAddition[]): WebModule => ({
  name: 'some',
  pages: [],
  messages: { ja: {}, en: {} },
  additions,
});
const idsFor = (modules: readonly WebModule[], role?: 'viewer' | 'administrator') =>
  additionsFor(modules, 'overview.tiles', role).map(({ id }) => id);

describe('what modules add to a place', () => {
  it('comes in order, whatever the order of the modules', () => {
    expect(idsFor([module(addition('late', { order: 20 })), module(addition('early'))])).toEqual([
      'early',
      'late',
    ]);
  });

  it('is only what belongs to that place', () => {
    expect(idsFor([module(addition('tab', { place: 'endpoint.tabs' })), module()])).toEqual([]);
  });

  it('is kept from those who may not see it', () => {
    const modules = [module(addition('keys', { permission: 'keys:administer' }))];
    expect(idsFor(modules, 'viewer')).toEqual([]);
    expect(idsFor(modules)).toEqual([]);
    expect(idsFor(modules, 'administrator')).toEqual(['keys']);
  });
});
