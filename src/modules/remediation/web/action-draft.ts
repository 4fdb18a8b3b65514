import type { Action, PackageManager } from '../../agent-protocol/api.ts';
import { sha256 } from './sha256.ts';

export const actionTypes = [
  'package-upgrade',
  'package-install',
  'package-remove',
  'service',
  'set-value',
  'remove-extension',
  'restart',
  'collect',
  'report-now',
  'script',
] as const satisfies readonly Action['type'][];
export type ActionType = (typeof actionTypes)[number];

export const packageManagers = [
  'apt',
  'dnf',
  'yum',
  'zypper',
  'apk',
  'winget',
  'windows-update',
  'softwareupdate',
  'brew',
] as const satisfies readonly PackageManager[];

type Of<Type extends Action['type']> = Extract<Action, { type: Type }>;
export const serviceOperations = [
  'start',
  'stop',
  'restart',
  'enable',
  'disable',
] as const satisfies readonly Of<'service'>['operation'][];
export const extensionHosts = [
  'chrome',
  'edge',
  'firefox',
  'vscode',
] as const satisfies readonly Of<'remove-extension'>['host'][];
export const interpreters = [
  'sh',
  'bash',
  'powershell',
] as const satisfies readonly Of<'script'>['interpreter'][];
export const separators = [
  '=',
  ' = ',
  ' ',
  ': ',
] as const satisfies readonly Of<'set-value'>['separator'][];

/** What the fields of one's own action hold; those of other types wait for a change of mind. */
export interface ActionDraft {
  type: ActionType;
  manager: PackageManager;
  /** One package per line, perhaps with the version that must be there at least. */
  packages: string;
  service: string;
  operation: Of<'service'>['operation'];
  path: string;
  key: string;
  value: string;
  separator: Of<'set-value'>['separator'];
  host: Of<'remove-extension'>['host'];
  extension: string;
  notice: string;
  restartWithinSeconds: number;
  deferrals: number;
  /** One path per line. */
  paths: string;
  mostMebibytes: number;
  parts: readonly string[];
  interpreter: Of<'script'>['interpreter'];
  script: string;
  scriptSeconds: number;
}

export const emptyAction: ActionDraft = {
  type: 'package-upgrade',
  manager: 'apt',
  packages: '',
  service: '',
  operation: 'restart',
  path: '',
  key: '',
  value: '',
  separator: '=',
  host: 'chrome',
  extension: '',
  notice: '',
  restartWithinSeconds: 86_400,
  deferrals: 3,
  paths: '',
  mostMebibytes: 32,
  parts: [],
  interpreter: 'sh',
  script: '',
  scriptSeconds: 300,
};

const packageName = /^[A-Za-z0-9@][A-Za-z0-9@._+:~/-]{0,199}$/;
const packageVersion = /^[A-Za-z0-9][A-Za-z0-9.+:~_-]{0,199}$/;
const serviceName = /^[A-Za-z0-9][A-Za-z0-9@._:-]{0,199}$/;
const filePath = /^\/(?!.*\.\.)[^\u0000]{1,500}$/;
const anyPath = /^\/[^\u0000]{1,500}$/;
const configKey = /^[^\n\r\u0000]{1,200}$/;
const configValue = /^[^\n\r\u0000]{0,2000}$/;
const extensionId = /^[A-Za-z0-9@._{}-]{1,200}$/;
const partName = /^[a-z0-9-]{1,60}$/;

/** What is wrong with a field: nothing there, or what (a line, a word) does not fit. */
export type FieldFault = { kind: 'missing' } | { kind: 'wrong'; what: string };
export type ActionFaults = Partial<Record<keyof ActionDraft, FieldFault>>;

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const listFault = (lines: readonly string[], most: number, fits: (line: string) => boolean) => {
  if (lines.length === 0) return { kind: 'missing' } as const;
  const wrong = lines.length > most ? lines[most] : lines.find((line) => !fits(line));
  return wrong === undefined ? null : ({ kind: 'wrong', what: wrong.slice(0, 80) } as const);
};

const fieldFault = (text: string, fits: RegExp): FieldFault | null => {
  if (fits.test(text)) return null;
  return text === '' ? { kind: 'missing' } : { kind: 'wrong', what: text.slice(0, 80) };
};

/** `openssl`, `openssl 3.0.11-1` or `openssl >= 3.0.11-1`. Null: neither. */
export function readPackage(line: string): { name: string; atLeast?: string } | null {
  const [name = '', version, ...rest] = line.split(/\s*>=\s*|\s+/);
  if (rest.length > 0 || !packageName.test(name)) return null;
  if (version === undefined) return { name };
  return packageVersion.test(version) ? { name, atLeast: version } : null;
}

/** The fields that do not fit, with what is wrong there; empty: the action can be composed. */
export function actionFaults(draft: ActionDraft): ActionFaults {
  const found: [keyof ActionDraft, FieldFault | null][] = [];
  switch (draft.type) {
    case 'package-upgrade':
    case 'package-install':
    case 'package-remove':
      found.push([
        'packages',
        listFault(linesOf(draft.packages), 500, (line) => readPackage(line) !== null),
      ]);
      break;
    case 'service':
      found.push(['service', fieldFault(draft.service.trim(), serviceName)]);
      break;
    case 'set-value':
      found.push(
        ['path', fieldFault(draft.path.trim(), filePath)],
        ['key', fieldFault(draft.key, configKey)],
        ['value', fieldFault(draft.value, configValue)],
      );
      break;
    case 'remove-extension':
      found.push(['extension', fieldFault(draft.extension.trim(), extensionId)]);
      break;
    case 'collect':
      found.push(['paths', listFault(linesOf(draft.paths), 50, (line) => anyPath.test(line))]);
      break;
    case 'report-now':
      found.push(['parts', listFault(draft.parts, 60, (part) => partName.test(part))]);
      break;
    case 'script':
      found.push(['script', draft.script.trim() === '' ? { kind: 'missing' } : null]);
      break;
    case 'restart':
      break;
  }
  return Object.fromEntries(found.filter(([, fault]) => fault !== null)) as ActionFaults;
}

/** The action as it goes over the wire; null while a field does not fit. */
export function actionOf(draft: ActionDraft): Action | null {
  if (Object.keys(actionFaults(draft)).length > 0) return null;
  switch (draft.type) {
    case 'package-upgrade':
    case 'package-install':
    case 'package-remove':
      return {
        type: draft.type,
        manager: draft.manager,
        packages: linesOf(draft.packages).flatMap((line) => readPackage(line) ?? []),
      };
    case 'service':
      return { type: 'service', name: draft.service.trim(), operation: draft.operation };
    case 'set-value':
      return {
        type: 'set-value',
        path: draft.path.trim(),
        key: draft.key,
        value: draft.value,
        separator: draft.separator,
      };
    case 'remove-extension':
      return { type: 'remove-extension', host: draft.host, identifier: draft.extension.trim() };
    case 'restart':
      return {
        type: 'restart',
        notice: draft.notice.trim(),
        atMostSeconds: draft.restartWithinSeconds,
        deferrals: draft.deferrals,
      };
    case 'collect':
      return {
        type: 'collect',
        paths: linesOf(draft.paths),
        mostBytes: draft.mostMebibytes * 1024 * 1024,
      };
    case 'report-now':
      return { type: 'report-now', parts: [...draft.parts] };
    case 'script':
      return {
        type: 'script',
        interpreter: draft.interpreter,
        sha256: sha256(draft.script),
        text: draft.script,
        atMostSeconds: draft.scriptSeconds,
      };
  }
}
