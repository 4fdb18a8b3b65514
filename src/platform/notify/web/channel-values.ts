import { ApiProblem } from '../../web/api-client.ts';
import { problemText } from '../../web/notify.ts';
import type { Language, Translate } from '../../web/translate.ts';
import {
  type Channel,
  type ChannelCreate,
  type ChannelTarget,
  type ChannelType,
  makesTickets,
} from '../api.ts';

/** The form's fields: those of all types side by side. */
export interface ChannelValues {
  name: string;
  type: ChannelType;
  enabled: boolean;
  language: Language;
  kinds: string[];
  leastSeverity: Channel['leastSeverity'];
  scopeIds: string[] | null;
  allowPrivate: boolean;
  mode: Channel['schedule']['mode'];
  timeZone: string;
  dailyAt: string;
  quiet: boolean;
  quietFrom: string;
  quietTo: string;
  urgentAtOnce: boolean;
  host: string;
  port: number | string;
  security: 'tls' | 'starttls' | 'none';
  user: string;
  from: string;
  to: string[];
  password: string;
  url: string;
  signingKey: string;
  token: string;
  project: string;
  issueType: string;
  assignmentGroup: string;
  repository: string;
  labels: string[];
  again: 'comment' | 'leave';
}

/** What a form begins with; `channel` null: a new one, for the scopes of its maker. */
export function initialValues(
  channel: Channel | null,
  language: Language,
  ownScopeIds: readonly string[] | null,
): ChannelValues {
  const target = (channel?.target ?? {}) as Record<string, unknown>;
  const text = (name: string, fallback = '') =>
    typeof target[name] === 'string' ? target[name] : fallback;
  const texts = (name: string) => (Array.isArray(target[name]) ? (target[name] as string[]) : []);
  const { schedule } = channel ?? {};
  return {
    name: channel?.name ?? '',
    type: channel?.target.type ?? 'mail',
    enabled: channel?.enabled ?? true,
    language: channel?.language ?? language,
    kinds: [...(channel?.kinds ?? [])],
    leastSeverity: channel?.leastSeverity ?? 'warning',
    scopeIds: (channel ? channel.scopeIds : ownScopeIds)?.slice() ?? null,
    allowPrivate: channel?.allowPrivate ?? false,
    mode: schedule?.mode ?? 'at-once',
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    dailyAt: schedule?.dailyAt ?? '09:00',
    quiet: schedule !== undefined && schedule.quiet !== null,
    quietFrom: schedule?.quiet?.from ?? '22:00',
    quietTo: schedule?.quiet?.to ?? '07:00',
    urgentAtOnce: schedule?.urgentAtOnce ?? true,
    host: text('host'),
    port: typeof target['port'] === 'number' ? target['port'] : 587,
    security: text('security', 'starttls') as ChannelValues['security'],
    user: text('user'),
    from: text('from'),
    to: texts('to'),
    password: '',
    url: text('url'),
    signingKey: '',
    token: '',
    project: text('project'),
    issueType: text('issueType'),
    assignmentGroup: text('assignmentGroup'),
    repository: text('repository'),
    labels: texts('labels'),
    again: text('again', 'comment') as ChannelValues['again'],
  };
}

/** What is sent: only the fields of the chosen type, and only secrets that were typed. */
export function toChannel(values: ChannelValues): ChannelCreate {
  const { type, kinds, quiet } = values;
  return {
    name: values.name.trim(),
    enabled: values.enabled,
    language: values.language,
    kinds: kinds.length === 0 ? null : kinds,
    leastSeverity: values.leastSeverity,
    scopeIds: values.scopeIds,
    allowPrivate: values.allowPrivate,
    schedule: {
      mode: makesTickets(type) ? 'at-once' : values.mode,
      timeZone: values.timeZone,
      dailyAt: values.dailyAt,
      quiet: quiet ? { from: values.quietFrom, to: values.quietTo } : null,
      urgentAtOnce: values.urgentAtOnce,
    },
    target: toTarget(values),
  };
}

