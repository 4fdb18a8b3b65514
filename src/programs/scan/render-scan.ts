import { renderScanCycloneDx } from './render-cyclonedx.ts';
import { renderScanJson } from './render-json.ts';
import { renderScanSarif } from './render-sarif.ts';
import { renderScanTable } from './render-table.ts';
import type { ScanReport } from './scan-report.ts';
import type { ScanTexts } from './texts.ts';

export type ScanFormat = 'table' | 'json' | 'sarif' | 'cyclonedx';

export interface RenderOptions {
  readonly texts: ScanTexts;
  readonly toolVersion: string;
  /** Of the terminal; undefined: nothing is cut. */
  readonly columns: number | undefined;
}

export function renderScan(report: ScanReport, format: ScanFormat, options: RenderOptions): string {
  const { texts, toolVersion, columns } = options;
  switch (format) {
    case 'table':
      return renderScanTable(report, texts, columns);
    case 'json':
      return renderScanJson(report);
    case 'sarif':
      return renderScanSarif(report, texts, toolVersion);
    case 'cyclonedx':
      return renderScanCycloneDx(report, toolVersion);
  }
}
