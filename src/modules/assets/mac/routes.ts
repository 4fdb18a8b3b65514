import { Type } from 'typebox';
import { Problem } from '../../../platform/http/problem.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { MacVendorList } from './api.ts';
import { macVendorLookup } from './mac-vendor-store.ts';

const longestList = 20 * 500;

/** Whose network interfaces are, by the public registry of MAC addresses. */
export function macVendorRoutes(app: App, { db }: ModuleContext): void {
  app.get(
    '/mac-vendors',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'Who makes the network interfaces with these MAC addresses',
        tags: ['assets'],
        querystring: Type.Object({
          mac: Type.String({
            minLength: 1,
            maxLength: longestList,
            description: 'Up to 500 MAC addresses, separated by commas',
          }),
        }),
        response: { 200: MacVendorList, 400: Problem },
      },
    },
    async (request) => {
      const macs = [...new Set(request.query.mac.split(',').slice(0, 500))];
      const { assessed, answerOf } = await macVendorLookup(db, macs);
      const items = macs.map((mac) => {
        const answer = answerOf(mac);
        return {
          mac,
          kind: answer.kind,
          vendor: answer.kind === 'vendor' ? answer.vendor : null,
        };
      });
      return { assessed, items };
    },
  );
}
