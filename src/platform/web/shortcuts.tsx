import { Kbd, Table } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Translate } from './translate.ts';

const shortcuts: readonly (readonly [readonly string[], string])[] = [
  [['Ctrl', 'K'], 'shell.shortcut.search'],
  [['/'], 'shell.shortcut.slash'],
  [['h'], 'shell.shortcut.home'],
  [['t'], 'shell.shortcut.table'],
  [['↑', '↓'], 'shell.shortcut.move'],
  [['Enter'], 'shell.shortcut.open'],
  [['Space'], 'shell.shortcut.select'],
  [['Shift', '↑', '↓'], 'shell.shortcut.extend'],
  [['Esc'], 'shell.shortcut.clear'],
  [['?'], 'shell.shortcut.help'],
];

/** Shows what the keyboard can do. */
export function openShortcuts(t: Translate): void {
  const modalId = 'shortcuts';
  modals.close(modalId);
  modals.open({
    modalId,
    title: t('shell.shortcuts'),
    children: (
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {shortcuts.map(([keys, textKey]) => (
            <Table.Tr key={textKey}>
              <Table.Td w={150}>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{t(textKey)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    ),
  });
}