function toTarget(values: ChannelValues): ChannelTarget {
  const { type, again, port, security, from, to } = values;
  const text = (value: string) => (value.trim() === '' ? null : value.trim());
  const url = values.url.trim();
  const secret = <Name extends string>(name: Name, value: string) =>
    (value === '' ? {} : { [name]: value }) as { [Key in Name]?: string };
  const token = secret('token', values.token);
  // Without encryption nobody signs in, whatever was typed before.
  const anonymous = type === 'mail' && security === 'none';
  const user = anonymous ? null : text(values.user);
  switch (type) {
    case 'mail': {
      const host = values.host.trim();
      const password = secret('password', values.password);
      return { type, host, port: Number(port), security, user, from: from.trim(), to, ...password };
    }
    case 'slack':
    case 'teams':
      return { type, ...secret('url', url) };
    case 'webhook':
      return { type, ...secret('url', url), ...secret('signingKey', values.signingKey) };
    case 'jira': {
      const [project, issueType] = [values.project.trim(), values.issueType.trim()];
      return { type, url, user, project, issueType, again, ...token };
    }
    case 'servicenow':
      return { type, url, user, assignmentGroup: text(values.assignmentGroup), again, ...token };
    case 'github':
      return {
        type,
        url,
        repository: values.repository.trim(),
        labels: values.labels,
        again,
        ...token,
      };
    case 'backlog': {
      const issueType = text(values.issueType);
      return { type, url, project: values.project.trim(), issueType, again, ...token };
    }
  }
}

/** What is wrong with the fields of the chosen type, before the server is asked. */
export function problemsOf(
  values: ChannelValues,
  channel: Channel | null,
  t: Translate,
): Record<string, string> {
  const problems: Record<string, string> = {};
  const need = (...names: readonly (keyof ChannelValues)[]) => {
    for (const name of names) {
      const value = values[name];
      const empty =
        typeof value === 'string' ? value.trim() === '' : (value as unknown[]).length === 0;
      // What is set stays when nothing is typed.
      if (empty && !channel?.secrets.includes(name)) problems[name] = t('notify.needed');
    }
  };
  need('name');
  if (values.scopeIds?.length === 0) problems['scopeIds'] = t('notify.needed');
  const { type } = values;
  if (type === 'mail') {
    need('host', 'from', 'to');
    if (values.security !== 'none' && values.user.trim() !== '') need('password');
    const isAddress = (text: string) => /^[^\s@]+@[^\s@]+$/.test(text.trim());
    if (values.from !== '' && !isAddress(values.from))
      problems['from'] = t('notify.no-mail-address');
    if (!values.to.every(isAddress)) problems['to'] = t('notify.no-mail-address');
    if (values.security === 'none' && !values.allowPrivate) {
      problems['security'] = t('notify.plain-needs-private');
    }
  } else {
    need('url');
    const url = values.url.trim();
    if (url !== '' && !(values.allowPrivate ? /^https?:\/\/\S+$/ : /^https:\/\/\S+$/).test(url)) {
      problems['url'] = t('notify.https-needed');
    }
  }
  if (makesTickets(type)) need('token');
  if (type === 'jira') need('project', 'issueType');
  if (type === 'backlog') need('project');
  if (type === 'github') need('repository');
  const key = values.signingKey;
  if (key !== '' && key.length < 16) problems['signingKey'] = t('notify.signing-key-hint');
  return problems;
}

/** Places that the server found wrong, as fields of the form with the words for each. */
export function fieldErrors(problem: unknown, t: Translate): Record<string, string> {
  if (!(problem instanceof ApiProblem)) return {};
  const errors: Record<string, string> = {};
  for (const { at, message } of problem.errors) {
    const [, first = '', second, third] = at.replace(/^\/body/, '').split('/');
    const field =
      second === 'quiet'
        ? third === 'from'
          ? 'quietFrom'
          : 'quietTo'
        : first === 'target' || first === 'schedule'
          ? (second ?? first)
          : first;
    const missing = message === 'is required';
    const words = t(missing ? 'notify.needed' : 'notify.not-valid');
    errors[field] = problem.code === 'REQUEST_INVALID' ? words : problemText(problem, t).title;
  }
  return errors;
}
