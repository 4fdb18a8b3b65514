import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogueFaults } from '../../platform/i18n/translator.ts';
import { agentPackageCatalogue } from './agent-package-texts.ts';
import { askCatalogue } from './ask-texts.ts';
import { exceptionCatalogue } from './exception-texts.ts';
import { facetCatalogue } from './facet-texts.ts';
import { feedsCatalogue } from './feeds-texts.ts';
import { findingsCatalogue } from './findings-texts.ts';
import { fixCatalogue } from './fix-texts.ts';
import { en } from './messages/en.ts';
import { ja } from './messages/ja.ts';
import { noticeCatalogue } from './notice-texts.ts';
import { sbomCatalogue } from './sbom-texts.ts';
import { simulateCatalogue } from './simulate-texts.ts';

it.each([
  ['most commands', { en, ja }],
  ['findings', findingsCatalogue],
  ['facets', facetCatalogue],
  ['agent package', agentPackageCatalogue],
  ['ask, questions', askCatalogue],
  ['simulate', simulateCatalogue],
  ['notices', noticeCatalogue],
  ['fix, campaigns', fixCatalogue],
  ['exceptions, measures', exceptionCatalogue],
  ['feeds', feedsCatalogue],
  ['sbom, applications, components, vex', sbomCatalogue],
])('the texts of %s are complete in both languages, and all of them are used', (_, catalogue) => {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !/(\.test|-texts)\.ts$/.test(name))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  expect(catalogueFaults(catalogue, sources)).toEqual([]);
});
