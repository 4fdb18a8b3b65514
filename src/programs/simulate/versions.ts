/**
 * The version `level` updates after (or, negative, before) `version`, in the way its ecosystem
 * counts: Debian by its own revision, RPM by the release, others by the last number. What has no
 * earlier version stays as it is.
 */
export function versionAtLevel(version: string, level: number, source: string): string {
  if (level === 0) return version;
  if (source === 'deb') return debianVersion(version, level);
  if (source === 'rpm') {
    return version.replace(
      /^(\D*)(\d+)/,
      (_, before: string, release: string) => `${before}${Math.max(1, Number(release) + level)}`,
    );
  }
  const [last] = [...version.matchAll(/\d+/g)].slice(-1);
  if (last === undefined || Number(last[0]) > 1e9) return version;
  const digits = String(Math.max(0, Number(last[0]) + level)).padStart(last[0].length, '0');
  return version.slice(0, last.index) + digits + version.slice(last.index + last[0].length);
}

/** `+deb12u3` is the third update for Debian 12; a package without it was never updated there. */
function debianVersion(version: string, level: number): string {
  const update = /([+~])deb12u(\d+)/.exec(version);
  if (update === null) return level < 0 ? version : `${version}+deb12u${level}`;
  const number = Number(update[2]) + level;
  const text = number < 1 ? (update[1] === '+' ? '' : '~deb12u1') : `${update[1]}deb12u${number}`;
  return version.replace(update[0], text);
}
