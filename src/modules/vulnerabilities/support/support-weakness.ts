import type { Severity, Weakness } from '../../findings/public.ts';
import type { SupportCycle } from '../feeds/parse-endoflife.ts';

/**
 * What the end of a release's security support means.
 *
 * | state           | severity | because                                                          |
 * | --------------- | -------- | ---------------------------------------------------------------- |
 * | `ended`         | high     | faults that become known from now on stay open for good          |
 * | `extended-only` | medium   | fixes exist for who has paid; nobody can see here who has        |
 * | `lts-only`      | low      | fixes come, free, for fewer packages and by fewer people         |
 *
 * No CVSS score exists for these, so none is made up. A release whose end nobody has announced is
 * supported. The last day of support is still a supported one.
 */
export type SupportState = 'supported' | 'lts-only' | 'extended-only' | 'ended';

export interface SupportJudgement {
  readonly state: SupportState;
  /** Until when this state lasts; null: for good, or nobody has said. */
  readonly until: string | null;
}

/** `today`: calendar day in UTC. */
export function judgeSupport(cycle: SupportCycle, today: string): SupportJudgement {
  const { endsOn, ended, ltsEndsOn, extendedEndsOn } = cycle;
  if (!ended && (endsOn === null || today <= endsOn)) return { state: 'supported', until: endsOn };
  if (ltsEndsOn !== null && today <= ltsEndsOn) return { state: 'lts-only', until: ltsEndsOn };
  if (extendedEndsOn !== null && today <= extendedEndsOn) {
    return { state: 'extended-only', until: extendedEndsOn };
  }
  return { state: 'ended', until: null };
}

const severity: Readonly<Record<Exclude<SupportState, 'supported'>, Severity>> = {
  ended: 'high',
  'extended-only': 'medium',
  'lts-only': 'low',
};

/** `EOL:debian:11`, `EOL:debian:12:lts-only`: each state is a weakness of its own. */
export function supportKey({ product, cycle }: SupportCycle, state: SupportState): string {
  return `EOL:${product}:${cycle}${state === 'ended' ? '' : `:${state}`}`;
}

/** Null for a supported release: that is no weakness. */
export function supportWeakness(
  cycle: SupportCycle,
  { state, until }: SupportJudgement,
): Weakness | null {
  if (state === 'supported') return null;
  const key = supportKey(cycle, state);
  const { en, ja } = titles(cycle, state, until);
  return {
    key,
    kind: 'end-of-life',
    ids: [key],
    title: en,
    titleJa: ja,
    severity: severity[state],
    cvssScore: null,
    cvssVector: null,
    exploited: null,
    epss: null,
    automatable: null,
    technicalImpact: null,
    publishedAt: cycle.endsOn === null ? null : `${cycle.endsOn}T00:00:00.000Z`,
    modifiedAt: null,
    references: [`https://endoflife.date/${encodeURIComponent(cycle.product)}`],
  };
}

/** `Debian 12 (Bookworm)`, `Microsoft Windows 11-23h2-w`. */
export function releaseName({ title, cycle, codename }: SupportCycle): string {
  return `${title} ${cycle}${codename === null ? '' : ` (${codename})`}`;
}

/** In words of the source: what the explanation of a finding shows. */
export function supportInWords(cycle: SupportCycle, { state, until }: SupportJudgement): string {
  const end =
    cycle.endsOn === null ? 'normal support has ended' : `normal support ended ${cycle.endsOn}`;
  if (state === 'lts-only') return `${end}; LTS until ${until}`;
  if (state === 'extended-only') return `${end}; paid extended support until ${until}`;
  return end;
}

function titles(
  cycle: SupportCycle,
  state: Exclude<SupportState, 'supported'>,
  until: string | null,
): { readonly en: string; readonly ja: string } {
  const name = releaseName(cycle);
  const [onEn, onJa] =
    cycle.endsOn === null ? ['', ''] : [` on ${cycle.endsOn}`, `${cycle.endsOn}に`];
  switch (state) {
    case 'lts-only':
      return {
        en: `${name}: normal security support ended${onEn}; only LTS, for fewer packages, until ${until}`,
        ja: `${name}: 通常のセキュリティサポートは${onJa}終了。対象パッケージが限られるLTSのみ（${until}まで）`,
      };
    case 'extended-only':
      return {
        en: `${name}: security support ended${onEn}; fixes only with paid extended support, until ${until}`,
        ja: `${name}: セキュリティサポートは${onJa}終了。修正は有償の延長サポートのみ（${until}まで）`,
      };
    case 'ended':
      return {
        en: `${name}: security support ended${onEn}; new vulnerabilities are not fixed any more`,
        ja: `${name}: セキュリティサポートは${onJa}終了。今後見つかる脆弱性は修正されません`,
      };
  }
}

/** The newest release of the same line that is supported today: what to upgrade to. */
export function upgradeTo(
  cycle: SupportCycle,
  cycles: readonly SupportCycle[],
  today: string,
): SupportCycle | null {
  const line = lineOf(cycle.cycle);
  const candidates = cycles.filter(
    (other) =>
      other.product === cycle.product &&
      lineOf(other.cycle) === line &&
      other.releasedOn !== null &&
      other.releasedOn <= today &&
      (cycle.releasedOn === null || other.releasedOn > cycle.releasedOn) &&
      judgeSupport(other, today).state === 'supported',
  );
  candidates.sort((a, b) => (a.releasedOn! < b.releasedOn! ? 1 : -1));
  return candidates[0] ?? null;
}

/** Windows: the edition must stay. Elsewhere all releases of a product are one line. */
function lineOf(cycle: string): string {
  return /-(w|e|e-lts|iot-lts|sac|ac)$/.exec(cycle)?.[1] ?? '';
}
