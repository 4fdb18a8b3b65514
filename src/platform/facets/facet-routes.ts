import { Problem, ProblemError } from '../http/problem.ts';
import { principalOf, requireAllScopes } from '../http/request-principal.ts';
import type { App } from '../module.ts';
import {
  CompletionList,
  CompletionQuery,
  CountQuery,
  FacetCheckAnswer,
  FacetList,
  SelectorCount,
} from './api.ts';
import type { FacetCheck, Facets } from './public.ts';

/** What the selector language has: for search boxes, for programs, and the self-check. */
export function facetRoutes(
  app: App,
  { facets, clock }: { readonly facets: Facets; readonly clock: () => Date },
): void {
  let checking: Promise<FacetCheck> | undefined;

  app.get(
    '/facets',
    {
      config: { permission: 'facets:read' },
      schema: {
        summary: 'The keys of the selector language',
        tags: ['facets'],
        response: { 200: FacetList },
      },
    },
    async () => ({
      items: facets.facets.map((facet) => ({
        key: facet.key,
        aliases: [...(facet.aliases ?? [])],
        title: facet.title,
        description: facet.description,
        values: facet.values,
        examples: [...facet.examples],
        isBareWord: facet.key === facets.bareWord,
      })),
    }),
  );

  app.get(
    '/facets/completions',
    {
      config: { permission: 'facets:read' },
      schema: {
        summary: 'What may stand at the cursor of a selector',
        description: 'Counts are of what the caller may see.',
        tags: ['facets'],
        querystring: CompletionQuery,
        response: { 200: CompletionList, 400: Problem },
      },
    },
    async (request) => {
      const { text = '', cursor = text.length } = request.query;
      const asker = { reach: principalOf(request).scopes, now: clock() };
      return { items: [...(await facets.complete(text, cursor, asker))] };
    },
  );

  app.get(
    '/facets/count',
    {
      config: { permission: 'facets:read' },
      schema: {
        summary: 'How many a selector selects, or what is wrong with it and where',
        tags: ['facets'],
        querystring: CountQuery,
        response: { 200: SelectorCount, 400: Problem },
      },
    },
    async (request) => {
      const asker = { reach: principalOf(request).scopes, now: clock() };
      const resolved = await facets.resolve(request.query.where ?? '', asker);
      if (!resolved.ok) {
        const { problem } = resolved;
        return { count: null, problem: { ...problem, nearest: [...problem.nearest] } };
      }
      using selection = resolved.selection;
      return { count: selection.count, problem: null };
    },
  );

  app.post(
    '/facets/check',
    {
      config: { permission: 'facets:administer' },
      schema: {
        summary: 'Compare the index of this server with the database',
        description: 'Reads everything that the index was built from; may take a minute.',
        tags: ['facets'],
        response: { 200: FacetCheckAnswer, 403: Problem, 503: Problem },
      },
    },
    async (request) => {
      requireAllScopes(request);
      if (!facets.ready) {
        throw new ProblemError(503, 'FACETS_NOT_READY', 'The index is still being built');
      }
      // It reads the whole database: who asks meanwhile gets the same answer.
      checking ??= facets.check().finally(() => {
        checking = undefined;
      });
      const { sources } = await checking;
      return {
        equal: sources.every(({ differences }) => differences.length === 0),
        sources: sources.map(({ name, ms, differences }) => ({
          name,
          ms: Math.round(ms),
          differences: differences.map(({ position, detail }) => ({ position, detail })),
        })),
      };
    },
  );
}
