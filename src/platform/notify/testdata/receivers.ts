import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A real HTTP server that keeps what it gets; `answer` says what becomes of each request. */
export async function startReceiver(
  answer: (request: ReceivedRequest, response: ServerResponse) => void = (_request, response) =>
    void response.end('ok'),
) {
  const requests: ReceivedRequest[] = [];
  const state = { answer };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      state.answer(received, response);
    });
    request.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    url: `http://127.0.0.1:${port}`,
    port,
    answerWith(next: typeof answer) {
      state.answer = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

/**
 * A small SMTP server: greeting, EHLO, MAIL, RCPT, DATA, QUIT. `reply` may answer a command itself
 * (without line end); `undefined`: as usual; `hang`: never.
 */
export async function startMailServer(
  reply: (command: string) => string | undefined = () => undefined,
) {
  const mails: ReceivedMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const state = { reply };
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let rest = '';
    let mail: { from: string; to: string[]; data: string } = { from: '', to: [], data: '' };
    let inData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const usual = (command: string): string => {
      const verb = command.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') return '250-test\r\n250-8BITMIME\r\n250 SMTPUTF8';
      if (verb === 'MAIL') mail = { from: command, to: [], data: '' };
      if (verb === 'RCPT') mail.to.push(/<(.*?)>/.exec(command)?.[1] ?? '');
      if (verb === 'DATA') {
        inData = true;
        return '354 go on';
      }
      return verb === 'QUIT' ? '221 bye' : '250 ok';
    };
    const hear = (line: string) => {
      if (inData) {
        if (line !== '.') {
          mail.data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
          return;
        }
        inData = false;
        const own = state.reply('.');
        if (own === undefined) mails.push(mail);
        if (own !== 'hang') say(own ?? '250 taken');
        return;
      }
      commands.push(line);
      const own = state.reply(line);
      if (own === 'hang') return;
      say(own ?? usual(line));
    };
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        hear(line);
      }
    });
    say('220 test');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    mails,
    commands,
    port,
    replyWith(next: typeof reply) {
      state.reply = next;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
