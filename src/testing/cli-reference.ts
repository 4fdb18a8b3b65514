import type { Command } from 'commander';

/** The command line as a page, from the commands themselves. */
export function cliReference(program: Command): string {
  const lines = [
    '# Command line',
    '',
    'Made by `UPDATE=1 npm test` from the commands themselves; do not edit.',
    '',
    program.description(),
    '',
    ...optionTable(program),
  ];
  for (const command of program.commands) lines.push(...describe(command, 'yojin'));
  lines.push(
    '## Environment',
    '',
    '| variable | for |',
    '|---|---|',
    '| `YOJIN_URL`, `YOJIN_TOKEN` | the server and the API token that commands use; on the server’s own machine neither is needed |',
    '| `YOJIN_HOME` | the folder that holds everything (`--home`) |',
    '| `YOJIN_LANG` | `ja` or `en`; else `LC_ALL`, `LC_MESSAGES`, `LANG` decide |',
    '| `DATABASE_URL` | an external PostgreSQL ≥ 15 instead of the embedded one |',
    '',
  );
  return `${lines.join('\n').trimEnd()}\n`;
}

function describe(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const words = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const heading = parent === 'yojin' ? '##' : '###';
  return [
    `${heading} ${[name, ...words].join(' ')}`,
    '',
    command.description(),
    '',
    ...optionTable(command),
    ...command.commands.flatMap((child) => describe(child, name)),
  ];
}

function optionTable({ options }: Command): string[] {
  if (options.length === 0) return [];
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return [
    '| option | |',
    '|---|---|',
    ...options
      .filter((option) => !option.hidden)
      .map((option) => {
        const { defaultValue, argChoices } = option;
        const more = [
          argChoices ? `one of ${argChoices.join(', ')}` : '',
          defaultValue !== undefined && defaultValue !== false
            ? `default ${String(defaultValue)}`
            : '',
        ].filter((part) => part !== '');
        return `| \`${cell(option.flags)}\` | ${cell(option.description)}${more.length > 0 ? ` (${cell(more.join('; '))})` : ''} |`;
      }),
    '',
  ];
}
