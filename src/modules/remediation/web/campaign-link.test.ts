import { expect, it } from 'vitest';
import { campaignHref, readCampaignLink } from './campaign-link.ts';

const id = (place: number) => `5f0c7a52-2a3e-4e57-9a70-${String(place).padStart(12, '0')}`;

it.each([
  {},
  { fix: 7 },
  { where: 'os:"Windows 11" & kev:yes' },
  { fix: 7, where: 'tag:a,b', endpoints: [id(1), id(2)] },
])('reads what it wrote: %j', (link) => {
  const href = campaignHref(link);
  expect(href.startsWith('/campaigns/new')).toBe(true);
  expect(readCampaignLink(href.slice('/campaigns/new'.length))).toEqual(link);
});

it('leaves out what makes no sense', () => {
  expect(readCampaignLink('?fix=-1&where=%20&endpoints=,x,../etc')).toEqual({});
  expect(readCampaignLink(`?fix=1e9&endpoints=${id(1)},${id(1).toUpperCase()}`)).toEqual({
    endpoints: [id(1)],
  });
});

it('stays short enough for every proxy', () => {
  const many = Array.from({ length: 5000 }, (_, place) => id(place));
  expect(campaignHref({ endpoints: many }).length).toBeLessThan(8_192);
});
