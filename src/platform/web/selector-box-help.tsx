import { Code, Loader, Table, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { FacetList } from '../facets/api.ts';
import type { Language } from '../i18n/language.ts';
import { useApi } from './api-client.ts';
import { ProblemAlert } from './problem-alert.tsx';
import classes from './selector-box.module.css';
import { type Translate, useT } from './translate.ts';

const grammar: readonly (readonly [string, string])[] = [
  ['os:windows tag:lab', 'shell.selector.grammar.and'],
  ['os:windows or os:macos', 'shell.selector.grammar.or'],
  ['os:windows,macos', 'shell.selector.grammar.list'],
  ['-os:windows', 'shell.selector.grammar.not'],
  ['os:linux (tag:a or tag:b)', 'shell.selector.grammar.group'],
  ['web-*', 'shell.selector.grammar.wildcard'],
  ['"Google Chrome"', 'shell.selector.grammar.quoted'],
  ['<7d  >=12  1..1024', 'shell.selector.grammar.compare'],
];

/** Shows the language and the keys that this server knows. */
export function openSelectorHelp(t: Translate, language: Language): void {
  const modalId = 'selector-help';
  modals.close(modalId);
  modals.open({
    modalId,
    size: 'xl',
    title: t('shell.selector.help'),
    children: <SelectorHelp language={language} />,
  });
}

function SelectorHelp({ language }: { language: Language }) {
  const t = useT();
  const { data, error } = useApi<FacetList>(['facets', 'list'], '/facets');
  return (
    <>
      <Table verticalSpacing={4} mb="lg">
        <Table.Tbody>
          {grammar.map(([example, textKey]) => (
            <Table.Tr key={textKey}>
              <Table.Td w={240}>
                <Code>{example}</Code>
              </Table.Td>
              <Table.Td>{t(textKey)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {error && <ProblemAlert problem={error} />}
      {!data && !error && <Loader size="sm" color="gray" />}
      {data && (
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('shell.selector.column.key')}</Table.Th>
              <Table.Th>{t('shell.selector.column.meaning')}</Table.Th>
              <Table.Th>{t('shell.selector.column.examples')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((facet) => (
              <Table.Tr key={facet.key}>
                <Table.Td>
                  <Code>{facet.key}</Code>
                  {facet.aliases.length > 0 && (
                    <Text size="xs" c="dimmed">
                      {facet.aliases.join(', ')}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{facet.title[language]}</Text>
                  <Text size="xs" c="dimmed">
                    {facet.description[language]}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {facet.examples.map((example) => (
                    <div key={example} className={classes.example}>
                      {example}
                    </div>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
