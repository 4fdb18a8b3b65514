import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** One place of the command line: the words typed so far, and what may follow. */
interface Place {
  readonly words: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly name: string; readonly description: string }[];
}

function placesOf(command: Command, words: readonly string[] = []): Place[] {
  const inherited: Command[] = [];
  for (let at: Command | null = command; at; at = at.parent) inherited.push(at);
  const commands = command.commands.filter((each) => each.name() !== 'help');
  const options = inherited.flatMap((each) => each.options.filter(({ hidden }) => !hidden));
  return [
    {
      words,
      commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
      options: [
        ...options.flatMap(({ long, description }) => (long ? [{ name: long, description }] : [])),
        { name: '--help', description: '' },
      ],
    },
    ...commands.flatMap((each) => placesOf(each, [...words, each.name()])),
  ];
}

/** The completion script of a shell, made from the commands themselves. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program);
  if (shell === 'fish') return fishScript(places);
  // zsh runs bash completions.
  const bash = bashScript(places);
  return shell === 'bash'
    ? bash
    : `#compdef yojin\nautoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

function bashScript(places: readonly Place[]): string {
  const cases = places.map(({ words, commands, options }) => {
    const names = commands.map(({ name }) => name).join(' ');
    const flags = options.map(({ name }) => name).join(' ');
    return `    ${JSON.stringify(words.join(' '))}) commands="${names}" options="${flags}" ;;`;
  });
  const known = places
    .filter(({ words }) => words.length > 0)
    .map(({ words }) => JSON.stringify(words.join(' ')))
    .join('|');
  return `# yojin completion. Install: yojin completion bash > /etc/bash_completion.d/yojin
_yojin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" next word commands options
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in
      ${known}) path="$next" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  fi
}
complete -o default -F _yojin yojin
`;
}

function fishScript(places: readonly Place[]): string {
  const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = places.flatMap(({ words, commands, options }) => {
    const condition =
      words.length === 0
        ? '__fish_use_subcommand'
        : words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const none = commands.map(({ name }) => name).join(' ');
    const first =
      words.length === 0 ? condition : `${condition}; and not __fish_seen_subcommand_from ${none}`;
    return [
      ...commands.map(
        ({ name, description }) =>
          `complete -c yojin -n ${quote(first)} -f -a ${name} -d ${quote(description)}`,
      ),
      ...options.map(({ name, description }) => {
        const when = words.length === 0 ? '' : ` -n ${quote(condition)}`;
        return `complete -c yojin${when} -l ${name.slice(2)} -d ${quote(description)}`;
      }),
    ];
  });
  return `# yojin completion. Install: yojin completion fish > ~/.config/fish/completions/yojin.fish\n${[...new Set(lines)].join('\n')}\n`;
}
