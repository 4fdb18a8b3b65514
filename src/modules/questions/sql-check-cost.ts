import type { Preview } from './api.ts';
import type { SchemaTable } from './osquery-schema.ts';
import type { Prepared } from './sql-check-engine.ts';
import type { clausesOf, TableReference, Token } from './sql-check-tokens.ts';

type Text = Preview['costBecause'][number];
type Level = Preview['cost'];

/** Tables that read files whose path the statement says; a `%%` means a whole tree of folders. */
const readsFiles = new Set([
  'file',
  'hash',
  'yara_file',
  'extended_attributes',
  'magic',
  'authenticode',
  'signature',
  'ntfs_acl_permissions',
  'plist',
  'registry',
  'augeas',
]);
const readsContents = new Set(['hash', 'yara_file', 'authenticode', 'signature', 'magic']);

/** Slow by themselves, whatever the WHERE says. */
const slow = new Map<string, Level>([
  ['yara_file', 'high'],
  ['yara_process', 'high'],
  ['device_file', 'high'],
  ['device_hash', 'high'],
  ['windows_eventlog', 'high'],
  ['unified_log', 'high'],
  ['quicklook_cache', 'high'],
  ['ntfs_journal_events', 'high'],
  ['suid_bin', 'medium'],
  ['process_memory_map', 'medium'],
  ['process_open_files', 'medium'],
  ['process_open_handles', 'medium'],
  ['process_envs', 'medium'],
  ['deb_package_files', 'medium'],
  ['rpm_package_files', 'medium'],
  ['npm_packages', 'medium'],
  ['python_packages', 'medium'],
  ['windows_search', 'medium'],
  ['mdfind', 'medium'],
  ['system_profiler', 'medium'],
  ['windows_update_history', 'medium'],
  ['wifi_survey', 'medium'],
  ['shellbags', 'medium'],
  ['prefetch', 'medium'],
  ['docker_container_stats', 'medium'],
  ['ec2_instance_metadata', 'medium'],
  ['ec2_instance_tags', 'medium'],
  ['azure_instance_metadata', 'medium'],
  ['azure_instance_tags', 'medium'],
  ['ycloud_instance_metadata', 'medium'],
  ['curl', 'medium'],
  ['curl_certificate', 'medium'],
  ['prometheus_metrics', 'medium'],
]);

/** One row at most, so that joining with it multiplies nothing. */
const oneRow = new Set(
  'time uptime os_version system_info osquery_info kernel_info platform_info alf gatekeeper screenlock location_services sharing_preferences secureboot tpm_info bitlocker_info security_profile_info windows_security_center cpu_info'.split(
    ' ',
  ),
);

/**
 * What asking costs an endpoint, by the tables that are read and how they are constrained. An
 * estimate from the words of the statement: nobody knows here how many files a folder has.
 */
export function costOf({
  tables,
  clauses,
  tokens,
  prepared,
}: {
  readonly tables: readonly SchemaTable[];
  readonly clauses: ReturnType<typeof clausesOf>;
  readonly tokens: readonly Token[];
  readonly prepared: Extract<Prepared, { ok: true }>;
}): { readonly cost: Level; readonly because: readonly Text[] } {
  const reasons: { level: Level; text: Text }[] = [];
  const add = (level: Level, ja: string, en: string) => reasons.push({ level, text: { ja, en } });
  const patterns = tokens.filter(({ kind, value }) => kind === 'text' && value.includes('%'));
  const deep = patterns.some(({ value }) => value.includes('%%'));
  const constrained = new Set(clauses.constraints.map(({ name }) => name));

  for (const { name, events } of tables) {
    const level = slow.get(name);
    if (level) {
      add(level, `テーブル「${name}」は時間がかかります。`, `${name} takes its time.`);
    }
    if (events) {
      const bounded = constrained.has('time') || constrained.has('eid');
      add(
        bounded ? 'medium' : 'high',
        `テーブル「${name}」は、蓄積されたイベントを${bounded ? '' : '時刻の条件なしに'}読み出します。`,
        `${name} reads stored events${bounded ? '' : ', without a condition on time'}.`,
      );
    }
    if (!readsFiles.has(name)) continue;
    if (deep) {
      add(
        'high',
        `「%%」により、テーブル「${name}」はフォルダー以下すべてを調べます。`,
        `With %%, ${name} goes through whole folder trees.`,
      );
    } else if (readsContents.has(name)) {
      const wide = patterns.length > 0 || tables.length > 1 || constrained.has('directory');
      if (wide) {
        add(
          'medium',
          `テーブル「${name}」は、該当するすべてのファイルの中身を読みます。`,
          `${name} reads the content of every file it meets.`,
        );
      }
    } else if (patterns.length > 0 && name !== 'registry') {
      add(
        'low',
        `テーブル「${name}」はフォルダーの中を調べます。`,
        `${name} goes through folders.`,
      );
    }
  }
  for (const [one, other] of multiplied(clauses)) {
    add(
      'high',
      `「${one}」と「${other}」の全行の組み合わせを作ります。`,
      `Every row of ${one} is combined with every row of ${other}.`,
    );
  }
  if (prepared.recursive) {
    add('high', '再帰的なWITHを使っています。', 'It has a recursive WITH.');
  }
  const order = ['low', 'medium', 'high'] as const;
  return {
    cost: order[Math.max(0, ...reasons.map(({ level }) => order.indexOf(level)))]!,
    because: reasons.map(({ text }) => text),
  };
}

/** Tables of one FROM that nothing joins: no ON or USING, and no word of the WHERE ties them. */
function* multiplied({
  references,
  constraints,
}: ReturnType<typeof clausesOf>): Generator<readonly [string, string]> {
  const clauses = new Map<number, TableReference[]>();
  for (const reference of references) {
    clauses.set(reference.clause, [...(clauses.get(reference.clause) ?? []), reference]);
  }
  for (const [clause, all] of clauses) {
    const many = all.filter(({ table, called }) => !called && !oneRow.has(table));
    const tied = new Set(
      constraints.filter((each) => each.clause === clause && each.of).map(({ of }) => of),
    );
    const [first] = many;
    for (const other of many.slice(1)) {
      if (!first || other.joined || (tied.size > 1 && tied.has(other.calledBy))) continue;
      yield [first.table, other.table];
    }
  }
}
