import { DeliveryError } from '../delivery-error.ts';
import { type IncomingAnswer, type OutgoingRequest, send } from '../request.ts';
import { type Message, type MessageNotice, plainText, shortened } from '../wording.ts';
import type { Reach, TicketSystem } from './channel.ts';

/** Jira Cloud (user and API token) and Data Center (personal access token): REST API 2 of both. */
export const jira: TicketSystem<'jira'> = {
  async open(notice, message, reach) {
    const { target } = reach;
    const { json } = await ask(reach, 'POST', '/rest/api/2/issue', {
      fields: {
        project: { key: target.project },
        issuetype: { name: target.issueType },
        summary: titleOf(notice, message),
        description: plainText(message),
      },
    });
    const key = textOf(json, 'key');
    return {
      id: key,
      url: key === null ? null : `${baseOf(target.url)}/browse/${encodeURIComponent(key)}`,
    };
  },
  comment: (id, message, reach) =>
    unlessGone(
      ask(reach, 'POST', `/rest/api/2/issue/${encodeURIComponent(id)}/comment`, {
        body: plainText(message),
      }),
    ),
};

const urgencies = { information: '3', warning: '2', urgent: '1' } as const;

/** ServiceNow incidents over the Table API; user and password, or a token (OAuth) alone. */
export const serviceNow: TicketSystem<'servicenow'> = {
  async open(notice, message, reach) {
    const { target } = reach;
    const { json } = await ask(reach, 'POST', '/api/now/table/incident', {
      short_description: titleOf(notice, message),
      description: plainText(message),
      urgency: urgencies[notice.severity],
      correlation_display: 'Yojin',
      correlation_id: notice.key.slice(0, 100),
      ...(target.assignmentGroup && { assignment_group: target.assignmentGroup }),
    });
    const result = memberOf(json, 'result');
    const id = textOf(result, 'sys_id');
    const url =
      id === null
        ? null
        : `${baseOf(target.url)}/nav_to.do?uri=incident.do?sys_id=${encodeURIComponent(id)}`;
    return { id, url };
  },
  comment: (id, message, reach) =>
    unlessGone(
      ask(reach, 'PATCH', `/api/now/table/incident/${encodeURIComponent(id)}`, {
        work_notes: plainText(message),
      }),
    ),
};

/** GitHub issues; `url` is https://api.github.com, or https://<host>/api/v3 of an own server. */
export const github: TicketSystem<'github'> = {
  async open(notice, message, reach) {
    const { repository, labels } = reach.target;
    const { json } = await ask(reach, 'POST', `/repos/${repository}/issues`, {
      title: titleOf(notice, message),
      body: withoutMentions(plainText(message)),
      ...(labels && labels.length > 0 && { labels }),
    });
    const number = memberOf(json, 'number');
    return {
      id: typeof number === 'number' ? String(number) : null,
      url: webAddress(textOf(json, 'html_url')),
    };
  },
  comment: (id, message, reach) =>
    unlessGone(
      ask(
        reach,
        'POST',
        `/repos/${reach.target.repository}/issues/${encodeURIComponent(id)}/comments`,
        { body: withoutMentions(plainText(message)) },
      ),
    ),
};

const backlogPriorities = { information: '4', warning: '3', urgent: '2' } as const;

/** Backlog (Nulab) issues, API 2. The project's key and the type's name are looked up. */
export const backlog: TicketSystem<'backlog'> = {
  async open(notice, message, reach) {
    const { target } = reach;
    const project = await ask(reach, 'GET', `/api/v2/projects/${target.project}`);
    const projectId = memberOf(project.json, 'id');
    const types = await ask(reach, 'GET', `/api/v2/projects/${target.project}/issueTypes`);
    const listed: readonly unknown[] = Array.isArray(types.json) ? types.json : [];
    const type = target.issueType
      ? listed.find((each) => textOf(each, 'name') === target.issueType)
      : listed[0];
    const typeId = memberOf(type, 'id');
    if (typeof projectId !== 'number' || typeof typeId !== 'number') {
      const wanted = target.issueType ?? 'any';
      throw new DeliveryError('not-understood', `${target.project} has no issue type: ${wanted}`);
    }
    const { json } = await ask(
      reach,
      'POST',
      '/api/v2/issues',
      new URLSearchParams({
        projectId: String(projectId),
        issueTypeId: String(typeId),
        priorityId: backlogPriorities[notice.severity],
        summary: titleOf(notice, message),
        description: plainText(message),
      }),
    );
    const key = textOf(json, 'issueKey');
    return {
      id: key,
      url: key === null ? null : `${baseOf(target.url)}/view/${encodeURIComponent(key)}`,
    };
  },
  comment: (id, message, reach) =>
    unlessGone(
      ask(
        reach,
        'POST',
        `/api/v2/issues/${encodeURIComponent(id)}/comments`,
        new URLSearchParams({ content: plainText(message) }),
      ),
    ),
};

type TicketReach = Reach<'jira' | 'servicenow' | 'github' | 'backlog'>;

function ask(
  { target, secrets, allowPrivate, signal }: TicketReach,
  method: OutgoingRequest['method'],
  path: string,
  body?: object,
): Promise<IncomingAnswer> {
  const token = secrets['token'];
  if (token === undefined) throw new DeliveryError('secret-missing', 'the token is not set');
  const url = new URL(`${baseOf(target.url)}${path}`);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (target.type === 'backlog') {
    url.searchParams.set('apiKey', token);
  } else if (target.type !== 'github' && target.user) {
    headers['authorization'] = `Basic ${Buffer.from(`${target.user}:${token}`).toString('base64')}`;
  } else {
    headers['authorization'] = `Bearer ${token}`;
  }
  if (target.type === 'github') {
    headers['accept'] = 'application/vnd.github+json';
    headers['x-github-api-version'] = '2022-11-28';
  }
  const form = body instanceof URLSearchParams;
  if (body)
    headers['content-type'] = form ? 'application/x-www-form-urlencoded' : 'application/json';
  return send({
    method,
    url: url.href,
    headers,
    ...(body && { body: form ? body.toString() : JSON.stringify(body) }),
    allowPrivate,
    signal,
  });
}

/** Somebody may have deleted the ticket: then it is to be opened anew. */
async function unlessGone(asked: Promise<IncomingAnswer>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    const gone =
      error instanceof DeliveryError &&
      error.problem.code === 'answered' &&
      /^(404|410) /.test(error.problem.detail);
    if (gone) return false;
    throw error;
  }
}

function titleOf(notice: MessageNotice, message: Message): string {
  return shortened(notice.text[message.language], 150);
}

function baseOf(url: string): string {
  return url.replace(/\/+$/, '');
}

/** GitHub tells people of a text with their name in it. */
function withoutMentions(text: string): string {
  return text.replaceAll('@', '@\u200b');
}

/** What another server says becomes a link in the console: only to the web. */
function webAddress(text: string | null): string | null {
  if (text === null || text.length > 2_000 || !URL.canParse(text)) return null;
  return /^https?:$/.test(new URL(text).protocol) ? text : null;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function textOf(value: unknown, name: string): string | null {
  const text = memberOf(value, name);
  return typeof text === 'string' && text !== '' && text.length <= 2_000 ? text : null;
}
