import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ApiProblem, api, useApi } from '../../../platform/web/api-client.ts';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useLive } from '../../../platform/web/live.ts';
import type { Fix } from '../../findings/api.ts';
import type { Campaign, CampaignPreview, NewCampaign } from '../api.ts';

export const campaignsKey = ['campaigns'] as const;
export const campaignTopics = ['campaigns', 'findings'] as const;

/** One campaign, followed while it goes; proof comes from findings, so their news count too. */
export function useCampaign(id: string) {
  useLive(campaignTopics, [['campaign', id]]);
  return useQuery<Campaign, ApiProblem>({
    queryKey: ['campaign', id],
    queryFn: () => api.get<Campaign>(`/api/campaigns/${encodeURIComponent(id)}`),
    // Silence and soaking pass without news.
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 15_000 : false),
  });
}

/** What a campaign would mean, counted again now and then: endpoints come and go. */
export function usePreview(wanted: NewCampaign | null) {
  return useQuery<CampaignPreview, ApiProblem>({
    queryKey: ['campaign-preview', wanted],
    queryFn: () => api.post<CampaignPreview>('/api/campaigns/preview', wanted),
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

/** Things to do, most risk removed first; those that a box can offer. */
export function useFixes() {
  return useApi<ListAnswer<Fix>>(['findings', 'fixes', 'choice'], '/api/findings/fixes', {
    limit: 1000,
  });
}
