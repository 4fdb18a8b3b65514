import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { Action } from '../../agent-protocol/api.ts';
import {
  type ActionDraft,
  actionFaults,
  actionOf,
  actionTypes,
  emptyAction,
  readPackage,
} from './action-draft.ts';

const filled: ActionDraft = {
  ...emptyAction,
  packages: 'openssl >= 3.0.15-1~deb12u1\n\n  libssl3 3.0.15\nlinux-image-amd64',
  service: 'ssh.service',
  path: '/etc/ssh/sshd_config',
  key: 'PermitRootLogin',
  value: 'no',
  separator: ' ',
  extension: 'cjpalhdlnbpafiamejdnhcphjbkeiagm',
  paths: '/var/log/auth.log',
  parts: ['software-deb'],
  script: 'echo 用心\n',
};

describe('an action that is filled in', () => {
  it.each(actionTypes)('%s: is one that the contract takes', (type) => {
    const action = actionOf({ ...filled, type });
    expect(action?.type).toBe(type);
    expect([...Value.Errors(Action, action)]).toEqual([]);
  });

  it('reads one package per line, with the least version where there is one', () => {
    expect(actionOf(filled)).toEqual({
      type: 'package-upgrade',
      manager: 'apt',
      packages: [
        { name: 'openssl', atLeast: '3.0.15-1~deb12u1' },
        { name: 'libssl3', atLeast: '3.0.15' },
        { name: 'linux-image-amd64' },
      ],
    });
  });

  it.each(['-rf', 'a b c', 'openssl >=', 'openssl;reboot', '$(id)', 'a\u0000'])(
    'refuses %j as a package',
    (line) => {
      expect(readPackage(line)).toBeNull();
      const packages = `openssl\n${line}`;
      expect(actionOf({ ...filled, packages })).toBeNull();
      expect(actionFaults({ ...filled, packages }).packages).toEqual({
        kind: 'wrong',
        what: line.trim(),
      });
    },
  );

  it.each([
    ['service', { service: '--now' }],
    ['set-value', { path: '/etc/../root/x' }],
    ['set-value', { path: 'etc/passwd' }],
    ['set-value', { key: 'a\nb' }],
    ['remove-extension', { extension: '../x' }],
    ['collect', { paths: '/a\nrelative' }],
    ['report-now', { parts: ['No Such Part'] }],
  ] as const)('%s: refuses %j, as the contract does', (type, patch) => {
    expect(actionOf({ ...filled, type, ...patch })).toBeNull();
  });

  it.each(actionTypes)('%s: says what is missing, unless nothing is needed', (type) => {
    const faults = Object.values(actionFaults({ ...emptyAction, type }));
    expect(faults.every((fault) => fault?.kind === 'missing')).toBe(true);
    expect(faults.length > 0).toBe(type !== 'restart');
  });
});
