import { expect, it } from 'vitest';
import { agentConfText, isServerAddress, parseAgentConf } from './agent-conf.ts';

const conf = {
  server: 'yojin.example.org:8743',
  caFile: '/etc/yojin-agent/ca.pem',
  secretFile: '/etc/yojin-agent/enrolment-secret',
  osqueryd: '/usr/lib/yojin-agent/bin/osqueryd',
  stateFolder: '/var/lib/yojin-agent',
  allowScripts: false,
  logLevel: 'info',
  language: 'en',
} as const;

it('is read as it was written', () => {
  expect(parseAgentConf(agentConfText(conf))).toEqual(conf);
  const other = { ...conf, osqueryd: undefined, allowScripts: true, language: 'ja' } as const;
  expect(parseAgentConf(agentConfText(other).replaceAll('\n', '\r\n'))).toEqual(other);
});

it.each([
  ['sever = a:1', /^line 1: not one of/],
  ['server', /^line 1: not one of/],
  ['\nserver =', /^line 2: server is empty/],
  ['server = a:1\nserver = b:1', /^line 2: server is set twice/],
  ['server = a', /^line 1: server is not host:port/],
  ['server = a:1\nca_file = ca.pem', /^line 2: ca_file is not an absolute path/],
  ['server = a:1', /^ca_file is missing/],
])('refuses %j and says where', (text, problem) => {
  expect(() => parseAgentConf(text)).toThrow(problem);
});

it('refuses a value that it does not know', () => {
  const text = agentConfText(conf).replace('allow_scripts = no', 'allow_scripts = maybe');
  expect(() => parseAgentConf(text)).toThrow(/^line \d+: allow_scripts is not one of yes, no/);
});

it('knows addresses', () => {
  for (const good of ['a:1', '10.0.0.1:8743', '[::1]:8743', 'yojin.example.org:65535']) {
    expect(isServerAddress(good), good).toBe(true);
  }
  for (const bad of [
    'a',
    'a:0',
    'a:65536',
    '::1:8743',
    'https://a:1',
    'a b:1',
    'a:1\nca_file=/x',
  ]) {
    expect(isServerAddress(bad), bad).toBe(false);
  }
});
