import pg from 'pg';
import {
  describeFunctions,
  describeTables,
  type DescribedFunction,
  type DescribedTable,
} from './schema-catalogue.js';

/** The command that writes the checked-in description anew; it takes the addresses that `make up` writes down. */
export const SCHEMA_COMMAND = 'node --env-file=.docket/local.env libs/db/dist/commands/schema.js';

const HEADING = `-- What the migrations add up to, read from the catalogue of a freshly migrated database. For reading and for review;
-- the migrations are what runs. Written by: ${SCHEMA_COMMAND}`;

/**
 * Describes schema public as the database itself sees it: the same text for the same schema, whichever way it came
 * about. Tables with columns, constraints, storage, indexes, row security, policies, triggers and grants; then functions.
 */
export async function describeSchema(adminUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Names of public come out without their schema, whatever the login's own search path says.
    await client.query('set search_path = public');
    const tables = await describeTables(client);
    const functions = await describeFunctions(client);
    return `${[HEADING, ...tables.map(tableText), ...functions.map(functionText)].join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

function tableText(table: DescribedTable): string {
  const statements = [
    `create table ${table.name}${bodyOf(table)}`,
    ...[`owner to ${table.owner}`, ...table.storage, ...table.rowSecurity].map(
      (change) => `alter table ${table.name} ${change}`,
    ),
    ...table.indexes,
    ...table.policies,
    ...table.triggers,
    ...table.grants,
  ];
  return statements.map((statement) => `${statement};`).join('\n');
}

function bodyOf({ partitionOf, partitionedBy, columns, constraints }: DescribedTable): string {
  if (partitionOf) return ` ${partitionOf}`;
  const lines = [...columns, ...constraints].map((line) => `  ${line}`).join(',\n');
  return ` (\n${lines}\n)${partitionedBy ? ` ${partitionedBy}` : ''}`;
}

function functionText({ definition, owner, grants }: DescribedFunction): string {
  const statements = [definition.trimEnd(), `-- owner: ${owner}`, ...grants.map((grant) => `${grant};`)];
  return statements.join('\n');
}
