import { expect, it } from 'vitest';
import { findTarget, tooFewDescriptors } from './preflight.ts';

it.each([
  ['127.0.0.1:8743', { host: '127.0.0.1', port: 8743, address: '127.0.0.1' }],
  ['127.3.2.1:1', { host: '127.3.2.1', port: 1, address: '127.3.2.1' }],
  ['[::1]:8743', { host: '::1', port: 8743, address: '::1' }],
])('%s is this machine', async (server, target) => {
  expect(await findTarget(server, false)).toEqual({ ok: true, target });
});

it('localhost is this machine', async () => {
  expect(await findTarget('localhost:8743', false)).toMatchObject({ ok: true });
});

it.each(['192.0.2.7:8743', '[2001:db8::7]:8743', '0.0.0.0:8743', '10.0.0.5:443', '[::]:8743'])(
  '%s is refused unless allowed',
  async (server) => {
    expect(await findTarget(server, false)).toMatchObject({
      ok: false,
      obstacle: { kind: 'remote' },
    });
    expect(await findTarget(server, true)).toMatchObject({ ok: true });
  },
);

it.each(['nowhere', 'host:', 'host:0', 'host:70000', 'https://host:8743', 'a b:1'])(
  '"%s" is no address',
  async (server) => {
    expect(await findTarget(server, true)).toEqual({
      ok: false,
      obstacle: { kind: 'address', server },
    });
  },
);

it('says how many descriptors are missing', () => {
  expect(tooFewDescriptors(1, 1)).toBeUndefined();
  expect(tooFewDescriptors(1e9, 3)).toMatchObject({ kind: 'descriptors', needed: 3e9 + 100 });
});
