import { describe, expect, it } from 'vitest';
import { cliReference } from '../../testing/cli-reference.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { expectGolden } from '../../testing/golden.ts';
import { dumpSchema } from '../../testing/schema-dump.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { createProgram } from '../cli/program.ts';
import { cliTexts } from '../cli/texts.ts';

describe('the reference that is committed', () => {
  it('has the schema that the migrations add up to', async () => {
    await using db = await openTestDatabase();
    expectGolden('docs/reference/schema.sql', await dumpSchema(db));
  });

  it('has the command line as it is', () => {
    expectGolden('docs/reference/cli.md', cliReference(createProgram(cliTexts('en'))));
  });

  it('has the API that the server serves', async () => {
    await using db = await openTestDatabase();
    await using server = await startTestServer(db);
    const document = await server.api<{ openapi: string; paths: object }>('/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expectGolden('docs/reference/openapi.json', `${JSON.stringify(document, null, 1)}\n`);
  });
});
