import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../testing/database.ts';
import { testCertificates } from '../../../testing/server-for-tests.ts';
import type { ChannelTarget } from '../api.ts';
import { noticeOf, startNoticeServer } from '../testdata/notice-server.ts';
import { startMailServer } from '../testdata/receivers.ts';

type MailTarget = Extract<ChannelTarget, { type: 'mail' }>;

const target = (port: number, given: Partial<MailTarget> = {}): MailTarget => ({
  type: 'mail',
  host: '127.0.0.1',
  port,
  security: 'none',
  from: 'yojin@example.jp',
  to: ['anna@example.jp'],
  ...given,
});

test('a mail arrives with subject, sentence and address; when it is sent again it has the same id', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using mail = await startMailServer();
  await server.makeChannel({
    language: 'ja',
    target: target(mail.port, { to: ['anna@example.jp', 'bo@example.jp'] }),
  });
  await server.tell([
    noticeOf('a', { text: { ja: '霜が降りました。\r\nBcc: evil@example.jp', en: 'frost' } }),
  ]);
  // Taken, but the connection breaks before it says so.
  mail.replyWith((command) => (command === '.' ? '451 later' : undefined));
  await server.notices.pass();
  mail.replyWith(() => undefined);
  server.clock.advance(3_600);
  await server.notices.pass();

  expect(mail.mails).toHaveLength(1);
  const { to, data } = mail.mails[0]!;
  expect(to).toEqual(['anna@example.jp', 'bo@example.jp']);
  const [head = '', body = ''] = data.split('\r\n\r\n');
  expect(head).toMatch(/^From: Yojin <yojin@example.jp>$/m);
  expect(head).toMatch(/^Message-ID: <notice-[0-9a-f]{8}-\d+-1@example.jp>$/m);
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(head).not.toMatch(/^Bcc/im);
  expect(decoded(head, body)).toBe(
    '[注意] 霜が降りました。 Bcc: evil@example.jp\nhttps://console.example/fields/a',
  );
});

test('an address that is refused is said; a server that refuses them all fails', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using mail = await startMailServer((command) =>
    command.includes('gone@') ? '550 no such user' : undefined,
  );
  const some = await server.makeChannel({
    target: target(mail.port, { to: ['anna@example.jp', 'gone@example.jp'] }),
  });
  const none = await server.makeChannel({ target: target(mail.port, { to: ['gone@example.jp'] }) });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  expect(mail.mails).toHaveLength(1);
  expect(await server.channel(some.id)).toMatchObject({
    state: 'working',
    lastError: { code: 'some-recipients-refused', detail: 'gone@example.jp' },
  });
  expect(await server.channel(none.id)).toMatchObject({
    state: 'failing',
    lastError: { code: 'mail-refused', detail: expect.stringContaining('550') },
  });
});

test('a server that says nothing, and one without the encryption that was asked for', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db, { sendWithinMs: 500 });
  await using silent = await startMailServer(() => 'hang');
  await using plain = await startMailServer();
  const hanging = await server.makeChannel({ target: target(silent.port) });
  const secure = await server.makeChannel({
    target: target(plain.port, {
      security: 'starttls',
      user: 'yojin',
      password: 'hunter2-hunter2',
    }),
  });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  expect((await server.channel(hanging.id)).lastError).toMatchObject({ code: 'timeout' });
  expect(await server.channel(secure.id)).toMatchObject({ state: 'failing' });
  // Nothing of the password was said in the clear.
  expect(plain.commands.some((command) => /AUTH|hunter2/i.test(command))).toBe(false);
  expect(plain.mails).toEqual([]);
});

test('a mail server with a certificate that nobody vouches for gets no password', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  const folder = mkdtempSync(join(tmpdir(), 'yojin-mail-'));
  const { key, cert } = await testCertificates(folder);
  const heard: string[] = [];
  const secure = createServer({ key, cert }, (socket) => {
    socket.on('data', (chunk) => heard.push(chunk.toString()));
    socket.on('error', () => undefined);
  });
  secure.on('tlsClientError', () => undefined);
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const { port } = secure.address() as AddressInfo;
  const { id } = await server.makeChannel({
    target: target(port, { security: 'tls', user: 'yojin', password: 'hunter2-hunter2' }),
  });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  expect((await server.channel(id)).lastError?.code).toBe('certificate');
  expect(heard).toEqual([]);
  secure.close();
  rmSync(folder, { recursive: true });
});

function decoded(head: string, body: string): string {
  const encoding = /^Content-Transfer-Encoding: (\S+)/im.exec(head)?.[1]?.toLowerCase();
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(
          body
            .replaceAll('=\r\n', '')
            .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          'latin1',
        );
  return bytes.toString('utf8').replaceAll('\r\n', '\n').trim();
}
