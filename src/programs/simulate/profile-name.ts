/** Which platforms are simulated. Apart from the hosts, whose catalogues are large. */
export const profiles = ['mixed', 'linux', 'windows', 'macos'] as const;
export type Profile = (typeof profiles)[number];
