import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../../../platform/http/list.ts';

const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Uuid = Type.String({ format: 'uuid' });
const Count = Type.Integer({ minimum: 0 });
const Criticality = Type.Union([
  Type.Literal('low'),
  Type.Literal('normal'),
  Type.Literal('high'),
  Type.Literal('critical'),
]);

export type ApplicationVersion = Static<typeof ApplicationVersion>;
export const ApplicationVersion = Type.Object({
  id: Type.Integer(),
  version: Nullable(Type.String()),
  importedAt: Time,
  importedBy: Type.String(),
  format: Type.String({ description: 'CycloneDX or SPDX, with its version' }),
  serialNumber: Nullable(Type.String()),
  componentCount: Count,
});

export type Application = Static<typeof Application>;
export const Application = Type.Object({
  id: Uuid,
  name: Type.String(),
  scopeId: Uuid,
  scopeName: Type.String(),
  criticality: Criticality,
  exposed: Nullable(Type.Boolean()),
  /** The newest, which is what the application is assessed by. */
  version: ApplicationVersion,
  versionCount: Count,
  assessedAt: Nullable(Time),
  /** Components that were compared with advisories. */
  assessedCount: Count,
  notAssessed: Type.Array(Type.Object({ reason: Type.String(), count: Count })),
});
export const ApplicationList = listOf(Application);
export const ApplicationQueryString = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ maxLength: 200 })),
});

export type ComponentDifferences = Static<typeof ComponentDifferences>;
const Item = Type.Object({ name: Type.String(), version: Nullable(Type.String()) });
export const ComponentDifferences = Type.Object({
  from: Type.Integer({ description: 'Id of the older version' }),
  to: Type.Integer({ description: 'Id of the newer version' }),
  added: Type.Array(Item),
  removed: Type.Array(Item),
  changed: Type.Array(
    Type.Object({
      name: Type.String(),
      from: Type.Array(Nullable(Type.String())),
      to: Type.Array(Nullable(Type.String())),
    }),
  ),
});

export type ApplicationDetails = Static<typeof ApplicationDetails>;
export const ApplicationDetails = Type.Object({
  ...Application.properties,
  /** Newest first. */
  versions: Type.Array(ApplicationVersion),
  /** Of the newest against the one before; null: there is none before. */
  differences: Nullable(ComponentDifferences),
});

export type SbomImported = Static<typeof SbomImported>;
export const SbomImported = Type.Object({
  applicationId: Uuid,
  name: Type.String(),
  version: Nullable(Type.String()),
  /** false: this very document was the newest already. */
  changed: Type.Boolean(),
  componentCount: Count,
  assessedCount: Count,
  notAssessed: Type.Array(Type.Object({ reason: Type.String(), count: Count })),
  findings: Type.Object({ opened: Count, reopened: Count, closed: Count }),
});

export type Component = Static<typeof Component>;
export const Component = Type.Object({
  name: Type.String(),
  version: Nullable(Type.String()),
  purl: Nullable(Type.String()),
  type: Type.String(),
  ecosystem: Nullable(Type.String()),
  /** Null: it was matched. */
  notAssessed: Nullable(Type.String()),
  detail: Nullable(Type.String()),
});
export const ComponentList = listOf(Component);

/** GET /api/components: where something is, on endpoints and in applications alike. */
export type ComponentPlace = Static<typeof ComponentPlace>;
export const ComponentPlace = Type.Object({
  assetKind: Type.Union([Type.Literal('endpoint'), Type.Literal('application')]),
  assetId: Uuid,
  assetName: Type.String(),
  scopeId: Uuid,
  name: Type.String(),
  version: Nullable(Type.String()),
  /** `deb`, `npm`, …: the package manager or the type of the purl. */
  source: Nullable(Type.String()),
  /** Of a distribution's package: what it is built from. */
  sourcePackage: Nullable(Type.String()),
  /** Why nothing can be said of it (`feed-never-imported`, …); null: it was assessed. */
  notAssessed: Nullable(Type.String()),
  /** Its findings that are not closed. */
  findings: Type.Array(
    Type.Object({
      id: Type.Integer(),
      weakness: Type.String(),
      title: Type.String(),
      severity: Nullable(Type.String()),
      state: Type.String(),
    }),
  ),
});
export const ComponentPlaceList = listOf(ComponentPlace);
export const ComponentPlaceQueryString = Type.Object({
  ...listQuery,
  q: Type.String({
    minLength: 2,
    maxLength: 200,
    description: 'A part of the name, or a purl (with a version: only that one)',
  }),
});

export const SbomExportQueryString = Type.Object({
  format: Type.Optional(Type.Union([Type.Literal('cyclonedx'), Type.Literal('spdx')])),
  vulnerabilities: Type.Optional(
    Type.Boolean({ description: 'With open vulnerabilities (VDR); CycloneDX only' }),
  ),
});
