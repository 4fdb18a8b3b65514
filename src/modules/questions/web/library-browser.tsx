import { Button, Select, Skeleton, Text } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useLinkClick } from '../../../platform/web/app-link.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { EmptyState } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { SearchBox } from '../../../platform/web/search-box.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { LibraryQuestion } from '../api.ts';
import { type PlatformName, platformNames } from './draft.ts';
import { categoriesOf, searchLibrary } from './library-search.ts';
import { CostBadge, platformLabel } from './question-parts.tsx';
import classes from './questions.module.css';
import { useLibrary } from './use-questions.ts';

interface LibraryBrowserProps {
  /** Where a question leads. */
  hrefOf: (entry: LibraryQuestion) => string;
  /** Only what this platform can answer; the reader does not choose then. */
  platform?: PlatformName;
  /** `/` puts the cursor into the search. */
  slashKey?: boolean;
}

/** All ready questions: search in both languages, by category and platform. */
export function LibraryBrowser({ hrefOf, platform, slashKey = false }: LibraryBrowserProps) {
  const t = useT();
  const format = useFormat();
  const library = useLibrary();
  const [search, setSearch] = useSearchState({ find: '', category: '', platform: '' });
  if (library.error) {
    return <ProblemAlert problem={library.error} onRetry={() => void library.refetch()} />;
  }
  const entries = library.data?.items;
  if (entries === undefined) return <Skeleton height={280} />;
  if (entries.length === 0) {
    return (
      <EmptyState
        title={t('questions.library.empty-title')}
        text={t('questions.library.empty-text')}
      />
    );
  }
  const chosenPlatform = platform ?? platformNames.find((name) => name === search.platform) ?? null;
  const found = searchLibrary(entries, {
    text: search.find,
    category: search.category === '' ? null : search.category,
    platform: chosenPlatform,
  });
  const categoryLabel = (name: string) =>
    t.has(`questions.category.${name}`) ? t(`questions.category.${name}`) : name;
  // To look around: by category. To find: the best first.
  const groups =
    search.find === ''
      ? categoriesOf(found).map(({ name }) => ({
          name,
          entries: found.filter((entry) => entry.category === name),
        }))
      : [{ name: '', entries: found }];
  const clear = () =>
    setSearch({ find: '', category: '', ...(platform === undefined ? { platform: '' } : {}) });
  return (
    <>
      <search className={classes.libraryTools}>
        <SearchBox
          value={search.find}
          onChange={(find) => setSearch({ find }, { replace: true })}
          label={t('questions.library.search')}
          slashKey={slashKey}
          width={300}
        />
        <Select
          w={200}
          aria-label={t('questions.library.category')}
          placeholder={t('questions.library.category')}
          data={categoriesOf(entries).map(({ name, count }) => ({
            value: name,
            label: `${categoryLabel(name)} (${format.number(count)})`,
          }))}
          value={search.category === '' ? null : search.category}
          onChange={(value) => setSearch({ category: value ?? '' })}
          clearable
        />
        {platform === undefined && (
          <Select
            w={160}
            aria-label={t('questions.platform')}
            placeholder={t('questions.platform')}
            data={platformNames.map((name) => ({ value: name, label: platformLabel(name) }))}
            value={chosenPlatform}
            onChange={(value) => setSearch({ platform: value ?? '' })}
            clearable
          />
        )}
        <Text size="sm" c="dimmed" aria-live="polite">
          {t('questions.library.found', { count: found.length })}
        </Text>
      </search>
      {found.length === 0 ? (
        <EmptyState
          icon={<IconSearch size={36} stroke={1.3} aria-hidden="true" />}
          title={t('questions.library.none-title')}
          text={t('questions.library.none-text')}
          action={
            <Button variant="default" onClick={clear}>
              {t('shell.clear-filters')}
            </Button>
          }
        />
      ) : (
        groups.map(({ name, entries: members }) => (
          <section key={name} aria-label={name === '' ? t('questions.library.title') : undefined}>
            {name !== '' && <h3 className={classes.category}>{categoryLabel(name)}</h3>}
            <ul className={classes.library}>
              {members.map((entry) => (
                <li key={entry.key}>
                  <EntryCard
                    entry={entry}
                    href={hrefOf(entry)}
                    {...(name === '' ? { category: categoryLabel(entry.category) } : {})}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
    </>
  );
}

interface EntryCardProps {
  entry: LibraryQuestion;
  href: string;
  /** Where it does not stand above. */
  category?: string;
}

function EntryCard({ entry, href, category }: EntryCardProps) {
  const t = useT();
  const language = useLanguage();
  const onClick = useLinkClick();
  return (
    <a href={href} onClick={onClick} className={classes.entry} data-library-key={entry.key}>
      <span className={classes.entryTitle}>{entry.title[language]}</span>
      <span className={classes.entryText}>{entry.description[language]}</span>
      <span className={classes.entryFoot}>
        {category && <span>{category}</span>}
        <span>{entry.platforms.map(platformLabel).join(' · ')}</span>
        {entry.parameters.length > 0 && (
          <span>{t('questions.library.parameters', { count: entry.parameters.length })}</span>
        )}
        {entry.cost !== 'low' && <CostBadge cost={entry.cost} />}
      </span>
    </a>
  );
}
