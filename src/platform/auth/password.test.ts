import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword, weaknessOfPassword } from './password.ts';

describe('hashPassword', () => {
  it('is a PHC string with its parameters, salted', async () => {
    const [one, two] = await Promise.all([
      hashPassword('violet anchor'),
      hashPassword('violet anchor'),
    ]);
    expect(one).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[\w+/]{22}==\$[\w+/]{43}=$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword('violet anchor', one)).toBe(true);
    expect(await verifyPassword('violet anchor ', one)).toBe(false);
  });

  it('takes full and half width for one', async () => {
    const stored = await hashPassword('ｐａｓｓ　phrase が');
    expect(await verifyPassword('pass phrase か\u3099', stored)).toBe(true);
  });
});

describe('verifyPassword', () => {
  it.each([null, '', 'x', '$scrypt$ln=17,r=8,p=1$$', '$2b$10$abc'])(
    '%j opens nothing',
    async (stored) => {
      expect(await verifyPassword('', stored)).toBe(false);
    },
  );
});

describe('weaknessOfPassword', () => {
  it.each([
    ['PASSWORD1234', 'anna', 'PASSWORD_COMMON'],
    ['ｐａｓｓｗｏｒｄ１２３４', 'anna', 'PASSWORD_COMMON'],
    ['ababababababab', 'anna', 'PASSWORD_COMMON'],
    ['Anna.Example', 'anna.example', 'PASSWORD_IS_LOGIN'],
    ['annaannaanna1', 'anna', 'PASSWORD_IS_LOGIN'],
    ['violet anchor', 'anna', null],
    ['anna and her violet anchor', 'anna', null],
    ['ふじさんにゆきがふる一月', 'anna', null],
  ])('%s for %s: %s', (password, login, weakness) => {
    expect(weaknessOfPassword(password, login)).toBe(weakness);
  });
});
