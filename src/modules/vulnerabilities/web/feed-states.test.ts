import { describe, expect, it } from 'vitest';
import type { Feed, FeedActivity } from '../api.ts';
import { archiveType, honestShare, inOrder, percentOf } from './feed-states.ts';

const feed = (name: string, state: Feed['state'], needed = true) =>
  ({ name, state, needed }) as Feed;
const progress = (over: Partial<FeedActivity['feeds'][number]>) =>
  ({ phase: 'reading', done: 0, total: null, ...over }) as FeedActivity['feeds'][number];

it('puts what needs a hand first and what nobody needs last', () => {
  const names = inOrder([
    feed('osv/npm', 'failed', false),
    feed('epss', 'fresh'),
    feed('osv/Debian', 'never'),
    feed('kev', 'failed'),
    feed('cve', 'too-old'),
  ]).map(({ name }) => name);
  expect(names).toEqual(['kev', 'cve', 'osv/Debian', 'epss', 'osv/npm']);
});

describe('percentOf', () => {
  it.each`
    because                         | given                                      | expected
    ${'an unknown size is not 0 %'} | ${{ done: 5, total: null }}                | ${null}
    ${'it never passes the end'}    | ${{ done: 12, total: 10 }}                 | ${100}
    ${'not quite all is not all'}   | ${{ done: 999, total: 1000 }}              | ${99}
    ${'a feed that failed is over'} | ${{ phase: 'failed', done: 1, total: 10 }} | ${100}
  `('$because', ({ given, expected }) => {
    expect(percentOf(progress(given))).toBe(expected);
  });
});

it.each`
  name                    | type
  ${'yojin-feeds.tar.gz'} | ${'application/gzip'}
  ${'FEEDS.TGZ'}          | ${'application/gzip'}
  ${'feeds.zip'}          | ${'application/zip'}
  ${'feeds.tar'}          | ${'application/x-tar'}
  ${'feeds'}              | ${'application/octet-stream'}
`('sends $name as $type', ({ name, type }) => {
  expect(archiveType(name)).toBe(type);
});

it.each`
  part     | whole     | share
  ${0}     | ${0}      | ${null}
  ${0}     | ${10}     | ${0}
  ${1}     | ${100000} | ${1}
  ${99999} | ${100000} | ${99}
  ${10}    | ${10}     | ${100}
`('says $share % for $part of $whole', ({ part, whole, share }) => {
  expect(honestShare(part, whole)).toBe(share);
});
