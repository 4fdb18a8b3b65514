import { createHmac } from 'node:crypto';
import { DeliveryError } from '../delivery-error.ts';
import { send } from '../request.ts';
import { type Message, moreText, openWord, severityWord, shortened, shownOf } from '../wording.ts';
import type { MessageSender, Reach } from './channel.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };

/** Slack's incoming webhook; Mattermost and Rocket.Chat take the same. */
export const sendToSlack: MessageSender<'slack'> = async (message, reach) => {
  await post(reach, JSON.stringify({ text: slackText(message) }), json);
  return {};
};

/** A Teams workflow "when a webhook request is received": a message with an adaptive card. */
export const sendToTeams: MessageSender<'teams'> = async (message, reach) => {
  await post(reach, JSON.stringify(teamsCard(message)), json);
  return {};
};

/**
 * JSON for programs. The signature is the HMAC-SHA256 of "<timestamp>.<body>", in hex; the
 * timestamp (seconds) stands beside it, so that an old request can be told from a new one.
 */
export const sendSigned: MessageSender<'webhook'> = async (message, reach) => {
  const key = reach.secrets['signingKey'];
  const body = JSON.stringify({
    version: 1,
    id: message.id,
    notices: message.notices.map((notice) => ({
      id: notice.id,
      key: notice.key,
      kind: notice.kind,
      severity: notice.severity,
      text: notice.text,
      url: notice.url,
      scopeId: notice.scopeId,
      toldAt: notice.toldAt.toISOString(),
    })),
  });
  const timestamp = String(Math.floor(reach.now.getTime() / 1_000));
  await post(reach, body, {
    ...json,
    'x-yojin-delivery': message.id,
    'x-yojin-timestamp': timestamp,
    ...(key !== undefined && { 'x-yojin-signature': `v1=${signatureOf(key, timestamp, body)}` }),
  });
  return {};
};

/** What a receiver computes to compare with `x-yojin-signature`, in hex. */
export function signatureOf(key: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
}

async function post(
  { secrets, allowPrivate, signal }: Reach<'slack' | 'teams' | 'webhook'>,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const url = secrets['url'];
  if (url === undefined) throw new DeliveryError('secret-missing', 'the address is not set');
  await send({ method: 'POST', url, headers, body, allowPrivate, signal });
}

function slackText(message: Message): string {
  const { language } = message;
  const { shown, more } = shownOf(message);
  const lines = shown.map(
    ({ severity, text, url }) =>
      `*${severityWord(severity, language)}* ${escaped(shortened(text[language], 500))} ` +
      `<${escaped(url)}|${openWord(language)}>`,
  );
  if (shown.length > 1) lines.unshift(`*${escaped(message.title)}*`);
  if (more > 0) lines.push(moreText(more, language));
  return lines.join('\n');
}

/** Without it a text could ring everybody's bell (`<!channel>`) or disguise a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const cardColours = { information: 'Default', warning: 'Warning', urgent: 'Attention' } as const;

function teamsCard(message: Message): object {
  const { language } = message;
  // A message of Teams holds 28 KB at most.
  const { shown: all } = shownOf(message);
  const shown = all.slice(0, 20);
  const more = message.notices.length - shown.length;
  const block = (text: string, options: object = {}) => ({
    type: 'TextBlock',
    text: withoutMarkdown(text),
    wrap: true,
    ...options,
  });
  const body =
    shown.length === 1
      ? [block(shortened(message.title, 500), titleStyle(message))]
      : [
          block(message.title, titleStyle(message)),
          ...shown.map((notice) => ({
            type: 'TextBlock',
            wrap: true,
            spacing: 'Small',
            text:
              `**${severityWord(notice.severity, language)}** ` +
              `${withoutMarkdown(shortened(notice.text[language], 300))} ` +
              `[${openWord(language)}](${notice.url})`,
          })),
        ];
  if (more > 0) body.push(block(moreText(more, language)));
  const actions =
    shown.length === 1 && shown[0]
      ? [{ type: 'Action.OpenUrl', title: openWord(language), url: shown[0].url }]
      : [];
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body,
          actions,
        },
      },
    ],
  };
}

function titleStyle({ notices }: Message): object {
  return { weight: 'Bolder', color: cardColours[notices[0]?.severity ?? 'information'] };
}

/** Cards read a part of Markdown: what could become a link or a style is written out. */
function withoutMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]()#>~-]/g, '\\$&');
}
