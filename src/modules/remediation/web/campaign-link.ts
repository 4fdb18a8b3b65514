/** What a link to the composer may bring along. */
export interface CampaignLink {
  /** A fix group of findings, by id. */
  fix?: number;
  /** A selector. */
  where?: string;
  /** Endpoints chosen one by one, by id. */
  endpoints?: readonly string[];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** More would not fit into an address that every proxy lets through. */
const mostEndpoints = 200;

/** The address of the composer, filled in. */
export function campaignHref({ fix, where, endpoints }: CampaignLink): string {
  const params = new URLSearchParams();
  if (fix !== undefined) params.set('fix', String(fix));
  if (where) params.set('where', where);
  if (endpoints && endpoints.length > 0) {
    params.set('endpoints', endpoints.slice(0, mostEndpoints).join(','));
  }
  const text = params.toString();
  return text === '' ? '/campaigns/new' : `/campaigns/new?${text}`;
}

/** Reads the search of an address; what makes no sense is left out. */
export function readCampaignLink(search: string): CampaignLink {
  const params = new URLSearchParams(search);
  const fix = params.get('fix')?.trim() ?? '';
  const where = params.get('where')?.trim() ?? '';
  const endpoints = [
    ...new Set(
      (params.get('endpoints') ?? '')
        .split(',')
        .map((id) => id.trim().toLowerCase())
        .filter((id) => uuid.test(id)),
    ),
  ].slice(0, mostEndpoints);
  return {
    ...(/^\d{1,15}$/.test(fix) ? { fix: Number(fix) } : {}),
    ...(where === '' ? {} : { where: where.slice(0, 4000) }),
    ...(endpoints.length === 0 ? {} : { endpoints }),
  };
}
