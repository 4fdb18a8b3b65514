import { describe, expect, it } from 'vitest';
import type { Match } from './matching.ts';
import { type AssetCircumstances, type InstalledMatch, observedOn } from './observe.ts';

const match = (more: Partial<Match> = {}): Match => ({
  weaknessKey: 'CVE-2026-0001',
  verdict: 'affected',
  class: 'normal',
  fixedVersion: '2',
  evidence: [
    { advisoryId: 'A', source: 'osv', matched: 'introduced 0, fixed 2', fixedVersion: '2' },
  ],
  ...more,
});
const installed = (component: string, name: string, more: Partial<Match> = {}): InstalledMatch => ({
  softwareId: 1,
  component,
  version: '1',
  subject: { ecosystem: 'Debian:12', name, version: '1' },
  match: match(more),
});
const asset = (more: Partial<AssetCircumstances> = {}): AssetCircumstances => ({
  assetId: 'a',
  runningKernel: '6.1.0-28-amd64',
  listening: null,
  ...more,
});

describe('observedOn', () => {
  it('makes one finding of several packages of one source, with evidence of each', () => {
    const [one, ...rest] = observedOn(asset(), [
      installed('libssl3', 'openssl'),
      installed('openssl', 'openssl', { fixedVersion: '3' }),
    ]);
    expect(rest).toEqual([]);
    expect(one).toMatchObject({ fix: { name: 'openssl', version: '3' }, findingClass: 'normal' });
    expect(one!.evidence.map(({ component }) => component)).toEqual(['libssl3', 'openssl']);
  });

  it('names every package to upgrade, those without a fix as well', () => {
    const [one] = observedOn(asset(), [
      installed('libold', 'old', { fixedVersion: null }),
      installed('libssl3', 'openssl'),
      installed('openssl', 'openssl', { fixedVersion: '10' }),
      installed('libssl1', 'openssl1'),
    ]);
    expect(one).toMatchObject({
      fix: { ecosystem: 'Debian:12', name: 'openssl', version: '10' },
      furtherFixes: [
        { ecosystem: 'Debian:12', name: 'old', version: null },
        { ecosystem: 'Debian:12', name: 'openssl1', version: '2' },
      ],
    });
    const [single] = observedOn(asset(), [installed('openssl', 'openssl')]);
    expect(single).not.toHaveProperty('furtherFixes');
    const [none] = observedOn(asset(), [
      installed('a', 'a', { fixedVersion: null }),
      installed('b', 'b', { fixedVersion: null }),
    ]);
    expect(none).toMatchObject({ fix: null });
  });

  it('leaves no package out where evidence is cut', () => {
    const many = Array.from({ length: 80 }, (_, n) => installed(`lib${n}`, 'openssl'));
    const [one] = observedOn(asset(), [...many, installed('other', 'other')]);
    expect(one!.evidence).toHaveLength(50);
    expect(one!.evidence.map(({ component }) => component)).toContain('other');
  });

  it.each`
    because                                             | listening             | reachable
    ${'the package answers the network'}                | ${['openssh-server']} | ${true}
    ${'another one does: a library may still be in it'} | ${['nginx']}          | ${null}
    ${'nobody knows who listens'}                       | ${null}               | ${null}
  `('reachable is $reachable when $because', ({ listening, reachable }) => {
    const known = listening && new Set<string>(listening);
    const [one] = observedOn(asset({ listening: known }), [installed('openssh-server', 'openssh')]);
    expect(one).toMatchObject({ reachable });
  });

  it.each`
    because                                    | component                       | running             | findingClass
    ${'the kernel that runs'}                  | ${'linux-image-6.1.0-28-amd64'} | ${'6.1.0-28-amd64'} | ${'normal'}
    ${'an older one beside it'}                | ${'linux-image-6.1.0-27-amd64'} | ${'6.1.0-28-amd64'} | ${'not-running-kernel'}
    ${'headers run nothing'}                   | ${'linux-libc-dev'}             | ${'6.1.0-28-amd64'} | ${'not-running-kernel'}
    ${'an image while nobody knows what runs'} | ${'linux-image-6.1.0-27-amd64'} | ${null}             | ${'normal'}
  `('$because: $findingClass', ({ component, running, findingClass }) => {
    const [one] = observedOn(asset({ runningKernel: running }), [installed(component, 'linux')]);
    expect(one).toMatchObject({ findingClass });
  });

  it('reports nothing that is only unknown: it is counted as not assessed', () => {
    expect(observedOn(asset(), [installed('x', 'x', { verdict: 'unknown' })])).toEqual([]);
  });
});
