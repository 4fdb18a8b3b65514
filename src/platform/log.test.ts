import { expect, it } from 'vitest';
import { createLog } from './log.ts';

it('logs an error with what helps, and without what is secret', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  const secret = 'S3CRET';
  const headers = { authorization: `Bearer ${secret}`, cookie: `yojin-session=${secret}` };
  log.info({ req: { headers } });
  log.info({ body: { password: secret, newPassword: secret, currentPassword: secret } });
  log.info({ body: { secret, token: secret, node_key: secret, enroll_secret: secret } });
  log.info({ user: { login: 'a', passwordHash: secret } });
  const violated = Object.assign(new Error('violates check constraint "users_role_check"'), {
    code: '23514',
    detail: `Failing row contains (1, a, ${secret}).`,
  });
  log.error({ err: violated }, 'request failed');
  const taken = Object.assign(new Error('duplicate key'), { detail: 'Key (name)=(x) exists.' });
  log.error({ err: taken }, 'request failed');
  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toContain(secret);
  expect(lines[3]).toContain('"login":"a"');
  expect(lines[4]).toContain('users_role_check');
  expect(lines[5]).toContain('Key (name)=(x) exists.');
});
