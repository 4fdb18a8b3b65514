import { describe, expect, it } from 'vitest';
import { knownUuid, parseEnrolment } from './enrolment.ts';
import recorded from './testdata/recorded-requests.json' with { type: 'json' };

const UUID = '8f3c2a54-6c1b-4b8f-9d0e-5a1f7c9b2e11';
const body = (more: object = {}, system: object = {}) => ({
  enroll_secret: 's',
  host_identifier: UUID,
  platform_type: '9',
  host_details: {
    system_info: {
      hostname: 'alpha',
      uuid: UUID.toUpperCase(),
      hardware_vendor: 'Dell Inc.',
      ...system,
    },
    osquery_info: { instance_id: 'i1', version: '5.23.1', build_platform: 'linux' },
    os_version: { name: 'Debian GNU/Linux', version: '12', arch: 'x86_64', platform: 'debian' },
  },
  ...more,
});
function newcomerOf(value: object) {
  const parsed = parseEnrolment(value as never);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.newcomer;
}

describe('parseEnrolment', () => {
  it('reads a host', () => {
    expect(newcomerOf(body())).toEqual({
      secret: 's',
      hostKey: UUID,
      instanceId: 'i1',
      identity: {
        hostIdentifier: UUID,
        hardwareUuid: UUID,
        hostname: 'alpha',
        platform: 'linux',
        agentVersion: '5.23.1',
        osName: 'Debian GNU/Linux',
        osVersion: '12',
        arch: 'x86_64',
      },
    });
  });

  it('reads the recorded host: cpu_brand with NUL, no platform_info, a UUID that osquery made up', () => {
    expect(JSON.stringify(recorded.enrol.body)).toContain('\\u0000');
    expect(newcomerOf(recorded.enrol.body)).toMatchObject({
      secret: 'secret',
      hostKey: 'c4c1542a-0de4-4cfd-ac0a-068c6d194dd1',
      instanceId: 'a94fa84c-a381-4640-aeef-efadc4674c89',
      identity: { hostname: 'vm', hardwareUuid: null, platform: 'linux', agentVersion: '5.23.1' },
    });
  });

  it('takes a host without details by its identifier', () => {
    const { host_details: _, ...bare } = body({ host_identifier: 'alpha.example' });
    expect(newcomerOf(bare)).toMatchObject({
      hostKey: 'alpha.example',
      identity: { hostname: 'alpha.example', hardwareUuid: null, osName: null },
    });
  });

  it.each([
    ['1', undefined],
    ['9', 'linux'],
    ['17', 'darwin'],
    ['21', 'darwin'],
    ['2', 'windows'],
    [8, 'linux'],
    ['5', undefined],
    ['4', undefined],
    [undefined, 'linux'],
    ['', 'linux'],
    [{}, 'linux'],
  ])('platform_type %j is %s', (platform_type, platform) => {
    const parsed = parseEnrolment(body({ platform_type }) as never);
    if (platform === undefined)
      expect(parsed).toMatchObject({ refusal: { reason: 'PLATFORM_UNSUPPORTED' } });
    else expect(parsed).toMatchObject({ newcomer: { identity: { platform } } });
  });

  it.each([
    [{ enroll_secret: 1 }, 'WRONG_TYPE'],
    [{ enroll_secret: undefined }, 'WRONG_TYPE'],
    [{ host_identifier: {} }, 'WRONG_TYPE'],
    [{ host_details: [] }, 'WRONG_TYPE'],
    [{ host_details: 'x' }, 'WRONG_TYPE'],
    [{ host_identifier: 'localhost', host_details: {} }, 'HOST_NOT_IDENTIFIED'],
    [{ host_identifier: '', host_details: {} }, 'HOST_NOT_IDENTIFIED'],
    [
      { host_identifier: '\0', host_details: { system_info: 7, osquery_info: [] } },
      'HOST_NOT_IDENTIFIED',
    ],
  ])('refuses %j with %s', (more, reason) => {
    expect(parseEnrolment(body(more) as never)).toMatchObject({ ok: false, refusal: { reason } });
  });

  it('does not take for an identity what many hosts share', () => {
    const { hostKey, identity } = newcomerOf(
      body({ host_identifier: 'localhost' }, { uuid: 'Default string' }),
    );
    expect([hostKey, identity.hardwareUuid]).toEqual([null, null]);
  });

  it('bounds and cleans every text', () => {
    const { identity } = newcomerOf(body({}, { hostname: ` a\0b${'x'.repeat(1000)}` }));
    expect(identity.hostname).toHaveLength(254);
    expect(identity.hostname.startsWith('abx')).toBe(true);
  });
});

describe('knownUuid', () => {
  it.each([
    '',
    'Default string',
    'Not Settable',
    'To be filled by O.E.M.',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    'fefefefe-fefe-fefe-fefe-fefefefefefe',
    '03000200-0400-0500-0006-000700080009',
    '4C4C4544-0000-2010-8020-80C04F202020',
    '12345',
    '\0',
  ])('%j says nothing about the hardware', (text) => {
    expect(knownUuid(text)).toBeNull();
  });

  it('is the UUID in lower case', () => {
    expect(knownUuid(` ${UUID.toUpperCase()} `)).toBe(UUID);
    // Some server boards fill only the last part, with their MAC address.
    expect(knownUuid('00000000-0000-0000-0000-AC1F6B0A1B2C')).not.toBeNull();
  });
});
