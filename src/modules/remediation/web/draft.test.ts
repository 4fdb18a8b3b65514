import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { NewCampaign } from '../api.ts';
import {
  type CampaignDraft,
  draftFaults,
  isCounted,
  localText,
  newCampaignOf,
  type RingDraft,
  ringFaults,
  startDraft,
  usualRings,
} from './draft.ts';

const now = new Date('2026-11-21T12:00:00Z');
const rings = usualRings(['one', 'some', 'more', 'all']);
const draft = (patch: Partial<CampaignDraft> = {}) =>
  startDraft(rings, now, { fixId: 3, ...patch });
const ring = (key: number, patch: Partial<RingDraft>): RingDraft => ({
  key,
  name: `ring ${key}`,
  size: 100,
  unit: 'percent',
  selector: '',
  soakMinutes: 0,
  ...patch,
});

describe('a draft of a campaign', () => {
  it('is one endpoint, 5 %, 25 % and all unless somebody says otherwise', () => {
    const request = newCampaignOf(draft(), now);
    expect(request?.rings).toEqual([
      { name: 'one', percent: 0.0001, atLeast: 1, soakMinutes: 60 },
      { name: 'some', percent: 5, soakMinutes: 60 },
      { name: 'more', percent: 25, soakMinutes: 60 },
      { name: 'all', percent: 100, soakMinutes: 0 },
    ]);
    expect(request?.rings?.map(isCounted)).toEqual([true, false, false, false]);
    expect(request?.work).toEqual({ kind: 'fix', fixId: 3 });
  });

  it.each([
    draft(),
    draft({ kind: 'findings', severities: [], exploitedOnly: true, selector: ' os:debian ' }),
    draft({
      endpointIds: ['5f0c7a52-2a3e-4e57-9a70-6a3e62a6a001'],
      window: { days: [1, 5], from: '22:00', to: '05:00' },
      restart: 'when-needed',
      restartNotice: 'At noon',
      dryRunFirst: true,
      title: 'Put it out',
    }),
  ])('makes a request that the contract takes (%#)', (one) => {
    const request = newCampaignOf(one, now);
    expect(request).not.toBeNull();
    expect([...Value.Errors(NewCampaign, request)]).toEqual([]);
  });

  it('says nothing of a notice where nothing is restarted', () => {
    const request = newCampaignOf(draft({ restartNotice: 'left over' }), now);
    expect(request).not.toHaveProperty('restartNotice');
  });

  it.each([
    ['fix', { fixId: null }],
    ['action', { kind: 'action', selector: 'os:debian' }],
    ['selection', { kind: 'action', action: { ...draft().action, packages: 'hello' } }],
    ['rings', { rings: [] }],
    ['window-days', { window: { days: [], from: '22:00', to: '05:00' } }],
    ['window-times', { window: { days: [1], from: '22:00', to: '22:00' } }],
    ['window-times', { window: { days: [1], from: '', to: '05:00' } }],
    ['deadline', { deadline: localText(new Date(now.getTime() - 60_000)) }],
    ['deadline', { deadline: '' }],
    ['halt', { haltAtFailurePercent: '' }],
    ['deferrals', { deferrals: '' }],
  ] as const)('lacks %s: no request', (fault, patch) => {
    const one = draft(patch as Partial<CampaignDraft>);
    expect(draftFaults(one, now)).toEqual([fault]);
    expect(newCampaignOf(one, now)).toBeNull();
  });
});

describe('rings', () => {
  it.each([
    ['name', [ring(0, { size: 5, name: ' ' }), ring(1, {})]],
    ['size', [ring(0, { size: '' }), ring(1, {})]],
    ['size', [ring(0, { size: 1.5, unit: 'endpoints' }), ring(1, {})]],
    ['order', [ring(1, { size: 20 }), ring(0, { size: 20 }), ring(2, {})]],
    ['mixed', [ring(1, { size: 20 }), ring(0, { size: 3, unit: 'endpoints' }), ring(2, {})]],
  ] as const)('have a fault of %s', (fault, wrong) => {
    expect([...ringFaults(wrong)]).toEqual([[0, fault]]);
  });

  it.each([{ size: 99 }, { size: 500, unit: 'endpoints' }] as const)(
    'end with all, not with %j',
    (last) => {
      expect([...ringFaults([ring(0, { size: 5 }), ring(1, last)])]).toEqual([[1, 'last']]);
    },
  );

  it('may be counted in endpoints before they are in percent', () => {
    const fine = [
      ring(0, { size: 1, unit: 'endpoints' }),
      ring(1, { size: 1, unit: 'endpoints' }),
      ring(2, {}),
    ];
    expect(ringFaults(fine).size).toBe(0);
  });
});
