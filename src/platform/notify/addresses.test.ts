import { describe, expect, test } from 'vitest';
import { addressClass, resolveAllowed } from './addresses.ts';

describe('where an address lies', () => {
  test.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'private'],
    ['127.8.8.8', 'private'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['::1', 'private'],
    ['fd00::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['::ffff:a9fe:a9fe', 'never'],
    ['64:ff9b::a00:1', 'never'],
    ['2002:a00:1::', 'never'],
    ['fe80::1', 'never'],
    ['0.0.0.0', 'never'],
    ['::', 'never'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['localhost', 'never'],
  ])('%s is %s', (address, place) => {
    expect(addressClass(address)).toBe(place);
  });
});

describe('who may be reached', () => {
  const refused = { problem: { code: 'address-refused' } };

  test('private addresses only where they are allowed', async () => {
    await expect(
      resolveAllowed('10.0.0.1', { allowPrivate: false, plain: false }),
    ).rejects.toMatchObject(refused);
    await expect(
      resolveAllowed('localhost', { allowPrivate: false, plain: false }),
    ).rejects.toMatchObject(refused);
    await expect(
      resolveAllowed('[::1]', { allowPrivate: true, plain: true }),
    ).resolves.toMatchObject([{ address: '::1', family: 6, place: 'private' }]);
  });

  test('nobody public without encryption, and the metadata of a cloud never', async () => {
    await expect(
      resolveAllowed('8.8.8.8', { allowPrivate: true, plain: true }),
    ).rejects.toMatchObject(refused);
    await expect(
      resolveAllowed('169.254.169.254', { allowPrivate: true, plain: true }),
    ).rejects.toMatchObject(refused);
  });

  test('a name that nobody knows is said so', async () => {
    await expect(
      resolveAllowed('no-such-host.invalid', { allowPrivate: true, plain: false }),
    ).rejects.toMatchObject({ problem: { code: 'name-unknown' } });
  });
});
