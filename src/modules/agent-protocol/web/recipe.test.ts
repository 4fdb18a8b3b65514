import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flagFileFor, recipeFor } from './recipe.ts';

const flagFile = [
  '--tls_hostname=yojin.example:8701',
  '--tls_server_certs=/somewhere/ca.pem',
  '--enroll_secret_path=/somewhere/secret',
  '--enroll_tls_endpoint=/api/osquery/enroll',
  '',
].join('\n');

describe('flagFileFor', () => {
  it('puts the paths of the platform in and keeps the rest', () => {
    expect(flagFileFor(flagFile, 'linux').split('\n')).toEqual([
      '--tls_hostname=yojin.example:8701',
      '--tls_server_certs=/etc/osquery/yojin-ca.pem',
      '--enroll_secret_path=/etc/osquery/yojin-enrolment-secret',
      '--enroll_tls_endpoint=/api/osquery/enroll',
      '',
    ]);
  });

  it('adds what the file lacks, without which osqueryd cannot enrol', () => {
    const flags = flagFileFor('--tls_hostname=a:1\r\n', 'windows');
    expect(flags).toContain(
      '--enroll_secret_path=C:\\Program Files\\osquery\\yojin-enrolment-secret\n',
    );
    expect(flags).toContain('--tls_server_certs=C:\\Program Files\\osquery\\yojin-ca.pem\n');
  });
});

describe('recipeFor', () => {
  it('writes exactly these files when a real shell runs it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yojin-recipe-'));
    try {
      const enrolment = { secret: 's3cr$et`x', caCertificate: 'PEM\nYOJIN\n$HOME\n', flagFile };
      const { commands } = recipeFor('linux', enrolment);
      const here = commands
        .replaceAll('/etc/osquery', folder)
        .split('\n')
        .filter((line) => !line.startsWith('systemctl'))
        .join('\n');
      execFileSync('sh', ['-e', '-c', here]);
      expect(readFileSync(join(folder, 'yojin-enrolment-secret'), 'utf8')).toBe('s3cr$et`x');
      expect(readFileSync(join(folder, 'yojin-ca.pem'), 'utf8')).toBe('PEM\nYOJIN\n$HOME\n');
      expect(readFileSync(join(folder, 'osquery.flags'), 'utf8')).toBe(
        flagFileFor(flagFile, 'linux').replaceAll('/etc/osquery', folder),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps the secret of Windows from other users', () => {
    const { commands, shell } = recipeFor('windows', {
      secret: 'abc',
      caCertificate: 'PEM\n',
      flagFile,
    });
    expect(shell).toBe('powershell');
    expect(commands).toContain('/inheritance:r');
    expect(commands.indexOf('yojin-enrolment-secret')).toBeLessThan(
      commands.indexOf('Restart-Service'),
    );
  });
});
